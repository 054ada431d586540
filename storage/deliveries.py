"""The outbox: claimed under a lease, recorded by whoever holds it.

No state here needs a live process to be left: a claim is a ``due_at`` in the future.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.sql import ColumnElement

from monitor.domain.alerts import ClaimedDelivery, Delivery, DeliveryState, Outcome
from monitor.domain.watches import TargetState
from storage.alerts import alerts_by_id
from storage.columns import Utc
from storage.rows import AnyRow
from storage.tables import attempts, deliveries, subscriptions, targets
from storage.watches import target_of

#: Most that is kept of the far side's answer.
DETAIL_BYTES = 4096
_PENDING = deliveries.c.state == DeliveryState.PENDING.value
_CANCELLED = DeliveryState.CANCELLED.value

# Statements that run once a delivery are built once: building costs more than running.
#: Fences by owner and attempt, so that a late worker writes over nobody.
_OURS = and_(
    deliveries.c.id == bindparam("its_id"),
    deliveries.c.owner == bindparam("its_owner"),
    deliveries.c.attempts == bindparam("its_attempts"),
)
#: Cancelled on its way and not accepted: it stays cancelled.
_STAYS_CANCELLED = and_(
    deliveries.c.state == _CANCELLED,
    bindparam("new_state", type_=Text) != DeliveryState.DELIVERED.value,
)
_SETTLE = (
    update(deliveries)
    .where(_OURS)
    .values(
        state=case((_STAYS_CANCELLED, _CANCELLED), else_=bindparam("new_state", type_=Text)),
        due_at=func.coalesce(bindparam("new_due_at", type_=Utc), deliveries.c.due_at),
        owner=None,
        attempts=deliveries.c.attempts - bindparam("uncounted", type_=Integer),
    )
)
_NEWEST_ATTEMPT = select(deliveries.c.begun).where(deliveries.c.id == bindparam("its_id"))
_END_ATTEMPT = (
    update(attempts)
    .where(
        attempts.c.delivery_id == bindparam("its_id"),
        attempts.c.number == _NEWEST_ATTEMPT.scalar_subquery(),
    )
    .values(
        ended_at=bindparam("now"),
        outcome=bindparam("word"),
        status=bindparam("code"),
        detail=bindparam("answer"),
    )
)
_RENEW = update(deliveries).where(_OURS, _PENDING).values(due_at=bindparam("until"))


class SqlDeliveries:
    """Plays ``monitor.domain.ports.Deliveries``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self, now: datetime, *, limit: int, lease: timedelta, owner: str
    ) -> tuple[ClaimedDelivery, ...]:
        """Claim the ``limit`` longest-due deliveries until ``now + lease``.

        A claim moves ``due_at`` to the lease's end and writes down the attempt as begun, so a
        delivery whose worker dies comes due again by itself and its attempt is on record.
        Two workers never hold the same delivery. Deliveries to targets that are not active are
        cancelled instead.
        """
        rows: list[AnyRow] = []
        while len(rows) < limit:
            due = self._due(now, limit=limit - len(rows))
            unwanted = [row.id for row in due if row.target_state != TargetState.ACTIVE.value]
            wanted = [row for row in due if row.target_state == TargetState.ACTIVE.value]
            self._cancel(deliveries.c.id.in_(unwanted), unwanted)
            self._begin(wanted, now, until=now + lease, owner=owner)
            rows += wanted
            if not unwanted:
                break
        return self._claimed(rows, owner=owner, until=now + lease)

    def _due(self, now: datetime, *, limit: int) -> Sequence[AnyRow]:
        query = (
            select(
                deliveries,
                subscriptions.c.token,
                targets.c.channel,
                targets.c.address,
                targets.c.secret,
                targets.c.state.label("target_state"),
            )
            .join(targets, targets.c.id == deliveries.c.target_id)
            .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
            .where(_PENDING, deliveries.c.due_at <= now)
            .order_by(deliveries.c.due_at, deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=deliveries)
        )
        return self._connection.execute(query).all()

    def _cancel(self, which: ColumnElement[bool], ids: Collection[str] | None = None) -> None:
        if ids is None or ids:
            cancel = update(deliveries).where(_PENDING, which).values(state=_CANCELLED)
            self._connection.execute(cancel)

    def _begin(
        self,
        rows: Collection[AnyRow],
        now: datetime,
        *,
        until: datetime,
        owner: str,
    ) -> None:
        if not rows:
            return
        self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_([row.id for row in rows]))
            .values(
                due_at=until,
                owner=owner,
                attempts=deliveries.c.attempts + 1,
                begun=deliveries.c.begun + 1,
            )
        )
        begun = [
            {"delivery_id": row.id, "number": row.begun + 1, "owner": owner, "started_at": now}
            for row in rows
        ]
        self._connection.execute(insert(attempts), begun)

    def _claimed(
        self, rows: Collection[AnyRow], *, owner: str, until: datetime
    ) -> tuple[ClaimedDelivery, ...]:
        carried = alerts_by_id(self._connection, {row.alert_id for row in rows})
        return tuple(
            ClaimedDelivery(
                delivery=_delivery(row, due_at=until),
                alert=carried[row.alert_id],
                target=target_of(row, number="target_id", state="target_state"),
                owner=owner,
                lease_until=until,
            )
            for row in rows
        )

    def record(self, claimed: ClaimedDelivery, outcome: Outcome, *, now: datetime) -> bool:
        """Write down how the attempt ended; False when the claim was no longer ours.

        A delivery cancelled while its bytes were under way stays so, unless they were accepted.
        """
        key = _key(claimed)
        settled = {
            "new_state": outcome.state.value,
            "new_due_at": outcome.due_at,
            "uncounted": 0 if outcome.counts else 1,
        }
        if not self._connection.execute(_SETTLE, key | settled).rowcount:
            return False
        ended = {
            "its_id": claimed.delivery.id,
            "now": now,
            "word": outcome.word,
            "code": outcome.status,
            "answer": _cut(outcome.detail),
        }
        self._connection.execute(_END_ATTEMPT, ended)
        if outcome.disable_target:
            self._disable(claimed.target.id)
        return True

    def _disable(self, target_id: int) -> None:
        """Send nothing more to a target, what is in flight apart."""
        self._connection.execute(
            update(targets)
            .where(targets.c.id == target_id)
            .values(state=TargetState.DISABLED.value)
        )
        self._cancel(deliveries.c.target_id == target_id)

    def renew(self, claimed: Iterable[ClaimedDelivery], *, until: datetime) -> None:
        """Extend the lease of claims that are still ours, while a long send goes on."""
        renewed = [_key(claim) | {"until": until} for claim in claimed]
        if renewed:
            self._connection.execute(_RENEW, renewed)

    def leased_until(self, now: datetime) -> datetime | None:
        """Return when the last lease now running ends, None when nothing is in flight."""
        query = select(func.max(deliveries.c.due_at)).where(
            deliveries.c.owner.is_not(None), _PENDING, deliveries.c.due_at > now
        )
        ends: datetime | None = self._connection.scalar(query)
        return ends

    def next_due_at(self) -> datetime | None:
        """Return when the next pending delivery is due, None when there is none.

        A claimed delivery counts with the end of its lease.
        """
        query = select(func.min(deliveries.c.due_at)).where(_PENDING)
        first: datetime | None = self._connection.scalar(query)
        return first


def _key(claimed: ClaimedDelivery) -> dict[str, Any]:
    """Return the values of ``_OURS``."""
    return {
        "its_id": claimed.delivery.id,
        "its_owner": claimed.owner,
        "its_attempts": claimed.delivery.attempts,
    }


def _delivery(row: AnyRow, *, due_at: datetime) -> Delivery:
    """Return a delivery just claimed; ``row`` was read before."""
    return Delivery(
        id=row.id,
        alert_id=row.alert_id,
        state=DeliveryState(row.state),
        due_at=due_at,
        attempts=row.attempts + 1,
        created_at=row.created_at,
        unsubscribe_token=row.token,
        list_name=row.list_name,
    )


def _cut(detail: str) -> str:
    return detail.encode("utf-8", "replace")[:DETAIL_BYTES].decode("utf-8", "ignore")
