"""One claim: what is due in each lane, taken up under a lease.

What may go now is decided in ``monitor.alerting.lanes``; here are the rows, in windows, and the
locks. A target of which something had to wait is left out of the next window, so a long queue
for one target never hides the others.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, Text, bindparam, insert, not_, or_, select, update

from monitor.alerting.health import Pace, most_at_once, pace_of, paced_until
from monitor.alerting.lanes import Candidate, Traffic, pick
from monitor.domain.alerts import ClaimedDelivery, Delivery, DeliveryState
from monitor.domain.events import EventType
from monitor.domain.lanes import Lane, Room
from monitor.domain.looks import Look
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, TargetState
from monitor.summaries.nearby import narrowed
from storage.alerts import alerts_by_id
from storage.bundles import digests, near_of
from storage.cancelling import cancel
from storage.codec import from_json
from storage.columns import Utc
from storage.rows import AnyRow, AnySelect
from storage.tables import (
    alerts,
    attempts,
    deliveries,
    subscribers,
    subscriptions,
    targets,
    timings,
)
from storage.targetrows import TARGET_COLUMNS, health_of, target_of
from storage.targets import held_now
from storage.timings import CHOICE, timing_of

_PENDING = deliveries.c.state == DeliveryState.PENDING.value
#: Fewest rows looked at together: some of them may have to wait.
_WINDOW = 32


class Claims:
    """What one worker takes up in one transaction."""

    def __init__(
        self, connection: Connection, *, now: datetime, until: datetime, owner: str
    ) -> None:
        self._connection = connection
        self._now = now
        self._until = until
        self._owner = owner

    def fill(self, room: Room) -> tuple[ClaimedDelivery, ...]:
        """Claim what is due in each lane, as much as there is room for."""
        rows: list[AnyRow] = []
        for lane, slots in room.lanes.items():
            free = min(slots, room.most - len(rows))
            if free > 0:
                rows += self._mail(free) if lane is Lane.MAIL else self._webhooks(lane, free)
        return self._claimed(rows)

    def _mail(self, limit: int) -> list[AnyRow]:
        rows: list[AnyRow] = []
        while len(rows) < limit:
            due = self._window(Lane.MAIL, limit=limit - len(rows))
            wanted = self._wanted(due)
            self._begin(wanted)
            rows += wanted
            if len(wanted) == len(due):
                break
        return rows

    def _webhooks(self, lane: Lane, limit: int) -> list[AnyRow]:
        rows: list[AnyRow] = []
        waiting = _full(self._under_way())
        taken: Counter[int] = Counter()
        while len(rows) < limit:
            due = self._window(lane, limit=max(2 * limit, _WINDOW), without=waiting)
            by_id = {row.id: row for row in self._wanted(due)}
            # Read after the targets are locked: another worker's claim is then seen or waited for.
            traffic = _traffic(self._under_way(), taken)
            picked, held_up = pick(
                map(_candidate, by_id.values()), traffic, limit=limit - len(rows), now=self._now
            )
            self._begin([by_id[one.id] for one in picked])
            rows += [by_id[one.id] for one in picked]
            taken = traffic.taken
            if not due or (not held_up and len(picked) == len(due)):
                break
            waiting |= held_up
        self._pace(rows)
        return rows

    def _window(self, lane: Lane, *, limit: int, without: Collection[int] = ()) -> Sequence[AnyRow]:
        query = (
            _DUE.where(_PENDING, deliveries.c.lane == lane.value, deliveries.c.due_at <= self._now)
            .order_by(deliveries.c.due_at, deliveries.c.id)
            .limit(limit)
        )
        if lane is Lane.MAIL:
            query = query.with_for_update(skip_locked=True, of=deliveries)
        else:
            query = query.where(
                or_(targets.c.held_until.is_(None), not_(held_now(self._now))),
                deliveries.c.target_id.not_in(without),
            ).with_for_update(skip_locked=True, of=(deliveries, targets), key_share=True)
        return self._connection.execute(query).all()

    def _wanted(self, due: Sequence[AnyRow]) -> list[AnyRow]:
        """Cancel what is for targets that want no more; return the rest."""
        unwanted = [row.id for row in due if row.target_state != TargetState.ACTIVE.value]
        if unwanted:
            carried = deliveries.c.bundle_id.in_(unwanted)
            cancel(self._connection, or_(deliveries.c.id.in_(unwanted), carried))
        return [row for row in due if row.target_state == TargetState.ACTIVE.value]

    def _under_way(self) -> Sequence[AnyRow]:
        """Return the webhooks under way, those of this claim among them."""
        query = (
            select(deliveries.c.target_id, alerts.c.nct_id, *TARGET_COLUMNS)
            .join(alerts, alerts.c.id == deliveries.c.alert_id)
            .join(targets, targets.c.id == deliveries.c.target_id)
            .where(
                _PENDING,
                deliveries.c.owner.is_not(None),
                deliveries.c.due_at > self._now,
                deliveries.c.lane != Lane.MAIL.value,
            )
        )
        return self._connection.execute(query).all()

    def _begin(self, rows: Collection[AnyRow]) -> None:
        if not rows:
            return
        claim = {
            "its_ids": [row.id for row in rows],
            "new_owner": self._owner,
            "lease_end": self._until,
            "now": self._now,
        }
        self._connection.execute(_TAKE, claim)
        self._connection.execute(_BEGIN, claim)

    def _pace(self, rows: Collection[AnyRow]) -> None:
        """Take a token from the target's bucket for each of ``rows``."""
        sent = Counter(row.target_id for row in rows)
        before = {row.target_id: row for row in rows}
        full = [
            {
                "its_id": target_id,
                "full_at": paced_until(
                    before[target_id].paced_until,
                    self._now,
                    sent=sent[target_id],
                    pace=_pace(before[target_id]),
                ),
            }
            for target_id in sorted(sent)
        ]
        if full:
            self._connection.execute(_FULL_AT, full)

    def _claimed(self, rows: Collection[AnyRow]) -> tuple[ClaimedDelivery, ...]:
        if not rows:
            return ()
        carried = alerts_by_id(self._connection, {row.alert_id for row in rows})
        together = digests(self._connection, [row.id for row in rows if row.bundle_id])
        return tuple(
            ClaimedDelivery(
                delivery=_delivery(row, due_at=self._until),
                alert=narrowed(carried[row.alert_id], *near_of(row)),
                target=target_of(row, number="target_id", state="target_state"),
                owner=self._owner,
                lease_until=self._until,
                lane=Lane(row.lane),
                digest=together.get(row.id),
                timing=None if row.timing_id is None else timing_of(row),
                look=Look.read(row.look),
            )
            for row in rows
        )


