"""The outbox: claimed under a lease, recorded by whoever holds it.

No state here needs a live process to be left: a claim is a ``due_at`` in the future.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Text,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from monitor.domain.alerts import ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.bounces import Bounce
from monitor.domain.lanes import Room
from monitor.domain.watches import Channel
from storage.bounces import note_bounce
from storage.bundles import follow
from storage.claims import Claims
from storage.columns import Utc
from storage.given import Types, as_given, given
from storage.hearers import LANE_AGAIN
from storage.tables import attempts, deliveries, targets
from storage.targets import disable, held_now, note_attempt

#: Most that is kept of the far side's answer.
DETAIL_BYTES = 4096
_PENDING = deliveries.c.state == DeliveryState.PENDING.value
_CANCELLED = DeliveryState.CANCELLED.value

# What is ours is told by owner and attempt, so that a late worker writes over nobody. The owner
# does not stand bare: PostgreSQL would otherwise find the row in the index of all that is held,
# through every claim that ended since the last vacuum, where it knows of none that is held.
_OWNER = func.coalesce(deliveries.c.owner, "")
_CLAIM: Types = {
    "its_id": Text(),
    "its_owner": Text(),
    "its_attempts": Integer(),
}
_SETTLED: Types = {
    **_CLAIM,
    "new_state": Text(),
    "new_due_at": Utc(),
    "uncounted": Integer(),
}
_ENDED: Types = {
    "its_id": Text(),
    "its_number": Integer(),
    "word": attempts.c.outcome.type,
    "code": Integer(),
    "answer": attempts.c.detail.type,
}
_RENEW = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("its_id"),
        bindparam("its_owner") == _OWNER,
        deliveries.c.attempts == bindparam("its_attempts"),
        _PENDING,
    )
    .values(due_at=bindparam("until"))
)


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

    def record(
        self, ended: Collection[tuple[ClaimedDelivery, Outcome]], *, now: datetime
    ) -> frozenset[str]:
        """Write down how attempts ended; return the deliveries whose claims were still ours.

        Two statements for all of them, and one or two more for each that is out of the ordinary.
        A delivery cancelled while its bytes were under way stays so, unless they were accepted.
        """
        if not ended:
            return frozenset()
        numbers = self._settle(ended)
        ours = [(claimed, how) for claimed, how in ended if claimed.delivery.id in numbers]
        if ours:
            self._end_attempts(ours, numbers, now)
        for claimed, outcome in ours:
            self._follow_up(claimed, outcome, now)
        return frozenset(numbers)

    def _settle(self, ended: Collection[tuple[ClaimedDelivery, Outcome]]) -> Mapping[str, int]:
        """Settle what is still ours; return the numbers of the attempts it was settled by."""
        rows = [
            _key(claimed)
            | {
                "new_state": outcome.state.value,
                "new_due_at": outcome.due_at,
                "uncounted": 0 if outcome.counts else 1,
            }
            for claimed, outcome in ended
        ]
        dialect = self._connection.dialect
        found = self._connection.execute(_settling(dialect.name), as_given(dialect, _SETTLED, rows))
        return {row.id: row.begun for row in found}

    def _end_attempts(
        self,
        ours: Collection[tuple[ClaimedDelivery, Outcome]],
        numbers: Mapping[str, int],
        now: datetime,
    ) -> None:
        rows = [
            {
                "its_id": claimed.delivery.id,
                "its_number": numbers[claimed.delivery.id],
                "word": outcome.word,
                "code": outcome.status,
                "answer": _cut(outcome.detail),
            }
            for claimed, outcome in ours
        ]
        dialect = self._connection.dialect
        ended = as_given(dialect, _ENDED, rows) | {"now": now}
        self._connection.execute(_ending(dialect.name), ended)

    def _follow_up(self, claimed: ClaimedDelivery, outcome: Outcome, now: datetime) -> None:
        """Write down what an attempt says of its target, and of what it carried."""
        if claimed.target.channel is not Channel.EMAIL:
            note_attempt(self._connection, claimed, outcome, now=now)
        if claimed.digest is not None:
            follow(self._connection, claimed.delivery.id)
        if outcome.bounce is not None:
            bounce = Bounce(kind=outcome.bounce, at=now, detail=_cut(outcome.detail))
            note_bounce(self._connection, claimed.target.id, claimed.delivery.id, bounce)
        if outcome.disable_target:
            disable(self._connection, claimed.target.id)

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


@cache
def _settling(dialect: str) -> ReturningUpdate[str, int]:
    rows = given(dialect, _SETTLED)
    # Cancelled on its way and not accepted: it stays cancelled.
    stays = and_(
        deliveries.c.state == _CANCELLED, rows.c.new_state != DeliveryState.DELIVERED.value
    )
    return (
        update(deliveries)
        .where(
            deliveries.c.id == rows.c.its_id,
            rows.c.its_owner == _OWNER,
            deliveries.c.attempts == rows.c.its_attempts,
        )
        .values(
            state=case((stays, _CANCELLED), else_=rows.c.new_state),
            due_at=func.coalesce(rows.c.new_due_at, deliveries.c.due_at),
            owner=None,
            attempts=deliveries.c.attempts - rows.c.uncounted,
            lane=LANE_AGAIN,
        )
        .returning(deliveries.c.id, deliveries.c.begun)
    )


@cache
def _ending(dialect: str) -> Update:
    rows = given(dialect, _ENDED)
    return (
        update(attempts)
        .where(attempts.c.delivery_id == rows.c.its_id, attempts.c.number == rows.c.its_number)
        .values(
            ended_at=bindparam("now"), outcome=rows.c.word, status=rows.c.code, detail=rows.c.answer
        )
    )


def _key(claimed: ClaimedDelivery) -> dict[str, Any]:
    """Return the values of ``_CLAIM``."""
    return {
        "its_id": claimed.delivery.id,
        "its_owner": claimed.owner,
        "its_attempts": claimed.delivery.attempts,
    }


def _cut(detail: str) -> str:
    return detail.encode("utf-8", "replace")[:DETAIL_BYTES].decode("utf-8", "ignore")
