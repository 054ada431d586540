"""Which of the webhooks that are due are taken up, and how much room there is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerting.health import MOST_AT_ONCE, PACE
from monitor.alerting.lanes import Candidate, Slots, Traffic, pick
from monitor.domain.lanes import Lane
from monitor.domain.trial import NctId
from monitor.domain.watches import Health
from tests.builders import NOON

WELL = Health(well_since=NOON)


def due(number: int, *, target: int = 1, trial: int | None = None) -> Candidate:
    return Candidate(
        id=f"d{number}",
        target_id=target,
        nct_id=NctId(f"NCT9900000{trial or number}"),
        health=WELL,
        paced_until=None,
    )


def picked(
    *candidates: Candidate, traffic: Traffic | None = None, limit: int = 100
) -> tuple[list[str], frozenset[int]]:
    taken, waiting = pick(candidates, traffic or Traffic(), limit=limit, now=NOON)
    return [one.id for one in taken], waiting


def test_what_is_due_longest_is_taken_first_up_to_the_limit() -> None:
    those = [due(number, target=number) for number in (3, 1, 2)]

    assert picked(*those) == (["d3", "d1", "d2"], frozenset())
    assert picked(*those, limit=2) == (["d3", "d1"], frozenset())
    assert picked(*those, limit=0) == ([], frozenset())


def test_target_that_answers_well_is_sent_four_at_once_and_the_rest_waits() -> None:
    those = [due(number) for number in range(1, 7)]

    assert MOST_AT_ONCE == 4
    assert picked(*those) == (["d1", "d2", "d3", "d4"], frozenset({1}))


@pytest.mark.parametrize(
    "health", [Health(), Health(failures=1, failing_since=NOON), replace(WELL, failures=1)]
)
def test_target_that_has_not_answered_well_is_sent_one_at_a_time(health: Health) -> None:
    those = [replace(due(number), health=health) for number in (1, 2)]

    assert picked(*those) == (["d1"], frozenset({1}))


def test_one_that_waits_holds_up_no_other_target() -> None:
    traffic = Traffic()
    for number in range(1, 5):
        traffic.add(1, NctId(f"NCT9900001{number}"))

    assert picked(due(5), due(6, target=2), traffic=traffic) == (["d6"], frozenset({1}))


def test_changes_of_one_trial_reach_a_target_one_after_the_other() -> None:
    those = [due(1, trial=9), due(2, trial=9), due(3, target=2, trial=9)]

    assert picked(*those) == (["d1", "d3"], frozenset({1}))


def test_target_is_sent_no_more_than_its_bucket_holds() -> None:
    full_in = [PACE.gap * (PACE.burst - tokens) for tokens in (0, 1, 2)]

    for gap, sent in zip(full_in, ([], ["d1"], ["d1", "d2"]), strict=True):
        those = [replace(due(number), paced_until=NOON + gap) for number in (1, 2, 3)]
        assert picked(*those) == (sent, frozenset({1}))


def test_what_is_taken_up_is_under_way_from_then_on() -> None:
    traffic = Traffic()

    picked(due(1), due(2, target=2), traffic=traffic)

    assert traffic.by_target == {1: 1, 2: 1}
    assert traffic.taken == {1: 1, 2: 1}
    assert traffic.pairs == {(1, NctId("NCT99000001")), (2, NctId("NCT99000002"))}


def test_room_is_what_each_lane_and_all_together_have_left() -> None:
    slots = Slots(steady=5, mail=4, suspect=3, most=10)

    room = slots.room({Lane.STEADY: 2, Lane.SUSPECT: 7}, altogether=9)

    assert room.most == 1
    assert room.lanes == {Lane.STEADY: 3, Lane.MAIL: 4, Lane.SUSPECT: 0}
    assert slots.room({}, altogether=11).most == 0


def test_usual_room_is_that_of_one_process() -> None:
    room = Slots().room({}, altogether=0)

    assert room.most == 128
    assert room.lanes == {Lane.STEADY: 16, Lane.MAIL: 16, Lane.SUSPECT: 8}


def test_pace_is_ten_at_once_and_ten_a_second() -> None:
    assert (PACE.burst, PACE.gap) == (10, timedelta(seconds=0.1))
