"""Messages made due again: those that somebody asks for, and all that wait for a target once it works."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update

from monitor.domain.alerts import DeliveryState
from monitor.domain.trial import NctId
from monitor.domain.watches import Health, Target, TargetState
from storage.engine import Database
from storage.hearers import LANE_AGAIN
from storage.tables import alerts, deliveries, searches, subscriptions, targets
from storage.targetrows import health_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Deliveries by id, whatever became of them; without ids, all that fit the rest."""

    ids: Collection[str] = ()
    #: Made at this time or later, and before that.
    since: datetime | None = None
    until: datetime | None = None
    target: Target | None = None
    #: About this trial.
    nct_id: NctId | None = None
    #: Also what was delivered.
    delivered_too: bool = False


def replay(database: Database, which: Which, *, now: datetime) -> int:
    """Make deliveries due again under the ids they have; return how many.

    What failed and waits to be tried again by itself is tried now. They go out in the order they
    were made in, no faster than their targets' pace. What nobody asks for any more (an ended
    subscription, a search that was taken away, a target that is switched off) stays as it is.
    """
    again = (
        update(deliveries)
        .where(_still_wanted(), *_chosen(which, now))
        .values(state=DeliveryState.PENDING.value, due_at=now, owner=None, lane=LANE_AGAIN)
    )
    with database.writing() as connection:
        count = connection.execute(again).rowcount
        connection.commit()
    return count


def _chosen(which: Which, now: datetime) -> Iterator[ColumnElement[bool]]:
    settled = [DeliveryState.FAILED.value, DeliveryState.CANCELLED.value]
    if which.delivered_too or which.ids:
        settled.append(DeliveryState.DELIVERED.value)
    yield or_(deliveries.c.state.in_(settled), _waits_to_be_tried(now))
    if which.ids:
        yield deliveries.c.id.in_(which.ids)
    if which.since is not None:
        yield deliveries.c.created_at >= which.since
    if which.until is not None:
        yield deliveries.c.created_at < which.until
    if which.target is not None:
        yield deliveries.c.target_id == which.target.id
    if which.nct_id is not None:
        about = select(alerts.c.id).where(alerts.c.nct_id == which.nct_id)
        yield deliveries.c.alert_id.in_(about)


def works_again(database: Database, target: Target, *, now: datetime) -> int:
    """Take note that a target answered well just now; return how many messages are tried at once.

    Those that had failed would otherwise wait out gaps of up to a day.
    """
    retried = (
        update(deliveries)
        .where(deliveries.c.target_id == target.id, _waits_to_be_tried(now))
        .values(due_at=now)
    )
    with database.writing() as connection:
        connection.execute(
            update(targets)
            .where(targets.c.id == target.id)
            .values(health_row(Health(well_since=now)))
        )
        count = connection.execute(retried).rowcount
        connection.commit()
    return count


def _waits_to_be_tried(now: datetime) -> ColumnElement[bool]:
    """Return whether a delivery was tried before and waits for the next time."""
    return and_(
        deliveries.c.state == DeliveryState.PENDING.value,
        deliveries.c.owner.is_(None),
        deliveries.c.begun > 0,
        deliveries.c.due_at > now,
    )


def _still_wanted() -> ColumnElement[bool]:
    by_itself = or_(deliveries.c.bundle_id.is_(None), deliveries.c.bundle_id == deliveries.c.id)
    live = select(subscriptions.c.id).where(subscriptions.c.ended_at.is_(None))
    ended = select(searches.c.id).where(searches.c.ended_at.is_not(None))
    of_ended = select(alerts.c.id).where(alerts.c.search_id.in_(ended))
    active = select(targets.c.id).where(targets.c.state == TargetState.ACTIVE.value)
    return and_(
        or_(deliveries.c.subscription_id.in_(live), deliveries.c.notice.is_not(None)),
        deliveries.c.target_id.in_(active),
        deliveries.c.alert_id.not_in(of_ended),
        by_itself,
    )
