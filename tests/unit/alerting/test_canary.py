"""When a mail to ourselves is made, when it is missed, and what alarms nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerting.canary import (
    AGAIN,
    EVERY,
    GRACE,
    LEASE,
    PAUSE,
    is_due,
    is_missing,
    look_after,
    missed,
    send_due,
    waits_since,
)
from monitor.domain.alerts import Receipt
from monitor.domain.canary import Canary, CanaryState
from monitor.domain.errors import DeliveryError
from tests.builders import NOON
from tests.fakes.work import FakeDatabase

MINUTE = timedelta(minutes=1)
WAITING = CanaryState(
    canary=Canary(id="01-0", token="key", made_at=NOON),
    waiting_since=NOON,
    looked_at=NOON,
    taken_at=NOON + MINUTE,
    status="",
    back_at=None,
)
BACK = replace(WAITING, waiting_since=None, back_at=NOON + MINUTE)
LONG = NOON + GRACE + MINUTE


class Carrier:
    """Takes mail, or fails as it is told."""

    def __init__(self, failure: DeliveryError | None = None) -> None:
        self.failure = failure
        self.carried: list[Canary] = []

    async def carry(self, canary: Canary) -> Receipt:
        self.carried.append(canary)
        if self.failure is not None:
            raise self.failure
        return Receipt(status=250, detail="")


@pytest.mark.parametrize(
    ("state", "after", "due"),
    [
        (None, timedelta(0), True),
        (BACK, EVERY - MINUTE, False),
        (WAITING, EVERY - MINUTE, False),
        (BACK, EVERY, True),
        (WAITING, EVERY, True),
        # It comes no more: the road may be mended by now.
        (replace(WAITING, status="554"), AGAIN - MINUTE, False),
        (replace(WAITING, status="554"), AGAIN, True),
        # A note of trouble that it came in spite of.
        (replace(BACK, status="4.4.1"), AGAIN, False),
        # The clock had jumped forward, and is right again.
        (BACK, -timedelta(days=1), True),
    ],
)
def test_one_is_made_a_day_whatever_became_of_the_last(
    state: CanaryState | None, after: timedelta, *, due: bool
) -> None:
    assert is_due(state, NOON + after) is due


def test_one_that_does_not_come_in_is_missed_after_the_grace() -> None:
    looked = replace(WAITING, looked_at=LONG - MINUTE)

    assert not is_missing(replace(WAITING, looked_at=NOON), NOON + PAUSE)
    assert not is_missing(looked, NOON + GRACE)
    assert is_missing(looked, LONG)
    assert not is_missing(replace(looked, waiting_since=None), LONG)


def test_time_that_nobody_looked_does_not_count() -> None:
    after_a_week = NOON + timedelta(days=7)
    resumed = replace(WAITING, looked_at=after_a_week, waiting_since=after_a_week)

    assert not is_missing(WAITING, after_a_week)
    assert waits_since(WAITING, after_a_week) == after_a_week
    assert waits_since(BACK, after_a_week) is None
    looked = replace(resumed, looked_at=after_a_week + GRACE)
    assert waits_since(looked, after_a_week + GRACE + MINUTE) == after_a_week
    assert is_missing(looked, after_a_week + GRACE + MINUTE)


def test_clocks_of_two_machines_that_differ_a_little_are_no_jump() -> None:
    looked = replace(WAITING, looked_at=LONG + MINUTE / 2)

    assert is_missing(looked, LONG)


@pytest.mark.parametrize("jump", [timedelta(days=1), -timedelta(hours=1), -timedelta(days=1)])
def test_clock_that_jumps_alarms_nobody(jump: timedelta) -> None:
    looked = replace(WAITING, looked_at=LONG)

    assert not is_missing(looked, LONG + jump)
    assert waits_since(looked, LONG + jump) == LONG + jump


NEWEST = "the newest, of 2026-03-09 12:00 UTC,"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (replace(WAITING, taken_at=None), f"yet: {NEWEST} was sent by nobody"),
        (
            replace(WAITING, taken_at=None, status="554"),
            f"yet: {NEWEST} was not taken by the mail server (554)",
        ),
        (WAITING, f"yet: {NEWEST} was taken by the mail server and did not get here"),
        (
            replace(WAITING, status="5.1.1"),
            f"yet: {NEWEST} was taken by the mail server and sent back (5.1.1)",
        ),
        (
            replace(WAITING, back_at=NOON - timedelta(days=1)),
            (
                f"since 2026-03-08 12:00 UTC: {NEWEST} was taken by the mail server and did not get"
                " here"
            ),
        ),
    ],
)
def test_words_say_how_far_it_came(state: CanaryState, words: str) -> None:
    looked = replace(state, looked_at=LONG)

    assert missed(looked, LONG) == f"no mail that trialwatch sends itself has come in {words}"
    assert missed(looked, NOON + GRACE) == ""


@pytest.mark.parametrize(
    ("ago", "missing"),
    [
        (PAUSE, True),
        (PAUSE + timedelta(microseconds=1), False),
        (-MINUTE, True),
        (-MINUTE - timedelta(microseconds=1), False),
    ],
)
def test_who_looked_an_hour_ago_has_not_paused(ago: timedelta, *, missing: bool) -> None:
    looked = replace(WAITING, looked_at=LONG - ago)

    assert is_missing(looked, LONG) is missing
    assert waits_since(looked, LONG) == (NOON if missing else LONG)


def test_one_is_made_at_the_very_moment_again_only_after_its_time() -> None:
    assert not is_due(BACK, NOON)
    assert is_due(BACK, NOON - timedelta(microseconds=1))
    assert not is_due(BACK, NOON + EVERY - timedelta(microseconds=1))


def held(rows: FakeDatabase) -> CanaryState:
    with rows.open_work() as work:
        state = work.canaries.state()
    assert state is not None
    return state


def look(rows: FakeDatabase, after: timedelta) -> CanaryState:
    look_after(rows.open_work, now=NOON + after, new_token=lambda: "key")
    return held(rows)


def test_days_without_any_coming_in_are_one_wait() -> None:
    rows = FakeDatabase()
    first = state = look(rows, timedelta(0))
    for minutes in range(5, 60 * 24 + 10, 5):
        state = look(rows, timedelta(minutes=minutes))

    assert state.canary.id != first.canary.id
    assert state.canary.made_at == NOON + EVERY
    assert state.waiting_since == NOON
    assert is_missing(state, NOON + timedelta(days=1, minutes=6))


def test_service_that_was_off_waits_anew() -> None:
    rows = FakeDatabase()
    look(rows, timedelta(0))

    same = look(rows, timedelta(hours=10))
    assert (same.canary.made_at, same.waiting_since) == (NOON, NOON + timedelta(hours=10))
    anew = look(rows, timedelta(days=3))
    assert anew.canary.made_at == anew.waiting_since == NOON + timedelta(days=3)


async def test_each_is_sent_once_by_one_worker() -> None:
    rows, carrier = FakeDatabase(), Carrier()
    assert await send_due(rows.open_work, carrier, clock=lambda: NOON, owner="a") is None
    look(rows, timedelta(0))

    for owner in ("a", "b"):
        await send_due(rows.open_work, carrier, clock=lambda: NOON, owner=owner)

    assert len(carrier.carried) == 1
    assert held(rows).taken_at == NOON


async def test_what_the_mail_server_does_not_take_is_tried_again_and_said() -> None:
    rows = FakeDatabase()
    look(rows, timedelta(0))
    carrier = Carrier(DeliveryError("451 try again", status=451))

    failure = await send_due(
        rows.open_work, carrier, clock=lambda: NOON, owner="a", chance=lambda: 0
    )

    assert failure is carrier.failure
    assert (held(rows).taken_at, held(rows).status) == (None, "451")
    later = NOON + timedelta(minutes=1)
    carrier.failure = None
    assert await send_due(rows.open_work, carrier, clock=lambda: later, owner="a") is None
    assert (held(rows).taken_at, held(rows).status) == (later, "")


async def test_one_that_is_refused_for_good_is_not_tried_again() -> None:
    rows = FakeDatabase()
    look(rows, timedelta(0))
    carrier = Carrier(DeliveryError("no such mailbox", permanent=True))

    clock = iter(NOON + timedelta(hours=hour) for hour in range(6))

    for _ in range(3):
        await send_due(rows.open_work, carrier, clock=lambda: next(clock), owner="a")

    assert len(carrier.carried) == 1
    assert (held(rows).taken_at, held(rows).status) == (None, "no reply code")


async def test_one_under_way_is_left_to_its_worker_until_its_lease_ends() -> None:
    rows = FakeDatabase()
    look(rows, timedelta(0))
    with rows.open_work() as work:
        assert work.canaries.claim(NOON, until=NOON + LEASE, owner="dead") is not None
        work.commit()
    carrier = Carrier()
    before, after = NOON + LEASE - timedelta(seconds=1), NOON + LEASE

    await send_due(rows.open_work, carrier, clock=lambda: before, owner="a")
    assert carrier.carried == []
    await send_due(rows.open_work, carrier, clock=lambda: after, owner="a")

    assert len(carrier.carried) == 1
