"""What of the outbox would go out now, and what waits for a later time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, not_, select

from monitor.domain.alerts import DeliveryState
from storage.engine import Database
from storage.tables import deliveries, targets
from storage.targets import held_now


@dataclass(frozen=True, slots=True, kw_only=True)
class DueState:
    """Deliveries that are still to go out, counted by what they wait for."""

    #: A round made now would take them up.
    due: int
    #: Held for a digest, the end of quiet hours or the next hour of a reader who wants few.
    for_an_hour: int
    #: To be tried again, let alone for a while, or in the hands of another process.
    later: int


def due_state(database: Database, *, now: datetime) -> DueState:
    """Count what is still to go out, in one view of all rows."""
    pending = deliveries.c.state == DeliveryState.PENDING.value
    held = deliveries.c.target_id.in_(select(targets.c.id).where(held_now(now)))
    count = select(func.count()).select_from(deliveries)
    with database.reading() as connection:
        due = connection.execute(
            count.where(pending, deliveries.c.due_at <= now, not_(held))
        ).scalar_one()
        waiting = deliveries.c.state == DeliveryState.WAITING.value
        return DueState(
            due=due,
            for_an_hour=connection.execute(count.where(waiting)).scalar_one(),
            later=connection.execute(count.where(pending)).scalar_one() - due,
        )
