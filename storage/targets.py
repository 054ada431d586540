"""How targets are doing, as their rows say it, and what that means for what waits for them."""

from datetime import datetime

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.sql import ColumnElement

from monitor.alerting.health import LONGEST_BREAK, after
from monitor.domain.alerts import Blame, DeliveryState, Outcome
from monitor.domain.lanes import Lane
from monitor.domain.watches import TargetState
from storage.cancelling import cancel
from storage.rows import AnyRow
from storage.tables import deliveries, targets
from storage.watches import health_of


def held_now(now: datetime) -> ColumnElement[bool]:
    """Return whether a target's breaker is open; ``monitor.alerting.health.is_held`` in SQL."""
    return and_(targets.c.held_until > now, targets.c.held_until <= now + LONGEST_BREAK)


_WAITING = (
    deliveries.c.state == DeliveryState.PENDING.value,
    # What another worker holds is left alone: it has its lock, and decides for itself.
    deliveries.c.owner.is_(None),
)


def note_health(connection: Connection, target_id: int, outcome: Outcome, *, now: datetime) -> None:
    """Write down what an attempt says of its target; move what waits to the other lane."""
    row = _held_row(connection, target_id, outcome)
    if row is None:
        return
    before = health_of(row)
    now_is = after(before, outcome.blame, hold=outcome.hold, now=now)
    connection.execute(
        update(targets)
        .where(targets.c.id == target_id)
        .values(
            failures=now_is.failures,
            failing_since=now_is.failing_since,
            held_until=now_is.held_until,
            well_since=now_is.well_since,
        )
    )
    if bool(before.failures) != bool(now_is.failures):
        _change_lanes(connection, target_id, Lane.SUSPECT if now_is.failures else Lane.STEADY)


def _held_row(connection: Connection, target_id: int, outcome: Outcome) -> AnyRow | None:
    """Return the row if the attempt changes it; nearly always it does not."""
    if outcome.blame is Blame.OURS:
        return None
    query = select(targets).where(targets.c.id == target_id)
    if outcome.blame is Blame.NONE:
        query = query.where(or_(targets.c.failures > 0, targets.c.well_since.is_(None)))
    return connection.execute(query.with_for_update(key_share=True)).one_or_none()


def _change_lanes(connection: Connection, target_id: int, lane: Lane) -> None:
    """Let first attempts that wait for a target go by its other lane."""
    connection.execute(
        update(deliveries)
        .where(deliveries.c.target_id == target_id, *_WAITING, deliveries.c.attempts == 0)
        .values(lane=lane.value)
    )


def disable(connection: Connection, target_id: int) -> None:
    """Send nothing more to a target, what is in flight apart."""
    connection.execute(
        update(targets).where(targets.c.id == target_id).values(state=TargetState.DISABLED.value)
    )
    cancel(connection, deliveries.c.target_id == target_id)
