"""The mail that asks an address whether it wants to be written to.

A pure function of the question: an attempt repeated is the same bytes. It holds nothing that
whoever entered the address could have written, so nobody can send words of theirs with it.
"""

from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address
from urllib.parse import urlsplit

from monitor.domain.consents import Confirmation
from notifiers.letters import Letter
from notifiers.links import confirm_url, record_url
from notifiers.message import Envelope, MailSender, body, flat
from notifiers.quoted import quoted
from notifiers.render import inliner, templates
from notifiers.verp import BounceAddress

_SUBJECT = "Do you want mail about clinical trials? Please confirm"
_MOST_NUMBERS = 20


def build_confirmation(
    asked: Confirmation,
    *,
    sender: MailSender,
    web_url: str,
    bounces: BounceAddress | None = None,
) -> Envelope:
    """Return the mail of a question, ready to be handed to a relay."""
    recipient = asked.target.address
    needs_utf8 = not recipient.isascii()
    letter = confirmation_letter(asked, web_url=web_url)
    back = bounces.sender_of(asked.id, asked.token) if bounces else ""
    return Envelope(
        sender=back or sender.address,
        recipient=recipient,
        content=flat(_head(asked, sender), utf8=needs_utf8) + body(asked.id, letter),
        needs_utf8=needs_utf8,
    )


def confirmation_letter(asked: Confirmation, *, web_url: str) -> Letter:
    """Return what the mail of a question says."""
    numbers = asked.nct_ids[:_MOST_NUMBERS]
    values = {
        "subject": _SUBJECT,
        "host": urlsplit(web_url).hostname or "",
        "what": _what(len(asked.nct_ids)),
        "numbers": numbers,
        "more": len(asked.nct_ids) - len(numbers),
        "url": confirm_url(web_url, asked.token),
        "until": f"{asked.expires_at:%Y-%m-%d %H:%M} UTC",
        "record_url": record_url,
    }
    page = inliner().inline(templates().get_template("confirm.html").render(values))
    text = templates().get_template("confirm.txt").render(values)
    return Letter(subject=_SUBJECT, text=quoted(text), html=quoted(page))


def _what(trials: int) -> str:
    if trials == 1:
        return "a clinical trial changes"
    return f"one of {trials:,} clinical trials changes" if trials else "clinical trials change"


def _head(
    asked: Confirmation, sender: MailSender
) -> Iterator[tuple[str, str | datetime | Address]]:
    local, _, domain = asked.target.address.rpartition("@")
    yield "From", Address(display_name=sender.name, addr_spec=sender.address)
    yield "To", Address(username=local, domain=domain)
    yield "Subject", _SUBJECT
    yield "Date", asked.asked_at
    yield "Message-ID", f"<{asked.id}@{sender.domain}>"
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
