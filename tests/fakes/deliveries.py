"""The outbox in memory."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alerting.health import after, is_held, pace_of, paced_until
from monitor.alerting.lanes import Candidate, Traffic, pick
from monitor.domain.alerts import ClaimedDelivery, Delivery, DeliveryState, Digest, Outcome
from monitor.domain.bounces import Bounce
from monitor.domain.lanes import Lane, Room
from monitor.domain.watches import Channel, TargetState
from monitor.summaries.nearby import narrowed
from tests.fakes.bounces import note_bounce
from tests.fakes.rows import FakeAttempt, FakeDelivery, FakeRows, cancel, in_state, inside


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
        self, now: datetime, *, room: Room, lease: timedelta, owner: str
    ) -> tuple[ClaimedDelivery, ...]:
        claimed: list[ClaimedDelivery] = []
        for lane, slots in room.lanes.items():
            limit = min(slots, room.most - len(claimed))
            wanted = self._wanted([row for row in self._due(now) if self._lane(row) is lane])
            if lane is not Lane.MAIL:
                wanted = self._paced(wanted, limit, now)
            claimed += [
                self._begin(row, now, until=now + lease, owner=owner) for row in wanted[:limit]
            ]
        return tuple(claimed)

    def _due(self, now: datetime) -> list[FakeDelivery]:
        due = [row for row in self._pending() if row.delivery.due_at <= now]
        return sorted(due, key=lambda row: (row.delivery.due_at, row.delivery.id))

    def _wanted(self, due: list[FakeDelivery]) -> list[FakeDelivery]:
        for row in due:
            if self._rows.targets[row.target_id].state is not TargetState.ACTIVE:
                rows = self._rows.deliveries.values()
                carried = [one for one in rows if one.bundle_id == row.delivery.id]
                cancel(self._rows, [row, *carried])
        return [row for row in due if self._rows.targets[row.target_id].state is TargetState.ACTIVE]

    def _lane(self, row: FakeDelivery) -> Lane:
        target = self._rows.targets[row.target_id]
        if target.channel is Channel.EMAIL:
            return Lane.MAIL
        first = not target.health.failures and not row.delivery.attempts
        return Lane.STEADY if first else Lane.SUSPECT

    def _paced(self, due: list[FakeDelivery], limit: int, now: datetime) -> list[FakeDelivery]:
        rows = {row.delivery.id: row for row in due}
        candidates = [
            self._candidate(row)
            for row in due
            if not is_held(self._rows.targets[row.target_id].health, now)
        ]
        picked, _ = pick(candidates, self._traffic(now), limit=limit, now=now)
        sent = Counter(one.target_id for one in picked)
        for target_id, count in sent.items():
            before = self._rows.paced_until.get(target_id)
            pace = pace_of(self._rows.targets[target_id].channel)
            self._rows.paced_until[target_id] = paced_until(before, now, sent=count, pace=pace)
        return [rows[one.id] for one in picked]

    def _candidate(self, row: FakeDelivery) -> Candidate:
        return Candidate(
            id=row.delivery.id,
            target_id=row.target_id,
            nct_id=self._rows.alerts[row.delivery.alert_id].nct_id,
            health=self._rows.targets[row.target_id].health,
            paced_until=self._rows.paced_until.get(row.target_id),
            pace=pace_of(self._rows.targets[row.target_id].channel),
        )

    def _traffic(self, now: datetime) -> Traffic:
        traffic = Traffic()
        for row in self._pending():
            if row.owner is not None and row.delivery.due_at > now:
                traffic.add(row.target_id, self._rows.alerts[row.delivery.alert_id].nct_id)
        return traffic

    def _begin(
        self, row: FakeDelivery, now: datetime, *, until: datetime, owner: str
    ) -> ClaimedDelivery:
        delivery = replace(row.delivery, due_at=until, attempts=row.delivery.attempts + 1)
        attempt = FakeAttempt(owner=owner, started_at=now)
        self._rows.deliveries[delivery.id] = replace(
            row, delivery=delivery, owner=owner, attempts=(*row.attempts, attempt)
        )
        chosen = self._rows.timings.get(row.timing_id) if row.timing_id else None
        if row.bundle_id and chosen:
            delivery = replace(delivery, unsubscribe_token=chosen.token)
        return ClaimedDelivery(
            delivery=delivery,
            alert=narrowed(self._rows.alerts[delivery.alert_id], *row.nears),
            target=self._rows.targets[row.target_id],
            owner=owner,
            lease_until=until,
            lane=self._lane(row),
            digest=self._digest(delivery.id) if row.bundle_id else None,
            timing=chosen.timing if chosen else None,
        )

    def _digest(self, carrier_id: str) -> Digest:
        carried = inside(self._rows, carrier_id)
        alerts = sorted(
            (narrowed(self._rows.alerts[row.delivery.alert_id], *row.nears) for row in carried),
            key=lambda alert: alert.to_version,
        )
        newest = {alert.nct_id: alert for alert in alerts}
        heaviest = {
            nct_id: max(alert.severity for alert in alerts if alert.nct_id == nct_id)
            for nct_id in newest
        }
        ranked = sorted(newest, key=lambda each: (heaviest[each], newest[each].id), reverse=True)
        ordered = [alert for each in ranked for alert in alerts if alert.nct_id == each]
        searches = sum(newest[each].search is not None for each in ranked)
        return Digest(alerts=tuple(ordered), trials=len(ranked) - searches, searches=searches)

    def _ours(self, claimed: ClaimedDelivery) -> FakeDelivery | None:
        row = self._rows.deliveries.get(claimed.delivery.id)
        if row is None or row.owner != claimed.owner:
            return None
        return row if row.delivery.attempts == claimed.delivery.attempts else None

    def record(
        self, ended: Collection[tuple[ClaimedDelivery, Outcome]], *, now: datetime
    ) -> frozenset[str]:
        return frozenset(one.delivery.id for one, how in ended if self._record(one, how, now))

    def _record(self, claimed: ClaimedDelivery, outcome: Outcome, now: datetime) -> bool:
        row = self._ours(claimed)
        if row is None:
            return False
        self._rows.deliveries[row.delivery.id] = replace(
            row,
            delivery=_settled(row.delivery, outcome),
            owner=None,
            attempts=(*row.attempts[:-1], replace(row.attempts[-1], outcome=outcome)),
        )
        target = self._rows.targets[row.target_id]
        if target.channel is not Channel.EMAIL:
            health = after(target.health, outcome.blame, hold=outcome.hold, now=now)
            self._rows.targets[row.target_id] = replace(target, health=health)
        state = self._rows.deliveries[row.delivery.id].delivery.state
        for carried in inside(self._rows, row.delivery.id):
            if state is not DeliveryState.PENDING:
                self._rows.deliveries[carried.delivery.id] = in_state(carried, state)
        if outcome.bounce is not None:
            bounce = Bounce(kind=outcome.bounce, at=now, detail=outcome.detail)
            note_bounce(self._rows, row.target_id, row.delivery.id, bounce)
        if outcome.disable_target:
            self._disable(row.target_id)
        return True

    def _disable(self, target_id: int) -> None:
        target = self._rows.targets[target_id]
        self._rows.targets[target_id] = replace(target, state=TargetState.DISABLED)
        rows = self._rows.deliveries.values()
        cancel(self._rows, [row for row in rows if row.target_id == target_id])

    def renew(self, claimed: Iterable[ClaimedDelivery], *, until: datetime) -> None:
        for claim in claimed:
            row = self._ours(claim)
            if row is not None and row.delivery.state is DeliveryState.PENDING:
                renewed = replace(row, delivery=replace(row.delivery, due_at=until))
                self._rows.deliveries[claim.delivery.id] = renewed

    def leased_until(self, now: datetime) -> datetime | None:
        leases = [row.delivery.due_at for row in self._pending() if row.owner is not None]
        return max((lease for lease in leases if lease > now), default=None)

    def next_due_at(self, now: datetime) -> datetime | None:
        return min((self._free_at(row, now) for row in self._pending()), default=None)

    def _free_at(self, row: FakeDelivery, now: datetime) -> datetime:
        health = self._rows.targets[row.target_id].health
        held_until = health.held_until if is_held(health, now) else None
        return held_until or row.delivery.due_at


def _settled(delivery: Delivery, outcome: Outcome) -> Delivery:
    cancelled = delivery.state is DeliveryState.CANCELLED
    keep = cancelled and outcome.state is not DeliveryState.DELIVERED
    return replace(
        delivery,
        state=delivery.state if keep else outcome.state,
        due_at=outcome.due_at or delivery.due_at,
        attempts=delivery.attempts - (0 if outcome.counts else 1),
    )
