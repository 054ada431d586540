"""Deliveries that are due: claimed, sent, written down."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.alerting.dispatch import LEASE, DispatchReport, Sent, deliver_due
from monitor.alerting.lanes import Slots
from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.errors import DeliveryError
from monitor.domain.lanes import Room
from monitor.domain.watches import Channel
from tests.builders import NOON, TRIAL, a_state, agreed_target, an_alert
from tests.fakes.notifier import FakeNotifier
from tests.fakes.work import FakeDatabase

_FOUR = Slots(most=4)


def _outbox(readers: int) -> FakeDatabase:
    """Return a database in which ``readers`` mails about one alert are due."""
    database = FakeDatabase()
    with database.open_work() as work:
        work.trials.save([a_state()])
        work.watches.add(TRIAL, list_name="a", now=NOON)
        for number in range(readers):
            target = agreed_target(work, f"reader{number}@clinic.example")
            work.watches.subscribe(
                target,
                list_name="a",
                nct_id=None,
                min_severity=Severity.MINOR,
                token=f"token{number}",
                now=NOON,
            )
        alert = an_alert()
        work.alerts.add(alert)
        assert work.alerts.fan_out(alert, now=NOON) == readers
        work.commit()
    return database


async def _deliver(
    database: FakeDatabase,
    notifier: FakeNotifier,
    *,
    now: datetime = NOON,
    slots: Slots = _FOUR,
    stopping: asyncio.Event | None = None,
    on_sent: Callable[[Sent], None] = lambda _: None,
) -> DispatchReport:
    return await deliver_due(
        database.open_work,
        {Channel.EMAIL: notifier},
        clock=lambda: now,
        owner="worker",
        slots=slots,
        stopping=stopping,
        on_sent=on_sent,
        chance=lambda: 0.0,
    )


def _states(database: FakeDatabase) -> list[DeliveryState]:
    return [row.delivery.state for row in database.rows.deliveries.values()]


async def test_everything_due_is_sent_once() -> None:
    database, notifier = _outbox(10), FakeNotifier()

    report = await _deliver(database, notifier)

    assert report.counts == {DeliveryState.DELIVERED: 10}
    assert report.next_due_at is None
    assert len({claimed.delivery.id for claimed in notifier.arrived}) == 10
    assert set(_states(database)) == {DeliveryState.DELIVERED}


async def test_second_round_has_nothing_to_send() -> None:
    database, notifier = _outbox(3), FakeNotifier()
    await _deliver(database, notifier)

    report = await _deliver(database, notifier, now=NOON + timedelta(days=1))

    assert not report.counts
    assert len(notifier.arrived) == 3


async def test_no_more_is_claimed_than_slots_are_free() -> None:
    database, notifier = _outbox(20), FakeNotifier()
    notifier.open.clear()
    round_ = asyncio.create_task(_deliver(database, notifier, slots=Slots(most=3)))
    for _ in range(3):
        await notifier.begun.acquire()

    held = [row for row in database.rows.deliveries.values() if row.owner]
    notifier.open.set()
    await round_

    assert len(held) == 3
    assert notifier.most_at_once == 3
    assert len(notifier.arrived) == 20


async def test_failed_delivery_comes_due_again_under_the_same_id() -> None:
    database, notifier = _outbox(1), FakeNotifier()
    notifier.failures.append(DeliveryError("451 try later", status=451))

    first = await _deliver(database, notifier)
    again_at = NOON + timedelta(minutes=1)
    assert first.next_due_at == again_at
    second = await _deliver(database, notifier, now=again_at)

    assert first.counts == {DeliveryState.PENDING: 1}
    assert second.counts == {DeliveryState.DELIVERED: 1}
    [row] = database.rows.deliveries.values()
    assert [attempt.outcome.word for attempt in row.attempts if attempt.outcome] == [
        "failed",
        "accepted",
    ]


async def test_permanent_refusal_stops_only_its_own_delivery() -> None:
    database, notifier = _outbox(3), FakeNotifier()
    notifier.failures.append(DeliveryError("550 no such user", permanent=True))

    report = await _deliver(database, notifier)

    assert report.counts == {DeliveryState.FAILED: 1, DeliveryState.DELIVERED: 2}


async def test_unforeseen_error_stops_nobody_else_and_is_told() -> None:
    database, notifier = _outbox(3), FakeNotifier()
    notifier.failures.append(ZeroDivisionError("a fault of ours"))
    told: list[Sent] = []

    report = await _deliver(database, notifier, on_sent=told.append)

    assert report.counts == {DeliveryState.PENDING: 1, DeliveryState.DELIVERED: 2}
    [sent] = [sent for sent in told if sent.unforeseen]
    assert isinstance(sent.unforeseen, ZeroDivisionError)
    assert "ZeroDivisionError" in sent.outcome.detail


async def test_claim_of_a_dead_worker_comes_due_after_its_lease() -> None:
    database, notifier = _outbox(1), FakeNotifier()
    with database.open_work() as work:
        work.deliveries.claim(NOON, room=Room.of(1), lease=LEASE, owner="dead")
        work.commit()

    held = await _deliver(database, notifier, now=NOON + LEASE / 2)
    after = await _deliver(database, notifier, now=NOON + LEASE)

    assert (held.counts, held.next_due_at) == ({}, NOON + LEASE)
    assert after.counts == {DeliveryState.DELIVERED: 1}
    assert notifier.arrived[0].delivery.attempts == 2


async def test_stopping_finishes_what_is_under_way_and_claims_no_more() -> None:
    database, notifier = _outbox(5), FakeNotifier()
    notifier.open.clear()
    stopping = asyncio.Event()
    round_ = asyncio.create_task(
        _deliver(database, notifier, slots=Slots(most=2), stopping=stopping)
    )
    await notifier.begun.acquire()
    await notifier.begun.acquire()

    stopping.set()
    notifier.open.set()
    report = await round_

    assert report.counts == {DeliveryState.DELIVERED: 2}
    assert _states(database).count(DeliveryState.PENDING) == 3


async def test_result_of_a_lost_claim_is_not_written_over_the_new_one() -> None:
    database, notifier = _outbox(1), FakeNotifier()
    notifier.open.clear()
    slow = asyncio.create_task(_deliver(database, notifier))
    await notifier.begun.acquire()
    with database.open_work() as work:
        [taken] = work.deliveries.claim(NOON + LEASE, room=Room.of(1), lease=LEASE, owner="other")
        work.commit()

    notifier.failures.append(DeliveryError("550", permanent=True))
    notifier.open.set()
    await slow

    [row] = database.rows.deliveries.values()
    assert row.delivery.state is DeliveryState.PENDING
    assert row.owner == "other"
    assert taken.delivery.attempts == 2
