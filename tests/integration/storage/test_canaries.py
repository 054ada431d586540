"""Contract of ``Canaries``: made by one, sent by another, taken in by a third."""

from datetime import timedelta

import pytest

from monitor.domain.canary import Canary, CanaryState, ClaimedCanary
from monitor.domain.ports import OpenWork
from storage.engine import Database
from storage.standing import canary_state
from tests.builders import NOON

LATER = NOON + timedelta(minutes=20)
FIRST = Canary(id="01ARZ3NDEKTSV4RRFFQ69G5FAV-0", token="key", made_at=NOON)
SECOND = Canary(id="01ARZ3NDEKTSV4RRFFQ69G5FAW-0", token="other", made_at=LATER)


def make(open_work: OpenWork, canary: Canary = FIRST) -> None:
    with open_work() as work:
        work.canaries.make(canary, waiting_since=canary.made_at)
        work.commit()


def take_up(open_work: OpenWork, *, owner: str = "a", hours: int = 0) -> ClaimedCanary | None:
    now = NOON + timedelta(hours=hours)
    with open_work() as work:
        claimed = work.canaries.claim(now, until=now + timedelta(minutes=20), owner=owner)
        work.commit()
    return claimed


def come_in(open_work: OpenWork, canary: Canary = FIRST) -> None:
    with open_work() as work:
        work.canaries.came_in(canary.id, at=LATER)
        work.commit()


def record(open_work: OpenWork, claimed: ClaimedCanary, *, again: bool = False) -> bool:
    with open_work() as work:
        kept = work.canaries.record(
            claimed,
            due_at=LATER if again else None,
            taken_at=None if again else NOON,
            status="451" if again else "",
        )
        work.commit()
    return kept


def state(open_work: OpenWork) -> CanaryState:
    with open_work() as work:
        found = work.canaries.state()
    assert found is not None
    return found


def test_nothing_stands_before_the_first(open_work: OpenWork) -> None:
    with open_work() as work:
        assert work.canaries.state() is None
        assert work.canaries.key_of(FIRST.id) is None
    assert take_up(open_work) is None


def test_new_one_is_due_at_once_and_held_by_one_worker(open_work: OpenWork) -> None:
    make(open_work)

    claimed = take_up(open_work)

    assert claimed == ClaimedCanary(canary=FIRST, owner="a", attempts=1)
    assert take_up(open_work, owner="b") is None
    again = take_up(open_work, owner="b", hours=1)
    assert again == ClaimedCanary(canary=FIRST, owner="b", attempts=2)
    assert claimed is not None
    assert not record(open_work, claimed)
    assert state(open_work).taken_at is None


def test_attempt_is_written_down_and_tried_again_when_it_is_due(open_work: OpenWork) -> None:
    make(open_work)
    claimed = take_up(open_work)
    assert claimed is not None

    assert record(open_work, claimed, again=True)
    assert state(open_work).status == "451"
    claimed = take_up(open_work, hours=1)
    assert claimed is not None
    assert record(open_work, claimed)

    assert (state(open_work).taken_at, state(open_work).status) == (NOON, "")
    assert take_up(open_work, hours=48) is None


def test_one_that_came_in_is_awaited_and_sent_no_more(open_work: OpenWork) -> None:
    make(open_work)
    claimed = take_up(open_work)
    assert claimed is not None
    come_in(open_work)

    assert (state(open_work).waiting_since, state(open_work).back_at) == (None, LATER)
    assert not record(open_work, claimed, again=True)
    assert take_up(open_work, hours=48) is None


def test_newest_alone_counts_and_when_one_came_in_stays(open_work: OpenWork) -> None:
    make(open_work)
    come_in(open_work)
    make(open_work, SECOND)
    come_in(open_work, FIRST)

    with open_work() as work:
        assert work.canaries.key_of(FIRST.id) is None
        assert work.canaries.key_of(SECOND.id) == "other"
        assert work.canaries.state() == CanaryState(
            canary=SECOND,
            waiting_since=LATER,
            looked_at=LATER,
            taken_at=None,
            status="",
            back_at=LATER,
        )


def test_look_and_what_was_sent_back_are_noted(open_work: OpenWork) -> None:
    make(open_work)
    with open_work() as work:
        work.canaries.look(LATER, waiting_since=NOON)
        work.canaries.sent_back(FIRST.id, status="5.4.4")
        work.canaries.sent_back(SECOND.id, status="5.1.1")
        work.commit()

    assert (state(open_work).looked_at, state(open_work).status) == (LATER, "5.4.4")


def test_how_it_stands_is_read_without_holding_it(stored: Database) -> None:
    assert canary_state(stored) is None
    make(stored.open_work)

    assert canary_state(stored) == state(stored.open_work)


@pytest.mark.postgresql
def test_two_workers_at_once_do_not_wait_for_each_other(postgresql: Database) -> None:
    make(postgresql.open_work)
    with postgresql.open_work() as one:
        assert one.canaries.claim(NOON, until=LATER, owner="a") is not None
        assert take_up(postgresql.open_work, owner="b") is None
