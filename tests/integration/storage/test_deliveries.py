"""Contract of ``Deliveries``: claims, leases, and who may write down what."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.domain.alerts import ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.lanes import Room
from monitor.domain.ports import OpenWork
from tests.builders import NOON, TRIAL, a_step, an_outcome
from tests.integration.storage.scenes import LEASE, addresses, claim, join, send_out, watch

LATER = NOON + timedelta(minutes=5)
RETRY = an_outcome(
    state=DeliveryState.PENDING, due_at=LATER, word="failed", status=450, detail="busy"
)
SECOND = timedelta(seconds=1)


@pytest.fixture
def outbox(open_work: OpenWork) -> OpenWork:
    """Three deliveries of one alert, due at noon."""
    watch(open_work)
    for name in ("ada", "ben", "cy"):
        join(open_work, f"{name}@example.org")
    send_out(open_work, a_step(2))
    return open_work


def _record(
    open_work: OpenWork, claimed: ClaimedDelivery, outcome: Outcome, *, now: datetime = NOON
) -> bool:
    with open_work() as work:
        ours = work.deliveries.record([(claimed, outcome)], now=now)
        work.commit()
    return ours == {claimed.delivery.id}


def _next_due_at(open_work: OpenWork) -> datetime | None:
    with open_work() as work:
        return work.deliveries.next_due_at(NOON)


def _leased_until(open_work: OpenWork, now: datetime) -> datetime | None:
    with open_work() as work:
        return work.deliveries.leased_until(now)


def test_empty_outbox_has_nothing_due(open_work: OpenWork) -> None:
    assert claim(open_work) == ()
    assert _next_due_at(open_work) is None
    assert _leased_until(open_work, NOON) is None


def test_claim_moves_due_to_the_end_of_the_lease(outbox: OpenWork) -> None:
    claimed = claim(outbox)

    assert {one.lease_until for one in claimed} == {NOON + LEASE}
    assert {one.delivery.due_at for one in claimed} == {NOON + LEASE}
    assert {one.delivery.attempts for one in claimed} == {1}
    assert {one.owner for one in claimed} == {"worker"}
    assert _next_due_at(outbox) == NOON + LEASE
    assert _leased_until(outbox, NOON) == NOON + LEASE


def test_claimed_delivery_is_not_claimed_again(outbox: OpenWork) -> None:
    first = claim(outbox, limit=2, owner="one")
    second = claim(outbox, limit=2, owner="two")

    assert len(first) == 2
    assert len(second) == 1
    assert addresses([*first, *second]) == ["ada@example.org", "ben@example.org", "cy@example.org"]


def test_claim_gives_up_nothing_that_is_not_due(outbox: OpenWork) -> None:
    assert claim(outbox, now=NOON - SECOND) == ()


def test_claim_of_none_is_empty(outbox: OpenWork) -> None:
    assert claim(outbox, limit=0) == ()


def test_longest_due_comes_first(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work)
    for number, minutes in ((2, 2), (3, 0), (4, 1)):
        send_out(open_work, a_step(number), now=NOON + timedelta(minutes=minutes))

    claimed = claim(open_work, now=LATER, limit=2)
    assert [one.alert.to_version for one in claimed] == [3, 4]


def test_dead_workers_delivery_comes_due_again_by_itself(outbox: OpenWork) -> None:
    first = claim(outbox, owner="dead")
    early = claim(outbox, now=NOON + LEASE - SECOND, owner="alive")
    again = claim(outbox, now=NOON + LEASE, owner="alive")

    assert early == ()
    assert {one.delivery.id for one in again} == {one.delivery.id for one in first}
    assert {one.delivery.attempts for one in again} == {2}


def test_claim_that_was_not_committed_never_was(outbox: OpenWork) -> None:
    with outbox() as work:
        work.deliveries.claim(NOON, room=Room.of(10), lease=LEASE, owner="one")

    assert {one.delivery.attempts for one in claim(outbox)} == {1}


def test_several_are_written_down_together_each_by_its_own_end(outbox: OpenWork) -> None:
    ada, ben, cy = claim(outbox)
    with outbox() as work:
        ours = work.deliveries.record(
            [(ada, an_outcome()), (replace(ben, owner="late"), an_outcome()), (cy, RETRY)],
            now=NOON,
        )
        work.commit()

    assert ours == {ada.delivery.id, cy.delivery.id}
    # Cy's is tried again in five minutes; Ben's when its lease has ended.
    assert _next_due_at(outbox) == NOON + LEASE
    assert [one.delivery.id for one in claim(outbox, now=NOON + LEASE)] == [ben.delivery.id]
    again = {one.delivery.id for one in claim(outbox, now=LATER)}
    assert again == {ben.delivery.id, cy.delivery.id}


def test_nothing_written_down_is_nothing(outbox: OpenWork) -> None:
    with outbox() as work:
        assert work.deliveries.record([], now=NOON) == frozenset()


def test_delivered_is_never_due_again(outbox: OpenWork) -> None:
    for one in claim(outbox):
        assert _record(outbox, one, an_outcome())

    assert claim(outbox, now=NOON + timedelta(days=365)) == ()
    assert _next_due_at(outbox) is None
    assert _leased_until(outbox, NOON) is None


def test_failed_is_given_up(outbox: OpenWork) -> None:
    (one, *_) = claim(outbox, limit=1)
    _record(outbox, one, an_outcome(state=DeliveryState.FAILED, word="refused", status=550))

    assert len(claim(outbox, now=LATER)) == 2


def test_retry_is_due_when_it_is_said_to_be(outbox: OpenWork) -> None:
    (one,) = claim(outbox, limit=1)
    _record(outbox, one, RETRY)
    others = claim(outbox, now=LATER - SECOND)
    (again,) = claim(outbox, now=LATER, limit=1, owner="two")

    assert one.delivery.id not in {other.delivery.id for other in others}
    assert again.delivery.id != one.delivery.id or again.delivery.attempts == 2


def test_retry_counts_attempts_and_keeps_the_id(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work)
    send_out(open_work, a_step(2))
    (first,) = claim(open_work)
    _record(open_work, first, RETRY)

    assert _next_due_at(open_work) == LATER
    (second,) = claim(open_work, now=LATER)
    assert second.delivery.id == first.delivery.id
    assert second.delivery.attempts == 2
    assert second.alert == first.alert
    assert second.delivery.created_at == first.delivery.created_at


def test_attempt_that_does_not_count_is_not_counted(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work)
    send_out(open_work, a_step(2))
    now = NOON
    for _ in range(3):
        (one,) = claim(open_work, now=now)
        now += timedelta(minutes=1)
        outcome = an_outcome(
            state=DeliveryState.PENDING, due_at=now, word="not sent", status=None, counts=False
        )
        assert _record(open_work, one, outcome, now=now)

    (one,) = claim(open_work, now=now)
    assert one.delivery.attempts == 1


def test_late_worker_writes_over_nobody(outbox: OpenWork) -> None:
    (late, *_) = claim(outbox, owner="late", limit=1)
    after = NOON + LEASE
    holder = next(
        one for one in claim(outbox, now=after, owner="quick")
        if one.delivery.id == late.delivery.id
    )  # fmt: skip

    assert not _record(outbox, late, an_outcome(state=DeliveryState.FAILED), now=after)
    assert _record(outbox, holder, an_outcome(), now=after)
    assert not _record(outbox, late, RETRY, now=after)
    assert claim(outbox, now=after) == ()


def test_same_worker_is_late_too_after_a_new_claim(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work)
    send_out(open_work, a_step(2))
    (first,) = claim(open_work)
    (second,) = claim(open_work, now=NOON + LEASE)

    assert not _record(open_work, first, RETRY)
    assert _record(open_work, second, an_outcome())


def test_outcome_is_recorded_once(outbox: OpenWork) -> None:
    (one, *_) = claim(outbox)

    assert _record(outbox, one, an_outcome())
    assert not _record(outbox, one, RETRY)


def test_late_worker_may_record_while_nobody_else_claimed(outbox: OpenWork) -> None:
    (one, *_) = claim(outbox)

    assert _record(outbox, one, an_outcome(), now=NOON + 10 * LEASE)


def test_renewed_lease_ends_later(outbox: OpenWork) -> None:
    claimed = claim(outbox)
    renewed, left = claimed[:2], claimed[2:]
    with outbox() as work:
        work.deliveries.renew(renewed, until=LATER)
        work.commit()

    assert _leased_until(outbox, NOON) == LATER
    again = claim(outbox, now=NOON + LEASE, owner="two")
    assert [one.delivery.id for one in again] == [one.delivery.id for one in left]
    assert all(_record(outbox, one, an_outcome()) for one in renewed)


def test_lost_lease_cannot_be_renewed(outbox: OpenWork) -> None:
    claimed = claim(outbox, owner="late")
    claim(outbox, now=NOON + LEASE, owner="quick")
    with outbox() as work:
        work.deliveries.renew(claimed, until=NOON + timedelta(days=1))
        work.commit()

    assert _next_due_at(outbox) == NOON + 2 * LEASE


def test_lease_that_ran_out_is_no_longer_in_flight(outbox: OpenWork) -> None:
    claim(outbox)

    assert _leased_until(outbox, NOON + LEASE) is None


def test_retry_that_waits_is_not_in_flight(outbox: OpenWork) -> None:
    for one in claim(outbox):
        _record(outbox, one, RETRY)

    assert _leased_until(outbox, NOON) is None


def test_target_that_wants_no_more_gets_no_more(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work, "gone@example.org")
    join(open_work, "ada@example.org")
    send_out(open_work, a_step(2), a_step(3))
    first = next(one for one in claim(open_work, limit=2) if "gone" in one.target.address)
    refusal = an_outcome(state=DeliveryState.FAILED, status=410, disable_target=True)
    _record(open_work, first, refusal)

    left = claim(open_work, now=NOON + LEASE)
    assert "gone@example.org" not in addresses(left)
    assert len(left) == 2


def test_claims_go_on_past_deliveries_to_disabled_targets(open_work: OpenWork) -> None:
    """A delivery that another unit of work made while its target was being disabled."""
    watch(open_work)
    join(open_work, "gone@example.org")
    send_out(open_work, a_step(2), a_step(3))
    first, second = claim(open_work)
    disable = an_outcome(state=DeliveryState.FAILED, status=410, disable_target=True)
    _record(open_work, first, disable)
    join(open_work, "ada@example.org")
    send_out(open_work, a_step(4))

    (one,) = claim(open_work, now=LATER, limit=1)
    assert one.target.address == "ada@example.org"
    assert _record(open_work, second, RETRY)
    assert claim(open_work, now=LATER + LEASE, limit=9)[0].target.address == "ada@example.org"


def test_unsubscribed_while_on_its_way_is_not_tried_again(open_work: OpenWork) -> None:
    watch(open_work)
    joined = join(open_work)
    send_out(open_work, a_step(2))
    (one,) = claim(open_work)
    with open_work() as work:
        work.watches.unsubscribe(joined.token, now=NOON)
        work.commit()

    assert _leased_until(open_work, NOON) is None
    assert _record(open_work, one, RETRY)
    assert claim(open_work, now=LATER) == ()


def test_deliveries_of_several_alerts_carry_their_own(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work)
    join(open_work, "ben@example.org")
    alerts = {alert.id: alert for alert in (a_step(2), a_step(3))}
    send_out(open_work, *alerts.values())

    claimed = claim(open_work)
    assert len(claimed) == 4
    assert all(one.alert == alerts[one.delivery.alert_id] for one in claimed)
    assert {one.alert.nct_id for one in claimed} == {TRIAL}
