"""What mail providers tell of mail that came back, by webhook. Values in, values out.

Each proves itself in its own way, without anything having to be fetched: a signature over the
whole (Standard Webhooks), one over a time and a random word (Mailgun), or a login (Postmark).

Source:
    https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
    https://postmarkapp.com/developer/webhooks/bounce-webhook
"""

import base64
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from monitor.domain.bounces import BounceKind
from notifiers.clean import one_line
from notifiers.returned import Report, report_of
from notifiers.sign import is_signed

_LONGEST_WORDS: Final = 300
#: Mailgun tries for eight hours to hand a report over, under the time it was made.
_MAILGUN_PATIENCE: Final = timedelta(hours=24)
_STAMP: Final = re.compile(r"[0-9]{1,12}")
#: What Mailgun does not even try, because of what it heard before.
_MAILGUN_SUPPRESSED: Final[Mapping[str, BounceKind]] = {
    "suppress-bounce": BounceKind.HARD,
    "suppress-complaint": BounceKind.COMPLAINT,
    "suppress-unsubscribe": BounceKind.REFUSED,
}
#: Other types say nothing of a mailbox, or not yet.
_POSTMARK: Final[Mapping[str, BounceKind]] = {
    "HardBounce": BounceKind.HARD,
    "BadEmailAddress": BounceKind.HARD,
    "SoftBounce": BounceKind.SOFT,
    "DnsError": BounceKind.SOFT,
    "SpamNotification": BounceKind.REFUSED,
    "VirusNotification": BounceKind.REFUSED,
    "Blocked": BounceKind.REFUSED,
    "DMARCPolicy": BounceKind.REFUSED,
    "SpamComplaint": BounceKind.COMPLAINT,
}


class Provider(StrEnum):
    """Whose reports are understood."""

    #: Any, put into our form by a program of the operator's.
    SIGNED = "signed"
    MAILGUN = "mailgun"
    POSTMARK = "postmark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a provider told of one mail."""

    #: Id of its delivery, from its Message-ID; empty where the provider does not know that.
    delivery_id: str
    #: Whom it was for. Personal: never logged.
    address: str
    report: Report


def is_from(
    provider: Provider, secret: str, *, headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Return whether a request comes from the provider: it knows ``secret``, or used it.

    Args:
        provider: Who it says it is.
        secret: Signing key (Mailgun), ``user:password`` (Postmark) or ``whsec_...``.
        headers: By name, in lower case.
        body: The very bytes that came.
        now: The time.
    """
    if provider is Provider.SIGNED:
        return is_signed(secret, headers=headers, body=body, now=now)
    if provider is Provider.POSTMARK:
        expected = b"Basic " + base64.b64encode(secret.encode())
        return hmac.compare_digest(headers.get("authorization", "").encode(), expected)
    return _is_from_mailgun(secret, read(body), now)


def _is_from_mailgun(key: str, body: Mapping[str, Any], now: datetime) -> bool:
    signature = _part(body, "signature")
    stamp, token = _words(signature, "timestamp"), _words(signature, "token")
    expected = hmac.digest(key.encode(), f"{stamp}{token}".encode(), "sha256").hex()
    is_right = hmac.compare_digest(_words(signature, "signature").encode(), expected.encode())
    # A token of fixed length, so that no digit of the time can be taken for part of it.
    if not is_right or not _STAMP.fullmatch(stamp) or len(token) != _MAILGUN_TOKEN:
        return False
    return abs(now.timestamp() - int(stamp)) <= _MAILGUN_PATIENCE.total_seconds()


#: Characters of the random word that Mailgun signs.
_MAILGUN_TOKEN: Final = 50


def read(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a body, an empty one when it is none."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def told_by(provider: Provider, body: Mapping[str, Any]) -> Told | None:
    """Return what a report says, None when it says nothing about a mailbox."""
    return _READERS[provider](body)


def _signed(body: Mapping[str, Any]) -> Told | None:
    kind = next((kind for kind in BounceKind if kind.value == body.get("kind")), None)
    if kind is None:
        return None
    status = _words(body, "status", 20)
    report = Report(kind=kind, status=status, detail=_words(body, "detail", _LONGEST_WORDS))
    return _told(_words(body, "message_id"), _words(body, "address"), report)


def _mailgun(body: Mapping[str, Any]) -> Told | None:
    event = _part(body, "event-data")
    what, reason = _words(event, "event"), _words(event, "reason")
    status = _part(event, "delivery-status")
    words = _words(status, "message", _LONGEST_WORDS) or _words(status, "description")
    if what == "complained":
        report = Report(kind=BounceKind.COMPLAINT, status="", detail="The reader complained")
    elif what != "failed" or _words(event, "severity") != "permanent":
        return None
    elif reason in _MAILGUN_SUPPRESSED:
        report = Report(kind=_MAILGUN_SUPPRESSED[reason], status="", detail=words or reason)
    else:
        code = f"{status.get('code', '')} {words}"
        report = report_of(_words(status, "enhanced-code"), one_line(code, _LONGEST_WORDS))
    message = _part(_part(event, "message"), "headers")
    return _told(_words(message, "message-id"), _words(event, "recipient"), report)


def _postmark(body: Mapping[str, Any]) -> Told | None:
    is_complaint = body.get("RecordType") == "SpamComplaint"
    kind = _POSTMARK.get("SpamComplaint" if is_complaint else _words(body, "Type"))
    if kind is None or body.get("RecordType") not in {"Bounce", "SpamComplaint"}:
        return None
    words = _words(body, "Details", _LONGEST_WORDS) or _words(body, "Description", _LONGEST_WORDS)
    report = Report(kind=kind, status="", detail=words)
    if kind is BounceKind.HARD:
        # Postmark calls some mailboxes dead whose own server says that they are only full.
        report = report_of("", words, unclear=BounceKind.HARD)
    return _told("", _words(body, "Email"), report)


_READERS: Final[Mapping[Provider, Callable[[Mapping[str, Any]], Told | None]]] = {
    Provider.SIGNED: _signed,
    Provider.MAILGUN: _mailgun,
    Provider.POSTMARK: _postmark,
}


def _told(message_id: str, address: str, report: Report) -> Told:
    delivery_id = message_id.strip("<> ").partition("@")[0]
    return Told(delivery_id=delivery_id, address=address, report=report)


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _words(body: Mapping[str, Any], name: str, longest: int = 400) -> str:
    value = body.get(name)
    return one_line(value, longest) if isinstance(value, str) else ""
