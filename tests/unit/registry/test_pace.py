import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.registry.pace import LONGEST_RETRY_AFTER, Pace, TimeAndChance, back_off, retry_after
from tests.fakes.registry import SteppingTime

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def leave(pace: Pace, time: SteppingTime, left_at: list[float]) -> None:
    await pace.turn()
    left_at.append(time.seconds)


async def test_requests_leave_a_gap_apart_from_many_callers() -> None:
    time = SteppingTime()
    pace, left_at = Pace(4.0, time.timing()), list[float]()

    await asyncio.gather(*(leave(pace, time, left_at) for _ in range(9)))

    assert len(left_at) == 9
    assert all(later - earlier >= 0.25 for earlier, later in pairwise(left_at))
    assert left_at[-1] - left_at[0] == pytest.approx(2.0)


async def test_first_request_does_not_wait() -> None:
    time = SteppingTime()

    await Pace(0.1, time.timing()).turn()

    assert time.rests == []


async def test_idle_time_is_not_saved_up() -> None:
    time = SteppingTime()
    pace = Pace(1.0, time.timing())
    await pace.turn()
    await time.sleep(60)
    time.rests.clear()

    await pace.turn()
    await pace.turn()

    assert time.rests == [1.0]


async def test_rate_zero_is_no_limit() -> None:
    time = SteppingTime()
    pace = Pace(0, time.timing())

    for _ in range(100):
        await pace.turn()

    assert time.rests == []


async def test_rest_holds_up_requests_already_waiting() -> None:
    time = SteppingTime()
    pace, left_at = Pace(1.0, time.timing()), list[float]()
    await pace.turn()
    waiting = asyncio.create_task(leave(pace, time, left_at))
    await asyncio.sleep(0)

    pace.rest(timedelta(seconds=30))
    await waiting

    assert left_at[0] >= 1030


async def test_shorter_rest_does_not_cut_a_longer_one() -> None:
    time = SteppingTime()
    pace = Pace(0, time.timing())

    pace.rest(timedelta(seconds=30))
    pace.rest(timedelta(seconds=1))
    await pace.turn()

    assert time.rests == [30]


def test_back_off_doubles_up_to_its_bound() -> None:
    rests = [back_off(tries, first=SECOND, longest=20 * SECOND, chance=1) for tries in range(1, 8)]

    assert [rest.total_seconds() for rest in rests] == [1, 2, 4, 8, 16, 20, 20]


@given(tries=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_back_off_stays_between_half_and_whole(tries: int, chance: float) -> None:
    whole = back_off(tries, first=SECOND, longest=60 * SECOND, chance=1)

    assert whole / 2 <= back_off(tries, first=SECOND, longest=60 * SECOND, chance=chance) <= whole


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("Mon, 02 Mar 2026 12:02:00 GMT", 120),
        ("Monday, 02-Mar-26 12:00:30 GMT", 30),
        ("Mon, 02 Mar 2026 12:00:07 -0000", 7),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 0),
        ("999999999", LONGEST_RETRY_AFTER.total_seconds()),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER.total_seconds()),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("1e9", 0),
        ("9" * 400, 0),
        ("Mon, 99 Mar 2026 12:00:00 GMT", 0),
        ("\u0661\u0662", 0),
    ],
)
def test_retry_after_is_read_and_bounded(text: str, seconds: float) -> None:
    assert retry_after(text, now=NOON) == timedelta(seconds=seconds)


@given(st.text(max_size=60))
def test_any_retry_after_gives_a_bounded_gap(text: str) -> None:
    assert timedelta(0) <= retry_after(text, now=NOON) <= LONGEST_RETRY_AFTER


async def test_turn_that_was_slept_too_short_is_waited_for_again() -> None:
    time = SteppingTime()
    short = replace(time.timing(), sleep=lambda seconds: time.sleep(seconds / 2))
    pace = Pace(0, short)
    pace.rest(timedelta(seconds=1))

    await pace.turn()

    assert time.seconds == pytest.approx(1001)
    assert len(time.rests) > 1


def test_real_clock_is_in_utc() -> None:
    before = datetime.now(UTC)

    assert before <= TimeAndChance().clock() <= datetime.now(UTC)


def test_real_chance_lies_from_nought_up_to_one() -> None:
    chance = TimeAndChance().chance

    assert all(0 <= chance() < 1 for _ in range(100))


def test_half_of_a_rest_is_left_to_chance() -> None:
    rests = [back_off(1, first=SECOND, longest=60 * SECOND, chance=one) for one in (0, 0.5, 1)]

    assert [rest.total_seconds() for rest in rests] == [0.5, 0.75, 1]
