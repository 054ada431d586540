"""Mail that came back, and the addresses nothing more is sent to because of it."""

from sqlalchemy import Connection, func, select, union_all, update

from monitor.alerting.bounces import is_given_up
from monitor.domain.bounces import Bounce, BounceKind
from monitor.domain.watches import Channel, TargetState
from storage.allowed import STATE_ALLOWED
from storage.cancelling import cancel
from storage.rows import AnyRow, insert_new
from storage.tables import bounces, confirmations, deliveries, subscriptions, targets, timings


class SqlBounces:
    """Plays ``monitor.domain.ports.Bounces``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def key_of(self, delivery_id: str) -> str | None:
        """Return the token that a mail bore, None for an unknown one."""
        query = (
            select(deliveries.c.bundle_id, subscriptions.c.token, timings.c.token.label("all"))
            .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
            .join(timings, timings.c.id == deliveries.c.timing_id, isouter=True)
            .where(deliveries.c.id == delivery_id)
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return self._key_of_question(delivery_id)
        token: str = row.all if row.bundle_id else row.token
        return token

    def _key_of_question(self, confirmation_id: str) -> str | None:
        query = select(confirmations.c.token).where(confirmations.c.id == confirmation_id)
        token: str | None = self._connection.scalar(query)
        return token

    def newest_to(self, address: str) -> str | None:
        """Return the id of the newest delivery or question that was sent to an e-mail address."""
        ids = select(targets.c.id).where(
            targets.c.channel == Channel.EMAIL.value,
            func.lower(targets.c.address) == func.lower(address),
        )
        newest = [
            select(func.max(table.c.id)).where(table.c.target_id.in_(ids), table.c.attempts > 0)
            for table in (deliveries, confirmations)
        ]
        # Ids begin with the time they were made at.
        found = [self._connection.scalar(query) for query in newest]
        return max((one for one in found if one is not None), default=None)

    def came_back(self, delivery_id: str, bounce: Bounce) -> bool:
        """Write down that a delivery's mail came back; return whether its address is given up."""
        query = union_all(
            select(deliveries.c.target_id).where(deliveries.c.id == delivery_id),
            select(confirmations.c.target_id).where(confirmations.c.id == delivery_id),
        )
        target_id: int = self._connection.execute(query).scalar_one()
        return note_bounce(self._connection, target_id, delivery_id, bounce)

    def forgive(self, address: str) -> bool:
        """Send to an e-mail address again; False when nothing was held against it."""
        of_address = (targets.c.channel == Channel.EMAIL.value, targets.c.address == address)
        ids = select(targets.c.id).where(*of_address)
        counted = update(bounces).where(bounces.c.target_id.in_(ids), ~bounces.c.forgiven)
        forgiven = self._connection.execute(counted.values(forgiven=True)).rowcount
        allowed = self._connection.execute(
            update(targets)
            .where(*of_address, targets.c.state == TargetState.SUPPRESSED.value)
            .values(state=STATE_ALLOWED)
        ).rowcount
        return bool(forgiven or allowed)


def note_bounce(connection: Connection, target_id: int, delivery_id: str, bounce: Bounce) -> bool:
    """Write down that mail came back, once a delivery and kind; suppress its target if need be."""
    # Two reports about one address take turns here.
    held = select(targets.c.state).where(targets.c.id == target_id).with_for_update()
    state: str = connection.execute(held).scalar_one()
    row = {
        "target_id": target_id,
        "delivery_id": delivery_id,
        "at": bounce.at,
        "kind": bounce.kind.value,
        "status": bounce.status,
        "detail": bounce.detail,
        "forgiven": False,
    }
    insert_new(connection, bounces, row)
    query = select(bounces).where(bounces.c.target_id == target_id, ~bounces.c.forgiven)
    if not is_given_up([_bounce(found) for found in connection.execute(query)]):
        return False
    if state in _SENT_TO:
        connection.execute(
            update(targets)
            .where(targets.c.id == target_id)
            .values(state=TargetState.SUPPRESSED.value)
        )
        cancel(connection, deliveries.c.target_id == target_id)
    return True


#: An address that has not agreed is asked no more either.
_SENT_TO = frozenset({TargetState.ACTIVE.value, TargetState.UNCONFIRMED.value})


def _bounce(row: AnyRow) -> Bounce:
    return Bounce(kind=BounceKind(row.kind), at=row.at, status=row.status, detail=row.detail)
