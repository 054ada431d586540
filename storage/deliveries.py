"""The outbox: claimed under a lease, recorded by whoever holds it.

No state here needs a live process to be left: a claim is a ``due_at`` in the future.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    update,
)

from monitor.domain.alerts import ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.bounces import Bounce
from monitor.domain.lanes import Lane, Room
from monitor.domain.watches import Channel
from storage.bounces import note_bounce
from storage.bundles import follow
from storage.claims import Claims
from storage.columns import Utc
from storage.tables import attempts, deliveries, targets
from storage.targets import disable, held_now, note_attempt

#: Most that is kept of the far side's answer.
DETAIL_BYTES = 4096
_PENDING = deliveries.c.state == DeliveryState.PENDING.value
_CANCELLED = DeliveryState.CANCELLED.value
_SUSPECT = Lane.SUSPECT.value

# Statements that run once a delivery are built once: building costs more than running.
#: Fences by owner and attempt, so that a late worker writes over nobody.
_OURS = and_(
    deliveries.c.id == bindparam("its_id"),
    # Not bare: PostgreSQL would otherwise find the row in the index of all that is held, through
    # every claim that ended since the last vacuum, where it knows of none that is held.
    func.coalesce(deliveries.c.owner, "") == bindparam("its_owner"),
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
        # Whatever is tried again must not stand in the way of first attempts.
        lane=case((deliveries.c.lane == Lane.MAIL.value, Lane.MAIL.value), else_=_SUSPECT),
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
        self, now: datetime, *, room: Room, lease: timedelta, owner: str
    ) -> tuple[ClaimedDelivery, ...]:
        """Claim the longest-due deliveries of each lane, as many as there is room for.

        A claim moves ``due_at`` to the lease's end and writes down the attempt as begun, so a
        delivery whose worker dies comes due again by itself and its attempt is on record.
        Two workers never hold the same delivery. Deliveries to targets that are not active are
        cancelled instead. What a webhook may have to wait for is in ``monitor.alerting.lanes``.
        """
        return Claims(self._connection, now=now, until=now + lease, owner=owner).fill(room)

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
        if claimed.target.channel is not Channel.EMAIL:
            note_attempt(self._connection, claimed, outcome, now=now)
        if claimed.digest is not None:
            follow(self._connection, claimed.delivery.id)
        if outcome.bounce is not None:
            words = _cut(outcome.detail)
            bounce = Bounce(kind=outcome.bounce, at=now, detail=words)
            note_bounce(self._connection, claimed.target.id, claimed.delivery.id, bounce)
        if outcome.disable_target:
            disable(self._connection, claimed.target.id)
        return True

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

    def next_due_at(self, now: datetime) -> datetime | None:
        """Return when the next pending delivery is due, None when there is none.

        A claimed delivery counts with the end of its lease, one whose target is held with the
        end of that.
        """
        held = held_now(now)
        first = (
            select(deliveries.c.due_at)
            .where(_PENDING, deliveries.c.target_id.not_in(select(targets.c.id).where(held)))
            .order_by(deliveries.c.due_at)
            .limit(1)
        )
        waits = exists().where(deliveries.c.target_id == targets.c.id, _PENDING)
        freed = select(func.min(targets.c.held_until)).where(held, waits)
        found = (self._connection.scalar(first), self._connection.scalar(freed))
        return min((moment for moment in found if moment is not None), default=None)


def _key(claimed: ClaimedDelivery) -> dict[str, Any]:
    """Return the values of ``_OURS``."""
    return {
        "its_id": claimed.delivery.id,
        "its_owner": claimed.owner,
        "its_attempts": claimed.delivery.attempts,
    }


def _cut(detail: str) -> str:
    return detail.encode("utf-8", "replace")[:DETAIL_BYTES].decode("utf-8", "ignore")
