"""How a webhook's target is judged, let alone and paced."""

from datetime import timedelta

import pytest

from monitor.alerting.health import (
    FIRST_BREAK,
    LONGEST_BREAK,
    Pace,
    after,
    is_held,
    most_at_once,
    pace_of,
    paced_until,
    tokens,
)
from monitor.domain.alerts import Blame
from monitor.domain.watches import Channel, Health
from tests.builders import NOON

NONE = timedelta(0)
WELL = Health(well_since=NOON)
SLOW_PACE = Pace(per_second=2, burst=4)


def failing(times: int, blame: Blame = Blame.TIMED_OUT) -> Health:
    health = WELL
    for _ in range(times):
        health = after(health, blame, hold=NONE, now=NOON)
    return health


@pytest.mark.parametrize(
    ("times", "seconds"), [(1, 5), (2, 10), (3, 20), (6, 160), (7, 300), (60, 300)]
)
def test_each_timeout_doubles_the_break(times: int, seconds: int) -> None:
    assert failing(times).held_until == NOON + timedelta(seconds=seconds)


def test_breaks_begin_and_end_where_they_are_said_to() -> None:
    assert (timedelta(seconds=5), timedelta(minutes=5)) == (FIRST_BREAK, LONGEST_BREAK)


def test_refusal_breaks_nothing_but_counts() -> None:
    refused = failing(1, Blame.FAILED)

    assert (refused.failures, refused.failing_since, refused.held_until) == (1, NOON, None)
    assert most_at_once(refused) == 1


def test_first_failure_is_when_it_began_to_fail() -> None:
    later = after(failing(1), Blame.FAILED, hold=NONE, now=NOON + timedelta(hours=1))

    assert later.failing_since == NOON


def test_one_answer_makes_all_well() -> None:
    later = NOON + timedelta(hours=1)

    assert after(failing(9), Blame.NONE, hold=NONE, now=later) == Health(well_since=later)
    assert after(WELL, Blame.NONE, hold=NONE, now=later) == WELL


def test_fault_of_ours_is_not_held_against_the_target() -> None:
    assert after(WELL, Blame.OURS, hold=timedelta(minutes=1), now=NOON) == WELL


def test_receiver_can_ask_for_a_break_but_not_for_longer_than_any() -> None:
    asked = after(WELL, Blame.FAILED, hold=timedelta(hours=9), now=NOON)

    assert asked.held_until == NOON + LONGEST_BREAK


def test_breaker_is_open_until_its_time_and_not_for_a_clock_that_jumped_back() -> None:
    held = failing(1)

    assert is_held(held, NOON)
    assert not is_held(held, NOON + FIRST_BREAK)
    assert not is_held(held, NOON - timedelta(days=1))


def test_only_who_answers_well_gets_several_at_once() -> None:
    assert [most_at_once(health) for health in (Health(), WELL, failing(1))] == [1, 4, 1]


def test_bucket_empties_and_fills() -> None:
    empty = paced_until(None, NOON, sent=4, pace=SLOW_PACE)

    assert tokens(None, NOON, SLOW_PACE) == 4
    assert tokens(empty, NOON, SLOW_PACE) == 0
    assert tokens(empty, NOON + timedelta(seconds=0.4), SLOW_PACE) == 0
    assert tokens(empty, NOON + timedelta(seconds=0.5), SLOW_PACE) == 1
    assert tokens(empty, NOON + timedelta(seconds=9), SLOW_PACE) == 4


def test_bucket_of_a_clock_that_jumped_back_is_empty_and_no_more() -> None:
    future = NOON + timedelta(days=1)

    assert tokens(future, NOON, SLOW_PACE) == 0
    assert tokens(paced_until(future, NOON, sent=0, pace=SLOW_PACE), NOON, SLOW_PACE) == 0
    assert paced_until(future, NOON, sent=0, pace=SLOW_PACE) == NOON + timedelta(seconds=2)


@pytest.mark.parametrize(
    ("ahead", "held"),
    [
        (NONE, False),
        (timedelta(microseconds=1), True),
        (LONGEST_BREAK, True),
        (LONGEST_BREAK + timedelta(microseconds=1), False),
    ],
)
def test_breaker_holds_for_five_minutes_at_most(ahead: timedelta, *, held: bool) -> None:
    assert is_held(Health(held_until=NOON + ahead), NOON) is held
    assert not is_held(Health(), NOON)


@pytest.mark.parametrize(
    ("channel", "per_second", "burst"),
    [
        (Channel.WEBHOOK, 10, 10),
        (Channel.SLACK, 1, 1),
        (Channel.DISCORD, 1, 1),
        (Channel.TEAMS, 4, 4),
        (Channel.STREAM, 500, 500),
    ],
)
def test_each_kind_of_target_is_sent_to_as_fast_as_it_takes(
    channel: Channel, per_second: float, burst: int
) -> None:
    assert pace_of(channel) == Pace(per_second=per_second, burst=burst)


@pytest.mark.parametrize(
    ("blame", "hold", "held_for"),
    [
        (Blame.TIMED_OUT, NONE, FIRST_BREAK),
        (Blame.TIMED_OUT, timedelta(seconds=9), timedelta(seconds=9)),
        (Blame.TIMED_OUT, timedelta(seconds=1), FIRST_BREAK),
        (Blame.FAILED, timedelta(seconds=9), timedelta(seconds=9)),
    ],
)
def test_longer_of_our_break_and_the_one_asked_for_holds(
    blame: Blame, hold: timedelta, held_for: timedelta
) -> None:
    assert after(WELL, blame, hold=hold, now=NOON) == Health(
        failures=1, failing_since=NOON, held_until=NOON + held_for, well_since=None
    )


def test_failure_without_a_break_leaves_the_one_there_is() -> None:
    held = after(failing(1), Blame.FAILED, hold=NONE, now=NOON + timedelta(seconds=1))

    assert held == Health(failures=2, failing_since=NOON, held_until=NOON + FIRST_BREAK)
