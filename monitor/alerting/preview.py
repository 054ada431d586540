"""What a choice would have told a reader, had it been made earlier."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from monitor.domain.alerts import Alert
from monitor.domain.changes import Severity
from monitor.domain.near import Near
from monitor.domain.timings import Rhythm
from monitor.domain.topics import Topic, is_of
from monitor.summaries.nearby import narrowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody asks for."""

    #: Empty for everything.
    topics: frozenset[Topic] = frozenset()
    min_severity: Severity = Severity.MINOR
    rhythm: Rhythm = Rhythm.AT_ONCE
    #: Of places only those near here, None for all.
    near: Near | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would have come."""

    #: Newest first.
    alerts: tuple[Alert, ...]
    #: How many messages they would have been.
    messages: int
    #: Whether there was more than was looked through.
    cut: bool = False


def wanted(alert: Alert, choice: Choice) -> bool:
    """Return whether an alert holds something that was asked for, weighty enough.

    The rows decide it the same way when alerts go out; one test holds the two together.
    """
    return any(
        change.severity >= max(choice.min_severity, Severity.MINOR)
        and is_of(change.kind, choice.topics)
        for change in alert.changes
    )


def preview(alerts: Iterable[Alert], choice: Choice) -> Preview:
    """Return what a choice lets through, and in how many messages.

    A digest counts one for each day or week of the registry's dates in which there was
    something to tell.
    """
    nears = () if choice.near is None else (choice.near,)
    near_ones = (narrowed(alert, *nears) for alert in alerts)
    chosen = tuple(alert for alert in near_ones if wanted(alert, choice))
    newest_first = tuple(sorted(chosen, key=lambda alert: alert.release, reverse=True))
    return Preview(alerts=newest_first, messages=_messages(chosen, choice.rhythm))


def _messages(chosen: Collection[Alert], rhythm: Rhythm) -> int:
    if rhythm is Rhythm.AT_ONCE:
        return len(chosen)
    days = {alert.release[:10] for alert in chosen}
    if rhythm is Rhythm.DAILY:
        return len(days)
    return len({_week(day) for day in days})


def _week(day: str) -> tuple[int, int]:
    year, week, _ = date.fromisoformat(day).isocalendar()
    return year, week
