"""Returned mail read: what a delivery status report (RFC 3464) or a complaint (RFC 5965) says.

Only reports made for machines count. Whatever is delayed, relayed, an automatic reply, or words
alone says nothing. Whether the report can be believed is decided by the address it came to.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from monitor.alerting.bounces import kind_of
from monitor.domain.bounces import BounceKind
from notifiers.clean import one_line

if TYPE_CHECKING:
    from email.message import Message

_Mail: TypeAlias = "Message[Any, Any]"
_LONGEST: Final = 512_000
_MOST_PARTS: Final = 50
_LONGEST_WORDS: Final = 300
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_NO_MAILBOX: Final = re.compile(r"\b55[013]\b")
#: What a report says when its maker knew no more.
_SAYS_NOTHING: Final = frozenset({"", "5.0.0", "4.0.0"})
_COMPLAINTS: Final = frozenset({"abuse", "fraud", "virus", "opt-out"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a report says."""

    kind: BounceKind
    status: str
    detail: str
    #: Envelope sender of the mail it is about, empty when it does not say.
    sender: str = ""


def read_report(content: bytes) -> Report | None:
    """Return what a returned mail says, None when it says nothing about a mailbox."""
    try:
        mail = message_from_bytes(content[:_LONGEST])
        return _read(mail)
    except (RecursionError, LookupError, ValueError):
        # Built to trip a reader; it says nothing that could be believed.
        return None


def _read(mail: _Mail) -> Report | None:
    if mail.get_content_type() != "multipart/report":
        return None
    for number, part in enumerate(mail.walk()):
        if number > _MOST_PARTS:
            return None
        if part.get_content_type() == "message/delivery-status":
            return _failure(part)
        if part.get_content_type() == "message/feedback-report":
            return _complaint(part)
    return None


def _failure(part: _Mail) -> Report | None:
    """Return the worst that is said of a recipient; each has a block of its own."""
    failures = [report for block in _blocks(part) if (report := _failed(block)) is not None]
    order = (BounceKind.REFUSED, BounceKind.SOFT, BounceKind.HARD)
    return max(failures, key=lambda report: order.index(report.kind), default=None)


def _failed(block: Mapping[str, str]) -> Report | None:
    if block.get("action", "").lower() != "failed":
        return None
    words = one_line(block.get("diagnostic-code", ""), _LONGEST_WORDS)
    return report_of(block.get("status", ""), words)


def report_of(status_words: str, words: str, *, unclear: BounceKind = BounceKind.SOFT) -> Report:
    """Return what a failure for good means; ``unclear`` where neither code nor words say."""
    said = _STATUS.search(status_words)
    status = said[1] if said else ""
    if status in _SAYS_NOTHING:
        deeper = _STATUS.search(words)
        status = deeper[1] if deeper else ""
        if not status:
            # Without a code of its own, 550 from the far side means that nobody is there.
            kind = BounceKind.HARD if _NO_MAILBOX.search(words) else unclear
            return Report(kind=kind, status="", detail=words)
    return Report(kind=kind_of(status), status=status, detail=words)


def _complaint(part: _Mail) -> Report | None:
    for block in _blocks(part):
        if block.get("feedback-type", "").lower() in _COMPLAINTS:
            return Report(
                kind=BounceKind.COMPLAINT,
                status="",
                detail=f"The reader complained ({one_line(block['feedback-type'], 40)})",
                sender=one_line(block.get("original-mail-from", ""), 320),
            )
    return None


def _blocks(part: _Mail) -> Iterator[Mapping[str, str]]:
    """Yield the groups of fields of a report, names in lower case, values unfolded."""
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else []
    for block in (block for block in blocks if not isinstance(block, str)):
        yield {name.lower(): one_line(str(value)) for name, value in block.items()}
