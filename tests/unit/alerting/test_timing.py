"""When messages go out: a year on the readers' own clocks, and what becomes of what waits."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerting.timing import next_digest, quiet_until, release, zone_of
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
from tests.builders import NOON

#: North and south, half an hour of summer time, half an hour beside the full one, and none.
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "UTC")
HOUR = timedelta(hours=1)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NIGHT = Quiet(start=time(22), end=time(7))


def year_of(timing: Timing) -> list[datetime]:
    """Every digest of 2026."""
    found = []
    at = next_digest(timing, NEW_YEAR)
    while at is not None and at < NEW_YEAR.replace(year=2027):
        found.append(at)
        at = next_digest(timing, at)
    return found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(0), time(1, 59), time(2), time(2, 30), time(7), time(23, 59)])
def test_daily_digest_is_due_once_on_every_day_of_a_year(zone: str, at: time) -> None:
    due = year_of(Timing(rhythm=Rhythm.DAILY, at=at, zone=zone))

    local = [moment.astimezone(ZoneInfo(zone)) for moment in due]
    days = [moment.date() for moment in local]
    first = days[0]
    assert first in {date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)}
    assert days == [first + timedelta(days=number) for number in range(len(days))]
    assert len(days) in {364, 365}
    assert all(
        timedelta(hours=23) <= later - earlier <= timedelta(hours=25)
        for earlier, later in pairwise(due)
    )
    # The clocks are moved once a year over a moment: it is then as much later.
    assert sum(moment.time() != at for moment in local) <= 1
    assert all(moment.time() >= at for moment in local)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("weekday", range(7))
def test_weekly_digest_is_due_once_in_every_week_of_a_year(zone: str, weekday: int) -> None:
    due = year_of(Timing(rhythm=Rhythm.WEEKLY, at=time(7), weekday=weekday, zone=zone))

    local = [moment.astimezone(ZoneInfo(zone)) for moment in due]
    assert len(local) in {52, 53}
    assert {moment.weekday() for moment in local} == {weekday}
    assert {moment.time() for moment in local} == {time(7)}
    assert {later.date() - earlier.date() for earlier, later in pairwise(local)} == {
        timedelta(days=7)
    }


def test_hour_that_summer_time_leaves_out_comes_an_hour_later() -> None:
    timing = Timing(rhythm=Rhythm.DAILY, at=time(2, 30), zone="Europe/Berlin")

    due = next_digest(timing, datetime(2026, 3, 28, 12, tzinfo=UTC))

    assert due == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert due.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3, 30)


def test_hour_that_comes_twice_counts_the_first_time() -> None:
    timing = Timing(rhythm=Rhythm.DAILY, at=time(2, 30), zone="Europe/Berlin")

    first = next_digest(timing, datetime(2026, 10, 24, 12, tzinfo=UTC))

    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_digest(timing, first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_no_digest_is_due_for_who_is_told_at_once() -> None:
    assert next_digest(Timing(), NOON) is None


def test_unknown_zone_is_refused_by_name() -> None:
    with pytest.raises(UnknownZoneError, match="'Europe/Bern' is no time zone; write one as"):
        zone_of("Europe/Bern")


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "\x00", "/etc/localtime", "x" * 5000])
def test_odd_text_is_no_zone(name: str) -> None:
    with pytest.raises(UnknownZoneError):
        zone_of(name)


def test_zone_lost_since_it_was_chosen_counts_as_utc() -> None:
    timing = Timing(rhythm=Rhythm.DAILY, at=time(13), zone="Mars/Olympus", quiet=NIGHT)

    assert next_digest(timing, NOON) == NOON + HOUR
    assert quiet_until(timing, NOON) is None


@given(
    st.sampled_from(ZONES),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(0, 366 * 24 * 4),
)
def test_quiet_hours_end_later_than_now_and_within_a_day(
    zone: str, start: time, end: time, quarter: int
) -> None:
    now = NEW_YEAR + timedelta(minutes=15 * quarter)
    timing = Timing(zone=zone, quiet=Quiet(start=start, end=end))

    until = quiet_until(timing, now)

    if until is not None:
        assert now < until <= now + timedelta(hours=25, minutes=30)
        assert quiet_until(timing, until) is None


@pytest.mark.parametrize(
    ("hour", "until"), [(20, None), (21, 30), (22, 30), (29, 30), (30, None), (31, None)]
)
def test_night_is_quiet_on_the_readers_clock(hour: int, until: int | None) -> None:
    # In winter Berlin is an hour ahead of UTC: its night is from 21 to 6 UTC.
    day = datetime(2026, 1, 10, tzinfo=UTC)

    found = quiet_until(Timing(zone="Europe/Berlin", quiet=NIGHT), day + HOUR * hour)

    assert found == (None if until is None else day + HOUR * until)


def waiting(count: int, *, was_held: bool = False, **of: Severity) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(
            delivery_id=f"d{number}",
            severity=of.get(f"d{number}", Severity.MINOR),
            was_held=was_held,
        )
        for number in range(count)
    )


def due(timing: Timing, *, sent: int = 0, held: tuple[Waiting, ...] = ()) -> DueTiming:
    minutes = (NOON - timedelta(minutes=50 - number) for number in range(sent))
    return DueTiming(id=1, timing=timing, waiting=held, sent_at=tuple(minutes))


DAILY = Timing(rhythm=Rhythm.DAILY, at=time(12), zone="UTC")


def test_digest_takes_all_that_waits_and_names_the_next_hour() -> None:
    assert release(due(DAILY, held=waiting(3)), NOON) == LetGo(
        together=("d0", "d1", "d2"), next_at=NOON + timedelta(days=1)
    )


def test_empty_digest_is_not_sent_and_the_next_hour_is_named() -> None:
    assert release(due(DAILY), NOON) == LetGo(next_at=NOON + timedelta(days=1))


def test_hours_missed_while_nothing_ran_are_one_digest() -> None:
    late = NOON + timedelta(days=3, hours=5)

    assert release(due(DAILY, held=waiting(2)), late) == LetGo(
        together=("d0", "d1"), next_at=NOON + timedelta(days=4)
    )


def test_what_comes_by_day_is_sent_singly() -> None:
    timing = Timing(zone="UTC", quiet=NIGHT)

    assert release(due(timing, held=waiting(2)), NOON) == LetGo(singly=("d0", "d1"))


def test_what_comes_by_night_is_held_until_its_end() -> None:
    night = NOON.replace(hour=23)

    assert release(due(Timing(quiet=NIGHT), held=waiting(2)), night) == LetGo(
        next_at=NOON.replace(hour=7) + timedelta(days=1)
    )


def test_what_was_held_goes_out_as_one() -> None:
    morning = NOON.replace(hour=7)
    held = due(Timing(quiet=NIGHT), held=waiting(3, was_held=True))

    assert release(held, morning) == LetGo(together=("d0", "d1", "d2"))


def test_what_is_over_the_measure_of_an_hour_becomes_a_digest() -> None:
    held = waiting(6, d3=Severity.CRITICAL, d1=Severity.MAJOR)

    assert release(due(Timing(most_an_hour=3), held=held), NOON) == LetGo(
        singly=("d1", "d3"), together=("d0", "d2", "d4", "d5")
    )


def test_full_hour_holds_until_one_may_go_again() -> None:
    held = due(Timing(most_an_hour=2), sent=4, held=waiting(1))

    assert release(held, NOON) == LetGo(next_at=held.sent_at[-2] + HOUR)


def test_measure_that_is_not_reached_holds_nothing() -> None:
    held = due(Timing(most_an_hour=3), sent=1, held=waiting(2))

    assert release(held, NOON) == LetGo(singly=("d0", "d1"))


@given(
    most=st.integers(1, 5),
    sent=st.integers(0, 7),
    held=st.integers(0, 9),
    was_held=st.booleans(),
)
def test_no_hour_has_more_messages_than_was_asked_for(
    most: int, sent: int, held: int, *, was_held: bool
) -> None:
    timing = Timing(most_an_hour=most)

    gone = release(due(timing, sent=sent, held=waiting(held, was_held=was_held)), NOON)

    messages = len(gone.singly) + bool(gone.together)
    assert sent + messages <= max(most, sent)
    told = {*gone.singly, *gone.together}
    assert len(told) in {0, held}
    assert told or not held or gone.next_at is not None


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (Timing(), "at once"),
        (
            Timing(rhythm=Rhythm.DAILY, zone="Europe/Berlin", critical_passes=True),
            "daily at 07:00 (Europe/Berlin), critical at once",
        ),
        (Timing(rhythm=Rhythm.WEEKLY, weekday=4, at=time(18, 5)), "Fridays at 18:05 (UTC)"),
        (
            Timing(quiet=NIGHT, most_an_hour=5),
            "at once, quiet 22:00-07:00 (UTC), at most 5 an hour",
        ),
    ],
)
def test_choice_is_said_in_words(timing: Timing, words: str) -> None:
    assert timing.words == words
