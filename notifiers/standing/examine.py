"""Everything that receivers of mail look at, part by part."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from notifiers.standing import dkim, dmarc, spf
from notifiers.standing.dns import DnsError, Lookup
from notifiers.standing.findings import Finding, Level

_PASSED = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What is known of how mail leaves."""

    #: Domain of From.
    domain: str
    #: Domain of the envelope's sender, where bounces go.
    envelope: str
    #: Whether returned mail is read at that domain.
    reads_bounces: bool = False
    selector: str = ""
    #: A message as it arrived somewhere, None for none.
    message: bytes | None = None


def examine(sending: Sending, lookup: Lookup, *, now: datetime) -> tuple[Finding, ...]:
    """Return what was found; a part whose name servers do not answer is bad by itself."""
    mail = _read(sending.message)
    parts: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("spf", lambda: iter((spf.examine(sending.envelope, lookup),))),
        ("dmarc", lambda: _dmarc(sending, lookup)),
        ("dkim", lambda: _dkim(sending, mail, lookup)),
        ("message", lambda: _message(sending, mail, lookup, now)),
        ("bounces", lambda: _bounces(sending, lookup)),
    )
    found: list[Finding] = []
    for name, look in parts:
        try:
            found += look()
        except DnsError as error:
            found.append(Finding(check=name, level=Level.BAD, text=str(error)))
    return tuple(found)


def _read(message: bytes | None) -> EmailMessage | None:
    return None if message is None else message_from_bytes(message, policy=default)


def _dmarc(sending: Sending, lookup: Lookup) -> Iterator[Finding]:
    policy = dmarc.policy_of(sending.domain, lookup)
    yield dmarc.examine(sending.domain, policy)
    strict = policy.tags.get("aspf", "r").lower() == "s"
    if dmarc.aligned(sending.domain, policy, sending.envelope, lookup, strict=strict):
        text = f"the envelope's domain {sending.envelope} stands for that of From, {sending.domain}"
        yield Finding(check="alignment", level=Level.WELL, text=text)
    else:
        rule = "must be the very same (aspf=s)" if strict else "belongs to another organisation"
        yield Finding(
            check="alignment",
            level=Level.BAD,
            text=f"mail says it comes from {sending.domain}, and its envelope says"
            f" {sending.envelope}, which {rule}: SPF then proves nothing. Take the same domain in"
            " TRIALWATCH_MAIL_FROM and TRIALWATCH_BOUNCE_ADDRESS",
        )


def _dkim(sending: Sending, mail: EmailMessage | None, lookup: Lookup) -> Iterator[Finding]:
    keys = [(sending.domain, sending.selector)] if sending.selector else []
    keys += [
        (one.domain, one.selector)
        for one in _signatures(mail)
        if (one.domain, one.selector) not in keys
    ]
    if not keys and mail is None:
        yield Finding(
            check="dkim",
            level=Level.NOTE,
            text="not looked at: name the selector that your relay signs with (--selector), or"
            " give a mail that arrived somewhere (--message FILE.eml)",
        )
    for domain, selector in keys:
        yield dkim.examine_key(domain, selector, lookup)


def _signatures(mail: EmailMessage | None) -> tuple[dkim.Signature, ...]:
    headers = mail.get_all("DKIM-Signature", []) if mail is not None else []
    return dkim.signatures(str(header) for header in headers)


def _message(
    sending: Sending, mail: EmailMessage | None, lookup: Lookup, now: datetime
) -> Iterator[Finding]:
    if mail is None:
        return
    sender = parseaddr(str(mail.get("From", "")))[1].rpartition("@")[2].lower()
    if sender != sending.domain:
        yield _finding(
            Level.BAD,
            f"the message comes from {sender or 'nobody'}, and TRIALWATCH_MAIL_FROM names"
            f" {sending.domain}: give a mail that trialwatch sent",
        )
        return
    policy = dmarc.policy_of(sender, lookup)
    strict = policy.tags.get("adkim", "r").lower() == "s"
    yield dkim.examine_coverage(
        (
            one
            for one in _signatures(mail)
            if dmarc.aligned(sender, policy, one.domain, lookup, strict=strict)
        ),
        now=now,
    )
    yield _one_click(mail)
    yield from _results(mail)


def _one_click(mail: EmailMessage) -> Finding:
    ways = str(mail.get("List-Unsubscribe", ""))
    post = str(mail.get("List-Unsubscribe-Post", "")).replace(" ", "")
    if ways.count("<https://") == 1 and post == "List-Unsubscribe=One-Click":
        return _finding(Level.WELL, "it can be unsubscribed from by one click (RFC 8058)")
    return _finding(
        Level.BAD,
        "it cannot be unsubscribed from by one click: List-Unsubscribe has to hold one https"
        " address, and List-Unsubscribe-Post has to stand beside it. Set TRIALWATCH_WEB_URL to the"
        " https address of the pages, and see that no relay rewrites these headers",
    )


def _results(mail: EmailMessage) -> Iterator[Finding]:
    """Yield what the receiver found, which alone has verified anything."""
    header = str(mail.get("Authentication-Results", ""))
    if not header:
        yield _finding(
            Level.NOTE,
            "whether signature and SPF really pass is not known: the message bears no"
            " Authentication-Results. Take one that arrived at a mailbox provider",
        )
        return
    found = {name.lower(): word.lower() for name, word in reversed(_PASSED.findall(header))}
    failed = {name: word for name, word in found.items() if word != "pass"}
    if failed:
        words = ", ".join(f"{name}={word}" for name, word in sorted(failed.items()))
        yield _finding(Level.BAD, f"its receiver found {words}")
    else:
        words = ", ".join(sorted(found)) or "nothing"
        yield _finding(Level.WELL if found else Level.NOTE, f"its receiver let pass: {words}")


def _bounces(sending: Sending, lookup: Lookup) -> Iterator[Finding]:
    if not sending.reads_bounces:
        return
    hosts = [record.split()[-1].rstrip(".") for record in lookup(sending.envelope, "MX")]
    if any(hosts):
        text = f"mail to {sending.envelope} goes to {', '.join(sorted(hosts))[:200]}"
        yield Finding(check="bounces", level=Level.WELL, text=text)
    else:
        yield Finding(
            check="bounces",
            level=Level.BAD,
            text=f"{sending.envelope} has no MX record, so no mail comes back: let it lead to your"
            " mail server",
        )


def _finding(level: Level, text: str) -> Finding:
    return Finding(check="message", level=level, text=text)
