"""Confirmation mails: each goes out once, whatever the relay does."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.alerting.confirming import LEASE, ask_due, forget_silent
from monitor.alerting.consent import EXPIRES_AFTER, FORGOTTEN_AFTER, ask_consent
from monitor.domain.alerts import Receipt
from monitor.domain.bounces import BounceKind
from monitor.domain.consents import AskOutcome, Confirmation
from monitor.domain.errors import DeliveryError
from monitor.domain.watches import Channel, TargetState
from tests.builders import NOON
from tests.fakes.work import FakeDatabase


@dataclass
class FakeAsker:
    """Plays ``ConfirmationCarrier``."""

    failures: list[Exception] = field(default_factory=list)
    arrived: list[Confirmation] = field(default_factory=list)

    async def ask(self, confirmation: Confirmation) -> Receipt:
        if self.failures:
            raise self.failures.pop(0)
        self.arrived.append(confirmation)
        return Receipt(status=250, detail="kept")


def asking(*addresses: str) -> FakeDatabase:
    database = FakeDatabase()
    with database.open_work() as work:
        for address in addresses:
            target = work.watches.target(Channel.EMAIL, address, secret="", now=NOON)
            ask_consent(work, target, origin="", now=NOON, new_token=lambda: address)  # noqa: B023  # called at once
        work.commit()
    return database


async def go(database: FakeDatabase, asker: FakeAsker, now: datetime = NOON) -> list[bool]:
    sent = await ask_due(
        database.open_work, asker, clock=lambda: now, owner="worker", chance=lambda: 0.0
    )
    return [one.outcome.taken for one in sent]


async def test_every_address_gets_one_mail() -> None:
    database, asker = asking(*(f"a{n}@clinic.example" for n in range(10))), FakeAsker()

    first = await go(database, asker)
    second = await go(database, asker, NOON + timedelta(days=1))

    assert (first, second) == ([True] * 10, [])
    assert len({one.target.address for one in asker.arrived}) == 10


async def test_refusal_for_now_is_tried_again_with_the_same_question() -> None:
    database = asking("ada@clinic.example")
    asker = FakeAsker([DeliveryError("greylisted", status=450)])

    tries = [await go(database, asker, NOON + timedelta(seconds=at)) for at in (0, 59, 61)]

    assert tries == [[False], [], [True]]


async def test_relay_that_is_down_uses_up_nothing() -> None:
    database = asking("ada@clinic.example")
    asker = FakeAsker([DeliveryError("down", carrier_down=True) for _ in range(50)])
    now = NOON
    for _ in range(50):
        await go(database, asker, now)
        now += timedelta(minutes=16)

    assert await go(database, asker, now) == [True]


async def test_no_such_mailbox_ends_it() -> None:
    database = asking("ada@clinic.example")
    gone = DeliveryError("no such user", permanent=True, status=550, bounce=BounceKind.HARD)

    await go(database, FakeAsker([gone]))

    assert database.rows.targets[1].state is TargetState.SUPPRESSED
    assert await go(database, FakeAsker(), NOON + timedelta(days=1)) == []


async def test_error_nobody_foresaw_stops_no_other_mail() -> None:
    database = asking("ada@clinic.example", "ben@clinic.example")
    asker = FakeAsker([KeyError("oh")])

    sent = await ask_due(database.open_work, asker, clock=lambda: NOON, owner="worker")

    assert [type(one.unforeseen) for one in sent] == [KeyError, type(None)]
    assert [one.outcome.taken for one in sent] == [False, True]


async def test_killed_process_is_made_good_after_its_lease() -> None:
    database, asker = asking("ada@clinic.example"), FakeAsker()
    with database.open_work() as work:
        work.consents.claim(NOON, limit=1, until=NOON + LEASE, owner="killed")
        work.commit()

    tries = [await go(database, asker, NOON + at) for at in (timedelta(0), LEASE)]

    assert tries == [[], [True]]


async def test_nothing_new_is_begun_when_stopping() -> None:
    database, stopping = asking("ada@clinic.example"), asyncio.Event()
    stopping.set()

    sent = await ask_due(
        database.open_work, FakeAsker(), clock=lambda: NOON, owner="worker", stopping=stopping
    )

    assert sent == ()


async def test_silent_address_is_forgotten_after_a_month() -> None:
    database = asking("ada@clinic.example")

    early = forget_silent(database.open_work, now=NOON + EXPIRES_AFTER)
    late = forget_silent(database.open_work, now=NOON + FORGOTTEN_AFTER + timedelta(seconds=1))

    assert (early, late) == (0, 1)
    assert not database.rows.targets


async def outcome_of(failure: DeliveryError | None) -> AskOutcome:
    asker = FakeAsker([failure] if failure else [])
    (asked,) = await ask_due(
        asking("ada@clinic.example").open_work,
        asker,
        clock=lambda: NOON,
        owner="worker",
        chance=lambda: 0.0,
    )
    return asked.outcome


async def test_each_attempt_is_written_down_with_all_that_it_says() -> None:
    hard, in_a_minute = BounceKind.HARD, NOON + timedelta(minutes=1)
    greylisted = DeliveryError("450", detail="Try later", bounce=hard)
    unknown = DeliveryError("550", permanent=True, bounce=hard)
    closed = DeliveryError("no road", carrier_down=True)

    assert await outcome_of(None) == AskOutcome(due_at=None, taken=True, detail="kept")
    assert await outcome_of(greylisted) == AskOutcome(
        due_at=in_a_minute, taken=False, detail="450\nTry later"
    )
    assert await outcome_of(unknown) == AskOutcome(
        due_at=None, taken=False, detail="550", bounce=hard
    )
    assert await outcome_of(closed) == AskOutcome(
        due_at=in_a_minute, taken=False, detail="no road", counts=False
    )


async def test_four_mails_are_under_way_at_once() -> None:
    database = asking(*(f"a{n}@clinic.example" for n in range(9)))
    at_once: list[int] = []

    class Counting(FakeAsker):
        under_way = 0

        async def ask(self, confirmation: Confirmation) -> Receipt:
            self.under_way += 1
            await asyncio.sleep(0)
            at_once.append(self.under_way)
            self.under_way -= 1
            return await super().ask(confirmation)

    assert await go(database, Counting()) == [True] * 9
    assert max(at_once) == 4
