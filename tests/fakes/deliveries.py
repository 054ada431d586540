"""The outbox in memory."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain.alerts import ClaimedDelivery, Delivery, DeliveryState, Outcome
from monitor.domain.watches import TargetState
from tests.fakes.rows import FakeAttempt, FakeDelivery, FakeRows, cancelled


class FakeDeliveries:
    """Plays ``Deliveries``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    @property
    def counts(self) -> Counter[DeliveryState]:
        """How many deliveries stand where."""
        return Counter(row.delivery.state for row in self._rows.deliveries.values())

    def _pending(self) -> list[FakeDelivery]:
        rows = self._rows.deliveries.values()
        return [row for row in rows if row.delivery.state is DeliveryState.PENDING]

    def claim(
        self, now: datetime, *, limit: int, lease: timedelta, owner: str
    ) -> tuple[ClaimedDelivery, ...]:
        due = [row for row in self._pending() if row.delivery.due_at <= now]
        due.sort(key=lambda row: (row.delivery.due_at, row.delivery.id))
        claimed: list[ClaimedDelivery] = []
        for row in due:
            if len(claimed) == limit:
                break
            if self._rows.targets[row.target_id].state is not TargetState.ACTIVE:
                self._rows.deliveries[row.delivery.id] = cancelled(row)
            else:
                claimed.append(self._begin(row, now, until=now + lease, owner=owner))
        return tuple(claimed)

    def _begin(
        self, row: FakeDelivery, now: datetime, *, until: datetime, owner: str
    ) -> ClaimedDelivery:
        delivery = replace(row.delivery, due_at=until, attempts=row.delivery.attempts + 1)
        attempt = FakeAttempt(owner=owner, started_at=now)
        self._rows.deliveries[delivery.id] = replace(
            row, delivery=delivery, owner=owner, attempts=(*row.attempts, attempt)
        )
        return ClaimedDelivery(
            delivery=delivery,
            alert=self._rows.alerts[delivery.alert_id],
            target=self._rows.targets[row.target_id],
            owner=owner,
            lease_until=until,
        )

    def _ours(self, claimed: ClaimedDelivery) -> FakeDelivery | None:
        row = self._rows.deliveries.get(claimed.delivery.id)
        if row is None or row.owner != claimed.owner:
            return None
        return row if row.delivery.attempts == claimed.delivery.attempts else None

    def record(self, claimed: ClaimedDelivery, outcome: Outcome, *, now: datetime) -> bool:
        del now
        row = self._ours(claimed)
        if row is None:
            return False
        self._rows.deliveries[row.delivery.id] = replace(
            row,
            delivery=_settled(row.delivery, outcome),
            owner=None,
            attempts=(*row.attempts[:-1], replace(row.attempts[-1], outcome=outcome)),
        )
        if outcome.disable_target:
            self._disable(row.target_id)
        return True

    def _disable(self, target_id: int) -> None:
        target = self._rows.targets[target_id]
        self._rows.targets[target_id] = replace(target, state=TargetState.DISABLED)
        for key, row in self._rows.deliveries.items():
            if row.target_id == target_id:
                self._rows.deliveries[key] = cancelled(row)

    def renew(self, claimed: Iterable[ClaimedDelivery], *, until: datetime) -> None:
        for claim in claimed:
            row = self._ours(claim)
            if row is not None and row.delivery.state is DeliveryState.PENDING:
                renewed = replace(row, delivery=replace(row.delivery, due_at=until))
                self._rows.deliveries[claim.delivery.id] = renewed

    def leased_until(self, now: datetime) -> datetime | None:
        leases = [row.delivery.due_at for row in self._pending() if row.owner is not None]
        return max((lease for lease in leases if lease > now), default=None)

    def next_due_at(self) -> datetime | None:
        return min((row.delivery.due_at for row in self._pending()), default=None)


def _settled(delivery: Delivery, outcome: Outcome) -> Delivery:
    cancelled = delivery.state is DeliveryState.CANCELLED
    keep = cancelled and outcome.state is not DeliveryState.DELIVERED
    return replace(
        delivery,
        state=delivery.state if keep else outcome.state,
        due_at=outcome.due_at or delivery.due_at,
        attempts=delivery.attempts - (0 if outcome.counts else 1),
    )
