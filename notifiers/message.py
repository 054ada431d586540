"""The bytes of a mail. A pure function of the delivery: an attempt repeated is the same mail.

Mail servers drop a repeat only when Message-ID and Date are the same, so both come from the
delivery. Threads: every mail about a trial on a list answers the same made-up first message, so
that mail programs which follow ``References`` keep them together. The subject says what changed,
which some (Gmail) take for a new thread: a subject that can be read wins over one long thread.
Digests of a list are a thread of their own.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache
from typing import Final, Self

from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.errors import InvalidAddressError
from notifiers.addresses import check_email_address
from notifiers.clean import one_line
from notifiers.letters import Letter
from notifiers.links import can_unsubscribe_by_click, unsubscribe_url
from notifiers.verp import BounceAddress

#: Python folds and encodes header words of 78 characters and more, which destroys long
#: unsubscribe addresses; with 998, the most a line may have, it leaves them alone.
MAIL_POLICY: Final = policy.SMTP.clone(max_line_length=998, cte_type="7bit")
#: Readable texts beyond ASCII are folded as usual, so that encoded words keep to their length.
_TEXT_POLICY: Final = policy.SMTP.clone(cte_type="7bit")
#: The same in many mails.
_SHARED_HEADERS: Final = frozenset(
    {
        "Subject",
        "In-Reply-To",
        "References",
        "List-Id",
        "List-Unsubscribe-Post",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
    }
)
_TEXT_HEADERS: Final = frozenset({"Subject", "List-Id"})
_LONGEST_URL_BYTES: Final = 900
_ATOMS: Final = r"[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,8}"
_HOST: Final = r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,3}"
#: In characters that mean nothing in these headers, and well within a line.
_PLAIN_WORDS: Final = {
    "Message-ID": re.compile(rf"<{_ATOMS}@{_HOST}>"),
    "List-Unsubscribe": re.compile(r"<https?://[A-Za-z0-9._~/:%-]{1,900}>"),
}
_PLAIN_ADDRESS: Final = re.compile(rf"{_ATOMS.replace('_-]', '_+-]')}@{_HOST}")
_SENDER: Final = re.compile(r'"?([^<>"]*)"?\s*<([^<>]+)>')


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSender:
    """Who mail comes from."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """Our domain, which ids are made in."""
        return self.address.rpartition("@")[2]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``alerts@example.org`` or ``Trial alerts <alerts@example.org>``.

        Raises:
            ValueError: There is no address in it that mail can come from.
        """
        found = _SENDER.fullmatch(text.strip())
        name, address = (found[1], found[2]) if found else ("", text)
        try:
            checked = check_email_address(address)
        except InvalidAddressError as error:
            raise ValueError(f"the sender of mail, TRIALWATCH_MAIL_FROM: {error}") from error
        if not checked.isascii():
            raise ValueError("the sender of mail, TRIALWATCH_MAIL_FROM, has to be plain ASCII")
        return cls(name=one_line(name, 100) or "trialwatch", address=checked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message and where it goes."""

    sender: str
    recipient: str
    content: bytes
    #: The recipient's address cannot be written in ASCII (RFC 6531).
    needs_utf8: bool


def build_message(
    claimed: ClaimedDelivery,
    letter: Letter,
    *,
    sender: MailSender,
    web_url: str,
    bounces: BounceAddress | None = None,
) -> Envelope:
    """Return the mail of a delivery, ready to be handed to a relay.

    With ``bounces`` its envelope names the delivery, so that it is known what comes back.

    Raises:
        ValueError: The unsubscribe address is too long to survive in a header.
    """
    recipient = claimed.target.address
    head = _head(claimed, letter.subject, sender, web_url)
    needs_utf8 = not recipient.isascii()
    return Envelope(
        sender=envelope_sender(claimed, bounces) or sender.address,
        recipient=recipient,
        content=flat(head, utf8=needs_utf8) + body(claimed.delivery.id, letter),
        needs_utf8=needs_utf8,
    )


def envelope_sender(claimed: ClaimedDelivery, bounces: BounceAddress | None) -> str:
    """Return the envelope sender that names a delivery, empty where returned mail is not read."""
    delivery = claimed.delivery
    return bounces.sender_of(delivery.id, delivery.unsubscribe_token) if bounces else ""


def _head(
    claimed: ClaimedDelivery, subject: str, sender: MailSender, web_url: str
) -> Iterator[tuple[str, str | datetime | Address]]:
    delivery, nct_id = claimed.delivery, claimed.alert.nct_id
    list_key = _short_hash(delivery.list_name)
    local, _, domain = claimed.target.address.rpartition("@")
    of_search = claimed.alert.search is not None
    about = "digest" if claimed.digest else nct_id if of_search else f"trial.{nct_id}"
    root = f"<{about}.{list_key}@{sender.domain}>"
    yield "From", Address(display_name=sender.name, addr_spec=sender.address)
    yield "To", Address(username=local, domain=domain)
    yield "Subject", one_line(subject)
    yield "Date", delivery.dated_at
    yield "Message-ID", f"<{delivery.id}@{sender.domain}>"
    yield "In-Reply-To", root
    yield "References", root
    yield "List-Id", f"{_phrase(delivery.list_name)} <list-{list_key}.{sender.domain}>"
    if can_unsubscribe_by_click(web_url):
        url = unsubscribe_url(web_url, delivery.unsubscribe_token)
        yield "List-Unsubscribe", f"<{_short_enough(url)}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"


def flat(head: Iterable[tuple[str, str | datetime | Address]], *, utf8: bool) -> bytes:
    """Return headers as they go over the wire."""
    lines = (_header(name, value, utf8=utf8) for name, value in head)
    return "".join(lines).encode("utf-8")


def _header(name: str, value: str | datetime | Address, *, utf8: bool) -> str:
    if name in _SHARED_HEADERS and isinstance(value, str):
        return _kept_line(name, value, utf8=utf8)
    if name == "From" and isinstance(value, Address):
        return _kept_from(value.display_name, value.addr_spec, utf8=utf8)
    return plain_line(name, value) or library_line(name, value, utf8=utf8)


def plain_line(name: str, value: str | datetime | Address) -> str:
    """Return a personal header that needs neither folding nor encoding; empty where it may.

    The email library would write the same, and takes a hundred times as long to find that out.
    """
    if isinstance(value, datetime):
        return f"{name}: {format_datetime(value)}\r\n"
    if isinstance(value, Address):
        bare = not value.display_name and _PLAIN_ADDRESS.fullmatch(value.addr_spec)
        return f"{name}: {value.addr_spec}\r\n" if bare else ""
    plain = _PLAIN_WORDS.get(name)
    return f"{name}: {value}\r\n" if plain and plain.fullmatch(value) else ""


@lru_cache(maxsize=8)
def _kept_from(display_name: str, addr_spec: str, *, utf8: bool) -> str:
    return library_line("From", Address(display_name=display_name, addr_spec=addr_spec), utf8=utf8)


def library_line(name: str, value: str | datetime | Address, *, utf8: bool) -> str:
    """Return a header as it goes over the wire, checked and folded by the email library."""
    _, parsed = MAIL_POLICY.header_store_parse(name, value)
    plain = MAIL_POLICY.clone(utf8=utf8)
    is_text = name in _TEXT_HEADERS and not parsed.isascii()
    folded: str = (_TEXT_POLICY if is_text else plain).fold(name, parsed)
    return folded


#: What many mails share word for word is folded once: it is most of the work on a mail.
_kept_line = lru_cache(maxsize=1024)(library_line)


def body(message_id: str, letter: Letter) -> bytes:
    """Put the parts together: text first, since a reader shows the last one it can."""
    boundary = b"=_" + _short_hash(message_id, 32).encode("ascii")
    lines = [
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/alternative; boundary="%s"' % boundary,
        b"",
    ]
    for kind, content in ((b"plain", letter.text), (b"html", letter.html)):
        lines += [
            b"--" + boundary,
            b'Content-Type: text/%s; charset="utf-8"' % kind,
            b"Content-Transfer-Encoding: quoted-printable",
            b"",
            content,
        ]
    return b"\r\n".join([*lines, b"--" + boundary + b"--", b""])


def _short_hash(text: str, length: int = 12) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:length]


def _phrase(name: str) -> str:
    """The list's name without what means something in a header."""
    return one_line("".join(" " if c in '<>()",;:@[]\\' else c for c in name), 80) or "trials"


def _short_enough(url: str) -> str:
    if len(url.encode()) > _LONGEST_URL_BYTES:
        raise ValueError(
            f"the unsubscribe address has {len(url.encode())} bytes, more than a header can"
            f" carry ({_LONGEST_URL_BYTES}): give a shorter TRIALWATCH_WEB_URL"
        )
    return url
