"""Deliveries that are no longer wanted before they were sent."""

from collections.abc import Collection

from sqlalchemy import Connection, exists, or_, select, update
from sqlalchemy.sql import ColumnElement

from monitor.domain.alerts import DeliveryState
from storage.rows import in_groups
from storage.tables import deliveries

#: Not sent yet, whatever they wait for.
UNSENT = deliveries.c.state.in_(
    [state.value for state in (DeliveryState.PENDING, DeliveryState.WAITING, DeliveryState.BUNDLED)]
)
_CANCELLED = DeliveryState.CANCELLED.value
_GROUP = 500
#: It carries others.
IS_CARRIER = deliveries.c.bundle_id == deliveries.c.id


def cancel(connection: Connection, which: ColumnElement[bool]) -> None:
    """Cancel what was not sent yet. A delivery that carries others goes on without its own."""
    query = select(deliveries.c.bundle_id).where(UNSENT, which, deliveries.c.bundle_id.is_not(None))
    touched = set(connection.scalars(query))
    connection.execute(update(deliveries).where(UNSENT, which, IS_CARRIER).values(left_out=True))
    alone = or_(deliveries.c.bundle_id.is_(None), ~IS_CARRIER)
    connection.execute(update(deliveries).where(UNSENT, which, alone).values(state=_CANCELLED))
    for ids in in_groups(touched, _GROUP):
        _cancel_empty(connection, ids)


def _cancel_empty(connection: Connection, ids: Collection[str]) -> None:
    """Cancel deliveries that carry nothing any more."""
    inside = deliveries.alias("inside")
    carries = exists().where(
        inside.c.bundle_id == deliveries.c.id,
        inside.c.state == DeliveryState.BUNDLED.value,
    )
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.id.in_(ids),
            deliveries.c.state == DeliveryState.PENDING.value,
            deliveries.c.left_out.is_(True),
            ~carries,
        )
        .values(state=_CANCELLED)
    )