_DUE: AnySelect = (
    select(
        deliveries,
        alerts.c.nct_id,
        subscriptions.c.token,
        *TARGET_COLUMNS,
        targets.c.paced_until,
        targets.c.state.label("target_state"),
        timings.c.token.label("timing_token"),
        select(subscribers.c.look)
        .where(subscribers.c.id == targets.c.subscriber_id)
        .scalar_subquery()
        .label("look"),
        *CHOICE,
    )
    .join(targets, targets.c.id == deliveries.c.target_id)
    .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
    .join(alerts, alerts.c.id == deliveries.c.alert_id)
    .join(timings, timings.c.id == deliveries.c.timing_id, isouter=True)
)
_ITS_IDS = deliveries.c.id.in_(bindparam("its_ids", expanding=True))
_OWNER = bindparam("new_owner", type_=Text)
_TAKE = (
    update(deliveries)
    .where(_ITS_IDS)
    .values(
        due_at=bindparam("lease_end", type_=Utc),
        owner=_OWNER,
        attempts=deliveries.c.attempts + 1,
        begun=deliveries.c.begun + 1,
    )
)
#: Writes down the attempts that were just taken up.
_BEGIN = insert(attempts).from_select(
    ["delivery_id", "number", "owner", "started_at"],
    select(deliveries.c.id, deliveries.c.begun, _OWNER, bindparam("now", type_=Utc)).where(
        _ITS_IDS
    ),
)
_FULL_AT = (
    update(targets)
    .where(targets.c.id == bindparam("its_id"))
    .values(paced_until=bindparam("full_at", type_=Utc))
)


def _traffic(under_way: Sequence[AnyRow], taken: Counter[int]) -> Traffic:
    traffic = Traffic(taken=taken)
    for row in under_way:
        traffic.add(row.target_id, NctId(row.nct_id))
    return traffic


def _full(under_way: Sequence[AnyRow]) -> frozenset[int]:
    """Return targets that can take no more, so that they need not be looked at."""
    counted = Counter(row.target_id for row in under_way)
    return frozenset(
        row.target_id for row in under_way if counted[row.target_id] >= most_at_once(health_of(row))
    )


def _candidate(row: AnyRow) -> Candidate:
    return Candidate(
        id=row.id,
        target_id=row.target_id,
        nct_id=NctId(row.nct_id),
        health=health_of(row),
        paced_until=row.paced_until,
        pace=_pace(row),
    )


def _pace(row: AnyRow) -> Pace:
    return pace_of(Channel(row.channel))


def _delivery(row: AnyRow, *, due_at: datetime) -> Delivery:
    """Return a delivery just claimed; ``row`` was read before."""
    return Delivery(
        id=row.id,
        alert_id=row.alert_id,
        state=DeliveryState(row.state),
        due_at=due_at,
        attempts=row.attempts + 1,
        created_at=row.created_at,
        unsubscribe_token=(row.timing_token if row.bundle_id else None) or row.token,
        list_name=row.list_name,
        released_at=row.released_at,
        type=EventType(row.type),
        notice=None if row.notice is None else from_json(row.notice),
    )
