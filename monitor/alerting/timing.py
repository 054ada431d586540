"""When messages go out: digests at their local hour, nothing in quiet hours, few in an hour.

Pure arithmetic on the reader's own clock. A local time that a change to summer time leaves out
comes as much later as the clocks were moved; one that comes twice counts the first time.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.domain.timings import DueTiming, LetGo, Quiet, Rhythm, Timing, UnknownZoneError

_HOUR = timedelta(hours=1)
_MOMENT = timedelta(microseconds=1)
_DAY = timedelta(days=1)
#: A week, and days at both ends for zones that skip or repeat one.
_DAYS_AHEAD = 10


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone called ``name``.

    Raises:
        UnknownZoneError: There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZoneError(
            f"{name[:60]!r} is no time zone; write one as Europe/Berlin or America/New_York"
        ) from error


def next_digest(timing: Timing, after: datetime) -> datetime | None:
    """Return when the next digest is due, UTC, later than ``after``; None without digests."""
    if timing.rhythm is Rhythm.AT_ONCE:
        return None
    zone = _zone(timing)
    days = _days_from(after.astimezone(zone).date())
    wanted = (
        day for day in days if timing.rhythm is Rhythm.DAILY or day.weekday() == timing.weekday
    )
    moments = (_moment(day, timing.at, zone) for day in wanted)
    return next(moment for moment in moments if moment > after)


def resumes_at(timing: Timing, paused_until: datetime) -> datetime:
    """Return when what a pause held goes out: at its end, or at the digest's hour from then on."""
    return next_digest(timing, paused_until - _MOMENT) or paused_until


def quiet_until(timing: Timing, now: datetime) -> datetime | None:
    """Return when the quiet hours that ``now`` falls into end, UTC; None outside of them."""
    zone = _zone(timing)
    local = now.astimezone(zone)
    if timing.quiet is None or not _is_within(timing.quiet, local.time()):
        return None
    moments = (
        _moment(day, timing.quiet.end, zone, fold=fold)
        for day in _days_from(local.date())
        for fold in (0, 1)
    )
    return next(moment for moment in moments if moment > now)


def _zone(timing: Timing) -> ZoneInfo:
    """A zone that the machine has lost since it was chosen must not hold up anybody's mail."""
    try:
        return zone_of(timing.zone)
    except UnknownZoneError:
        return ZoneInfo("UTC")


def is_quiet_at(timing: Timing, at: time) -> bool:
    """Return whether a local time falls into the quiet hours."""
    return timing.quiet is not None and _is_within(timing.quiet, at)


def _is_within(quiet: Quiet, at: time) -> bool:
    if quiet.start <= quiet.end:
        return quiet.start <= at < quiet.end
    return at >= quiet.start or at < quiet.end


def _days_from(day: date) -> Iterator[date]:
    return (day + _DAY * number for number in range(-1, _DAYS_AHEAD))


def _moment(day: date, at: time, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    return datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC)


def release(due: DueTiming, now: datetime) -> LetGo:
    """Return what becomes of the deliveries that wait for one reader's hour."""
    if due.paused_until is not None and due.paused_until > now:
        return LetGo(next_at=resumes_at(due.timing, due.paused_until))
    ids = tuple(waiting.delivery_id for waiting in due.waiting)
    later = next_digest(due.timing, now)
    if later is not None:
        return LetGo(together=ids, next_at=later)
    quiet = quiet_until(due.timing, now)
    if quiet is not None or not ids:
        return LetGo(next_at=quiet if ids else None)
    if any(waiting.was_held for waiting in due.waiting):
        # What piled up in the night, or over the hour's measure, is one message.
        return _as_one(due, ids, now)
    return _as_many_as_wanted(due, ids, now)


def _as_one(due: DueTiming, ids: tuple[str, ...], now: datetime) -> LetGo:
    left = _left(due, now)
    if left == 0:
        return LetGo(next_at=_next_free(due))
    return LetGo(together=ids)


def _as_many_as_wanted(due: DueTiming, ids: tuple[str, ...], now: datetime) -> LetGo:
    left = _left(due, now)
    if left is None or len(ids) <= left:
        return LetGo(singly=ids)
    if left == 0:
        return LetGo(next_at=_next_free(due))
    by_weight = sorted(due.waiting, key=lambda waiting: -waiting.severity)
    singly = {waiting.delivery_id for waiting in by_weight[: left - 1]}
    return LetGo(
        singly=tuple(each for each in ids if each in singly),
        together=tuple(each for each in ids if each not in singly),
    )


def _next_free(due: DueTiming) -> datetime:
    """Return when enough messages of the last hour are more than an hour old."""
    return due.sent_at[-(due.timing.most_an_hour or 1)] + _HOUR


def _left(due: DueTiming, now: datetime) -> int | None:
    """Return how many messages may still go out in this hour; None for any number."""
    most = due.timing.most_an_hour
    if most is None:
        return None
    return max(most - sum(at > now - _HOUR for at in due.sent_at), 0)
