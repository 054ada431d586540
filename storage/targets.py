"""How targets are doing, as their rows say it, and what that means for what waits for them."""

from datetime import datetime

from sqlalchemy import Connection, Text, and_, bindparam, cast, literal, null, or_, select, update
from sqlalchemy.sql import ColumnElement

from monitor.alerting.health import LONGEST_BREAK, after
from monitor.alerting.notices import news, notice
from monitor.domain.alerts import Blame, ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.events import EventType
from monitor.domain.lanes import Lane
from monitor.domain.watches import Health, Target, TargetState
from storage.cancelling import cancel
from storage.codec import to_json
from storage.hearers import LANE, NEW, asks_for
from storage.rows import AnyRow, insert_into, inserted
from storage.tables import deliveries, targets
from storage.targetrows import health_of, health_row
from storage.waking import Wake, wake


def held_now(now: datetime) -> ColumnElement[bool]:
    """Return whether a target's breaker is open; ``monitor.alerting.health.is_held`` in SQL."""
    return and_(targets.c.held_until > now, targets.c.held_until <= now + LONGEST_BREAK)


_WHOLE = select(targets).where(targets.c.id == bindparam("its_id")).with_for_update(key_share=True)
_NOT_WELL = _WHOLE.where(or_(targets.c.failures > 0, targets.c.well_since.is_(None)))
_WAITING = (
    deliveries.c.state == DeliveryState.PENDING.value,
    # What another worker holds is left alone: it has its lock, and decides for itself.
    deliveries.c.owner.is_(None),
)


def note_attempt(
    connection: Connection, claimed: ClaimedDelivery, outcome: Outcome, *, now: datetime
) -> None:
    """Write down what an attempt says of its target, and make the notices that follow from it."""
    health = _note_health(connection, claimed.target, outcome, now=now)
    for type_ in news(claimed, outcome, health, now=now):
        if type_ is EventType.TARGET_DISABLED:
            disable(connection, claimed.target.id)
        told = notice(claimed, outcome, health, now=now)
        _tell(connection, claimed, type_, to_json(told), now)


def _note_health(
    connection: Connection, target: Target, outcome: Outcome, *, now: datetime
) -> Health:
    """Return how a target is doing now; move what waits for it to the other lane."""
    row = _held_row(connection, target, outcome)
    if row is None:
        return target.health
    before = health_of(row)
    now_is = after(before, outcome.blame, hold=outcome.hold, now=now)
    connection.execute(update(targets).where(targets.c.id == target.id).values(health_row(now_is)))
    if bool(before.failures) != bool(now_is.failures):
        _change_lanes(connection, target.id, Lane.SUSPECT if now_is.failures else Lane.STEADY)
    return now_is


def _tell(
    connection: Connection, claimed: ClaimedDelivery, type_: EventType, told: str, now: datetime
) -> None:
    """Make one delivery for each other target of the same subscriber that asks for the type."""
    about, attempt = claimed.target.id, claimed.delivery.attempts
    at = literal(now, deliveries.c.due_at.type)
    owner = select(targets.c.subscriber_id).where(targets.c.id == about)
    hearers = (
        select(
            deliveries.c.alert_id
            + "-"
            + cast(targets.c.id, Text)
            + f"-{type_.short}-{about}-{attempt}",
            deliveries.c.alert_id,
            targets.c.id,
            deliveries.c.subscription_id,
            deliveries.c.list_name,
            literal(DeliveryState.PENDING.value),
            at,
            literal(0),
            literal(0),
            at,
            LANE,
            null(),
            null(),
            literal(type_.value),
            # What is told of a target is near to nowhere.
            null(),
            literal(told),
        )
        .select_from(targets)
        .join(deliveries, deliveries.c.id == claimed.delivery.id)
        .where(
            targets.c.subscriber_id == owner.scalar_subquery(),
            targets.c.id != about,
            targets.c.state == TargetState.ACTIVE.value,
            asks_for(type_),
        )
    )
    new = insert_into(connection, deliveries).from_select([*NEW, "notice"], hearers)
    if inserted(connection, new.on_conflict_do_nothing()):
        wake(connection, Wake.DELIVER)


def _held_row(connection: Connection, target: Target, outcome: Outcome) -> AnyRow | None:
    """Return the row if the attempt changes it; nearly always it does not."""
    went_well = outcome.blame is Blame.NONE
    # One that fails meanwhile is found well by the next that it takes.
    nothing_new = went_well and target.health.well_since is not None
    if outcome.blame is Blame.OURS or nothing_new:
        return None
    query = _NOT_WELL if went_well else _WHOLE
    return connection.execute(query, {"its_id": target.id}).one_or_none()


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
