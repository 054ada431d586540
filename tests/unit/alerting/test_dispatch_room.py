"""How many webhooks go out at once, what a slow one gives up, and what waits is waited for."""

import asyncio
from datetime import datetime, timedelta

import pytest

from monitor.alerting.dispatch import LEASE, DispatchReport, Sent, deliver_due
from monitor.alerting.lanes import Slots
from monitor.domain.alerts import Blame, DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.errors import DeliveryError, fault_of_ours
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from tests.builders import NOON, a_state, a_step
from tests.fakes.notifier import FakeNotifier
from tests.fakes.work import FakeDatabase


def an_outbox(hooks: int, *, trials: int = 1) -> FakeDatabase:
    """Return a database in which each of so many webhooks is to hear of each trial."""
    database = FakeDatabase()
    with database.open_work() as work:
        for number in range(1, hooks + 1):
            work.watches.subscribe(
                work.watches.target(
                    Channel.WEBHOOK, f"https://{number}.example/in", secret="whsec_1", now=NOON
                ),
                list_name="a",
                nct_id=None,
                min_severity=Severity.MINOR,
                token=f"token{number}",
                now=NOON,
            )
        for number in range(1, trials + 1):
            nct_id = NctId(f"NCT{99000000 + number}")
            work.trials.save([a_state(nct_id=nct_id)])
            work.watches.add(nct_id, list_name="a", now=NOON)
            alert = a_step(2, nct_id=nct_id, created_at=NOON + timedelta(seconds=number))
            work.alerts.add(alert)
            work.alerts.fan_out(alert, now=NOON)
        work.commit()
    return database


async def deliver(
    database: FakeDatabase,
    notifier: FakeNotifier,
    *,
    slots: Slots,
    now: datetime = NOON + timedelta(minutes=1),
    told: list[Sent] | None = None,
) -> DispatchReport:
    return await deliver_due(
        database.open_work,
        {Channel.WEBHOOK: notifier},
        clock=lambda: now,
        owner="worker",
        slots=slots,
        on_sent=(told if told is not None else []).append,
        chance=lambda: 0.0,
    )


async def test_slow_webhooks_give_their_slots_to_others() -> None:
    database, notifier = an_outbox(3), FakeNotifier()
    notifier.open.clear()
    round_ = asyncio.create_task(deliver(database, notifier, slots=Slots(steady=1)))

    # Each waits until those before have been under way for too long.
    for _ in range(3):
        await asyncio.wait_for(notifier.begun.acquire(), 10)
    notifier.open.set()
    report = await round_

    assert notifier.most_at_once == 3
    assert report.counts == {DeliveryState.DELIVERED: 3}


async def test_target_that_is_new_hears_one_at_a_time_within_one_round() -> None:
    database, notifier = an_outbox(1, trials=3), FakeNotifier()

    report = await deliver(database, notifier, slots=Slots())

    assert report == DispatchReport(counts={DeliveryState.DELIVERED: 3}, next_due_at=None)
    first, *_ = notifier.arrived
    assert first.alert.nct_id == "NCT99000001"


async def test_each_attempt_is_told_in_the_order_of_targets() -> None:
    told: list[Sent] = []

    await deliver(an_outbox(4), FakeNotifier(), slots=Slots(), told=told)

    assert [sent.claimed.target.id for sent in told] == [1, 2, 3, 4]
    assert all(sent.unforeseen is None for sent in told)


@pytest.mark.parametrize(
    ("failure", "blame", "known"),
    [
        (DeliveryError("500", status=500), Blame.FAILED, True),
        (ZeroDivisionError("oh"), Blame.OURS, False),
    ],
)
async def test_error_nobody_foresaw_is_ours_and_no_other(
    failure: Exception, blame: Blame, *, known: bool
) -> None:
    notifier, told = FakeNotifier(), list[Sent]()
    notifier.failures.append(failure)

    report = await deliver(an_outbox(1), notifier, slots=Slots(), told=told)

    (sent,) = told
    assert (sent.outcome.blame, sent.outcome.state) == (blame, DeliveryState.PENDING)
    assert sent.unforeseen is (None if known else failure)
    assert report.next_due_at == sent.outcome.due_at == NOON + timedelta(minutes=1, seconds=5)


def test_fault_of_ours_is_named_by_its_kind_alone() -> None:
    error = fault_of_ours(ZeroDivisionError("a secret"))

    assert str(error) == "ZeroDivisionError inside trialwatch; the log has the details"
    assert not error.permanent


def test_two_rounds_are_one_report_with_what_is_due_after_the_later() -> None:
    first = DispatchReport(
        counts={DeliveryState.DELIVERED: 2, DeliveryState.FAILED: 1}, next_due_at=NOON
    )
    later = DispatchReport(counts={DeliveryState.DELIVERED: 3}, next_due_at=NOON + LEASE)

    assert first.plus(later) == DispatchReport(
        counts={DeliveryState.DELIVERED: 5, DeliveryState.FAILED: 1}, next_due_at=NOON + LEASE
    )
    assert later.plus(first).next_due_at == NOON
