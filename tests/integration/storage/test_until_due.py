"""What is said to be due next stands until somebody writes: before it there is nothing to claim."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest

from monitor.domain.alerts import Blame, ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.ports import OpenWork
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from tests.builders import NOON, a_step, an_outcome
from tests.integration.storage.scenes import claim, join, send_out, watch

TRIALS = [NctId(f"NCT990001{number:02}") for number in range(4)]
SECOND = timedelta(seconds=1)


def outcome_of(chance: Random, now: datetime) -> Outcome:
    if chance.random() < 0.4:
        return an_outcome()
    return an_outcome(
        state=DeliveryState.PENDING,
        due_at=now + chance.randrange(1, 120) * SECOND,
        word="failed",
        status=None,
        blame=chance.choice([Blame.FAILED, Blame.TIMED_OUT]),
    )


def story(open_work: OpenWork, chance: Random) -> Iterator[datetime]:
    """Send, claim, fail and deliver by chance; yield the time after each."""
    now, under_way = NOON, list[ClaimedDelivery]()
    for step in range(2, 16):
        send_out(open_work, *(a_step(step, nct_id=one) for one in TRIALS if chance.random() < 0.4))
        yield now
        under_way += claim(open_work, now=now, limit=chance.choice([2, 100]))
        yield now
        now += chance.randrange(1, 30) * SECOND
        chance.shuffle(under_way)
        while under_way and chance.random() < 0.7:
            with open_work() as work:
                work.deliveries.record([(under_way.pop(), outcome_of(chance, now))], now=now)
                work.commit()
        yield now
        now += chance.choice([1, 20, 150]) * SECOND
    now += timedelta(hours=1)
    while under_way := [*under_way, *claim(open_work, now=now)]:
        with open_work() as work:
            work.deliveries.record([(under_way.pop(), an_outcome())], now=now)
            work.commit()
    yield now


@pytest.mark.parametrize("seed", range(8))
def test_nothing_can_be_claimed_before_the_moment_that_was_read(
    open_work: OpenWork, seed: int
) -> None:
    chance = Random(seed)
    watch(open_work, *TRIALS)
    join(open_work, "https://hooks.example/a", channel=Channel.WEBHOOK)
    join(open_work, "a@example.org")
    for now in story(open_work, chance):
        with open_work() as work:
            moment = work.deliveries.next_due_at(now)
        until = moment or now + timedelta(hours=1)
        for part in (0.0, chance.random(), 0.999):
            between = now + part * (until - now)
            if between < until:
                assert claim(open_work, now=between) == ()
