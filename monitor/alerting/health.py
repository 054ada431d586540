"""How a webhook or chat is doing, what that lets it be sent, and when it is let alone.

Pure arithmetic: the clock comes in as an argument. A breaker is nothing but ``held_until`` in
the target's row, so it outlives the process that set it and all workers see the same one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.domain.alerts import Blame
from monitor.domain.watches import Channel, Health

#: After a timeout: this long, and twice as long after each further failure, up to the second.
FIRST_BREAK = timedelta(seconds=5)
LONGEST_BREAK = timedelta(minutes=5)
#: Sends under way at once to one target: one until it answered well, then this many.
MOST_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """A token bucket: how fast one target is sent to."""

    per_second: float = 10.0
    burst: int = 10

    @property
    def gap(self) -> timedelta:
        """Return the time in which one token comes."""
        return timedelta(seconds=1 / self.per_second)


PACE = Pace()
#: Chats say how much they take: Slack and Discord about a message a second, Teams four. A stream
#: is made to take much.
_PACES = {
    Channel.SLACK: Pace(per_second=1, burst=1),
    Channel.TEAMS: Pace(per_second=4, burst=4),
    Channel.DISCORD: Pace(per_second=1, burst=1),
    Channel.STREAM: Pace(per_second=500, burst=500),
}


def pace_of(channel: Channel) -> Pace:
    """Return how fast a target of this kind is sent to."""
    return _PACES.get(channel, PACE)


def most_at_once(health: Health) -> int:
    """Return how many sends to a target may be under way at once."""
    return MOST_AT_ONCE if health.well_since and not health.failures else 1


def is_held(health: Health, now: datetime) -> bool:
    """Tell whether the target's breaker is open.

    A time further away than any breaker lasts was written by a clock that has jumped back since:
    it holds nobody.
    """
    return health.held_until is not None and now < health.held_until <= now + LONGEST_BREAK


def tokens(paced_until: datetime | None, now: datetime, pace: Pace = PACE) -> int:
    """Return how many sends a target's bucket lets through now.

    Args:
        paced_until: When the bucket is full again, None when it is.
        now: The time.
        pace: Size and speed of the bucket.
    """
    missing = _missing(paced_until, now, pace)
    return pace.burst - -(-missing // pace.gap)


def paced_until(
    before: datetime | None, now: datetime, *, sent: int, pace: Pace = PACE
) -> datetime:
    """Return when the bucket is full again, after ``sent`` tokens were taken out."""
    return now + _missing(before, now, pace) + sent * pace.gap


def _missing(until: datetime | None, now: datetime, pace: Pace) -> timedelta:
    """Return the time a bucket needs to be full; never longer than an empty one does."""
    if until is None:
        return timedelta(0)
    return min(max(until - now, timedelta(0)), pace.burst * pace.gap)


def after(health: Health, blame: Blame, *, hold: timedelta, now: datetime) -> Health:
    """Return how a target is doing after an attempt ended at ``now``."""
    if blame is Blame.OURS:
        return health
    if blame is Blame.NONE:
        return Health(well_since=health.well_since or now)
    failures = health.failures + 1
    gap = hold
    if blame is Blame.TIMED_OUT:
        gap = max(gap, FIRST_BREAK * 2 ** min(failures - 1, 16))
    return replace(
        health,
        failures=failures,
        failing_since=health.failing_since or now,
        held_until=now + min(gap, LONGEST_BREAK) if gap else health.held_until,
        well_since=None,
    )
