"""Quiet hours to the minute, what a pause holds, and an hour's measure to the message."""

from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.alerting.hours import choose_hours, out_of_quiet_hours, strike_hours
from monitor.alerting.timing import (
    is_quiet_at,
    next_digest,
    quiet_until,
    release,
    resumes_at,
    zone_of,
)
from monitor.domain.changes import Severity
from monitor.domain.timings import (
    DueTiming,
    LetGo,
    Quiet,
    Rhythm,
    Timing,
    UnknownZoneError,
    Waiting,
)
from tests.builders import NOON, a_change, a_claim, a_target, an_alert
from tests.fakes.work import FakeDatabase

HOUR, MOMENT = timedelta(hours=1), timedelta(microseconds=1)
NIGHT, REST = Quiet(start=time(22), end=time(7)), Quiet(start=time(13), end=time(15))
DAILY = Timing(rhythm=Rhythm.DAILY, at=time(7))


@pytest.mark.parametrize(
    ("quiet", "at", "is_quiet"),
    [
        (NIGHT, time(21, 59), False),
        (NIGHT, time(22), True),
        (NIGHT, time(0), True),
        (NIGHT, time(6, 59), True),
        (NIGHT, time(7), False),
        (REST, time(12, 59), False),
        (REST, time(13), True),
        (REST, time(14, 59), True),
        (REST, time(15), False),
        (Quiet(start=time(9), end=time(9)), time(9), False),
        (Quiet(start=time(9), end=time(9)), time(21), False),
        (None, time(0), False),
    ],
)
def test_quiet_hours_begin_at_the_first_minute_and_end_at_the_last(
    quiet: Quiet | None, at: time, *, is_quiet: bool
) -> None:
    timing = Timing(quiet=quiet)

    assert is_quiet_at(timing, at) is is_quiet
    moment = datetime.combine(NOON.date(), at, tzinfo=UTC)
    assert (quiet_until(timing, moment) is not None) is is_quiet


def test_digest_is_due_later_than_now_and_never_at_it() -> None:
    seven = NOON.replace(hour=7)

    assert next_digest(DAILY, seven - MOMENT) == seven
    assert next_digest(DAILY, seven) == seven + timedelta(days=1)


@pytest.mark.parametrize(("weekday", "days"), [(0, 7), (1, 1), (6, 6)])
def test_weekly_digest_is_due_on_the_next_such_day(weekday: int, days: int) -> None:
    # The ninth of March 2026 is a Monday.
    weekly = Timing(rhythm=Rhythm.WEEKLY, at=time(12), weekday=weekday)

    assert next_digest(weekly, NOON) == NOON + timedelta(days=days)


def test_pause_ends_at_its_time_or_at_the_digest_from_then_on() -> None:
    seven = NOON.replace(hour=7)

    assert resumes_at(Timing(), NOON) == NOON
    assert resumes_at(DAILY, seven) == seven
    assert resumes_at(DAILY, seven + MOMENT) == seven + timedelta(days=1)


def waiting(*severities: Severity, was_held: bool = False) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(delivery_id=f"d{number}", severity=severity, was_held=was_held)
        for number, severity in enumerate(severities)
    )


TWO = waiting(Severity.MINOR, Severity.MAJOR)


def test_pause_holds_everything_until_the_moment_it_ends() -> None:
    later = NOON + HOUR
    paused = DueTiming(id=1, timing=Timing(), waiting=TWO, paused_until=later)
    over = DueTiming(id=1, timing=Timing(), waiting=TWO, paused_until=NOON)

    assert release(paused, NOON) == LetGo(next_at=later)
    assert release(over, NOON) == LetGo(singly=("d0", "d1"))


def test_nothing_that_waits_is_looked_at_when_something_new_comes() -> None:
    by_night = DueTiming(id=1, timing=Timing(quiet=NIGHT), waiting=())

    assert release(by_night, NOON.replace(hour=23)) == LetGo()
    assert release(by_night, NOON) == LetGo()


