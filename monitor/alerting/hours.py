"""Readers' hours: kept as chosen, and struck when they come.

What is decided is in ``monitor.alerting.timing``.
"""

from datetime import datetime

from monitor.alerting.timing import next_digest, quiet_until, release
from monitor.domain.alerts import ClaimedDelivery
from monitor.domain.changes import Severity
from monitor.domain.ports import Work
from monitor.domain.timings import Timing
from monitor.domain.watches import Target

#: Readers whose hour is struck in one commit.
_AT_ONCE = 200


def choose_hours(
    work: Work, target: Target, timing: Timing, *, list_name: str, token: str, now: datetime
) -> None:
    """Keep when a target wants to be told of a list.

    Args:
        work: The open transaction.
        target: Who is told.
        timing: What was chosen.
        list_name: The list it is chosen for.
        token: Ends all that this target hears of the list, unless a choice before brought one.
        now: The time.
    """
    work.timings.choose(
        target,
        timing,
        list_name=list_name,
        token=token,
        # Whoever gives up a digest gets at once what waits for it.
        next_at=next_digest(timing, now) or now,
    )


def strike_hours(work: Work, now: datetime) -> bool:
    """Let go deliveries whose reader's hour has come; return whether there may be more."""
    found = work.timings.due(now, limit=_AT_ONCE)
    if found:
        work.timings.release([(due, release(due, now)) for due in found], now=now)
    return len(found) == _AT_ONCE


def out_of_quiet_hours(claimed: ClaimedDelivery, due_at: datetime) -> datetime:
    """Return when a delivery may be tried again that is to be tried again at ``due_at``."""
    timing = claimed.timing
    if timing is None or (timing.critical_passes and claimed.alert.severity is Severity.CRITICAL):
        return due_at
    return quiet_until(timing, due_at) or due_at
