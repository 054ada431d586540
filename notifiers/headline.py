"""The few words on top of a message: what happened, and to which trial."""

from collections.abc import Mapping, Sequence
from typing import Final

from monitor.domain.alerts import Alert
from monitor.domain.changes import Change
from notifiers.clean import one_line
from notifiers.facts import heading

_LONGEST_TITLE: Final = 100

_STATUS: Final[Mapping[str, str]] = {
    "RECRUITING": "Now open",
    "NOT_YET_RECRUITING": "Not open yet",
    "ENROLLING_BY_INVITATION": "Open by invitation only",
    "ACTIVE_NOT_RECRUITING": "Going on, not taking new people",
    "SUSPENDED": "Stopped for now",
    "TERMINATED": "Stopped early",
    "WITHDRAWN": "Withdrawn before it began",
    "COMPLETED": "Finished",
    "UNKNOWN": "Status not known any more",
    "AVAILABLE": "Now available",
    "NO_LONGER_AVAILABLE": "No longer available",
    "TEMPORARILY_NOT_AVAILABLE": "Not available for now",
    "APPROVED_FOR_MARKETING": "Approved for marketing",
    "WITHHELD": "Details withheld",
}
#: One change of the kind, and several.
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "site.added": ("New study place", "{} new study places"),
    "site.removed": ("Study place removed", "{} study places removed"),
    "site.status": ("A study place changed", "{} study places changed"),
    "country.added": ("New country", "{} new countries"),
    "country.removed": ("Country removed", "{} countries removed"),
    "results.posted": ("Results posted", "Results posted"),
    "results.updated": ("Results updated", "Results updated"),
    "record.gone": ("No longer in the registry", "No longer in the registry"),
    "record.back": ("Back in the registry", "Back in the registry"),
    "record.merged": ("Now under another number", "Now under another number"),
    "record.stale": ("Record not kept up to date", "Record not kept up to date"),
    "record.damaged": ("Record cannot be read", "Record cannot be read"),
    "why_stopped": ("New reason for stopping", "New reason for stopping"),
    "contact": ("New contact details", "New contact details"),
}


def subject_line(alert: Alert) -> str:
    """Return the subject of a mail: ``Now open: <title> (NCT99000001)``."""
    title = one_line(alert.title, _LONGEST_TITLE) or "trial without a title"
    return f"{headline(alert.told)}: {title} ({alert.nct_id})"


def headline(changes: Sequence[Change]) -> str:
    """Return the weightiest change in a few words, and how many others there are."""
    if not changes:
        return "No change"
    first = changes[0]
    same = sum(_is_same(first, change) for change in changes)
    others = len(changes) - same
    more = f", and {others} more change{'' if others == 1 else 's'}" if others else ""
    return _few_words(first, same) + more


def _is_same(first: Change, other: Change) -> bool:
    if first.kind in _KINDS or first.kind == "status":
        return other.kind == first.kind
    return heading(other) == heading(first)


def _few_words(change: Change, count: int) -> str:
    if change.kind == "status":
        return _STATUS.get(str(change.after), "Status changed")
    if change.kind in _KINDS:
        return _KINDS[change.kind][count > 1].format(count)
    return f"{heading(change)} changed"