@pytest.mark.parametrize(
    ("sent_ago", "gone"),
    [
        ([], LetGo(singly=("d0", "d1"))),
        # What is an hour old counts no more.
        ([HOUR], LetGo(singly=("d0", "d1"))),
        ([HOUR - MOMENT], LetGo(together=("d0", "d1"))),
        ([timedelta(minutes=50), timedelta(minutes=20)], LetGo(next_at=NOON + HOUR / 6)),
    ],
)
def test_measure_of_an_hour_is_kept_to_the_message(sent_ago: list[timedelta], gone: LetGo) -> None:
    sent = tuple(NOON - ago for ago in sent_ago)
    held = DueTiming(id=1, timing=Timing(most_an_hour=2), waiting=TWO, sent_at=sent)

    assert release(held, NOON) == gone


def test_weightiest_goes_by_itself_where_there_is_room_for_two() -> None:
    three = waiting(Severity.MINOR, Severity.CRITICAL, Severity.MAJOR)
    held = DueTiming(id=1, timing=Timing(most_an_hour=2), waiting=three)

    assert release(held, NOON) == LetGo(singly=("d1",), together=("d0", "d2"))


def test_what_was_held_waits_for_a_free_place_too() -> None:
    held = waiting(Severity.MINOR, was_held=True)
    full = DueTiming(id=1, timing=Timing(most_an_hour=1), waiting=held, sent_at=(NOON,))

    assert release(full, NOON) == LetGo(next_at=NOON + HOUR)
    assert release(full, NOON + HOUR) == LetGo(together=("d0",))


def test_unknown_zone_is_named_by_its_beginning_and_with_two_to_choose_from() -> None:
    with pytest.raises(UnknownZoneError) as refused:
        zone_of("x" * 61)

    assert str(refused.value) == (
        f"'{'x' * 60}' is no time zone; write one as Europe/Berlin or America/New_York"
    )


@pytest.mark.parametrize(
    ("readers", "left", "more"), [(199, 0, False), (200, 0, True), (201, 1, True)]
)
def test_two_hundred_readers_hours_are_struck_at_once(
    readers: int, left: int, *, more: bool
) -> None:
    database = FakeDatabase()
    with database.open_work() as work:
        for number in range(readers):
            target = a_target(id=number + 1)
            token = f"token-{number}"
            choose_hours(work, target, Timing(), list_name="a", token=token, now=NOON)
        assert strike_hours(work, NOON) is more
        work.commit()

    assert sum(one.next_at is not None for one in database.rows.timings.values()) == left


def test_no_hour_is_struck_before_its_time() -> None:
    database = FakeDatabase()
    with database.open_work() as work:
        choose_hours(work, a_target(), DAILY, list_name="a", token="token", now=NOON)
        assert strike_hours(work, NOON) is False
        work.commit()

    (kept,) = database.rows.timings.values()
    assert kept.next_at == NOON.replace(day=10, hour=7)


@pytest.mark.parametrize(
    ("timing", "severity", "hour"),
    [
        (None, Severity.MINOR, 23),
        (Timing(quiet=NIGHT), Severity.CRITICAL, 31),
        (Timing(quiet=NIGHT, critical_passes=True), Severity.CRITICAL, 23),
        (Timing(quiet=NIGHT, critical_passes=True), Severity.MAJOR, 31),
        (Timing(quiet=REST), Severity.MINOR, 23),
        (Timing(), Severity.MINOR, 23),
    ],
)
def test_retry_keeps_out_of_quiet_hours_unless_what_it_tells_may_pass(
    timing: Timing | None, severity: Severity, hour: int
) -> None:
    midnight = NOON.replace(hour=0)
    alert = an_alert(changes=(a_change(severity=severity),))
    claimed = a_claim(alert=alert, timing=timing)

    due_at = out_of_quiet_hours(claimed, midnight + HOUR * 23)

    assert due_at == midnight + HOUR * hour
