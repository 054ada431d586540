"""What an operator does with targets: look, choose what they hear, new secrets, on and off.

Each function is one transaction of its own.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from monitor.domain.alerts import DeliveryState
from monitor.domain.errors import StorageError, TargetNotFoundError
from monitor.domain.events import EventType
from monitor.domain.lanes import Lane
from monitor.domain.people import OPERATOR
from monitor.domain.trial import NctId
from monitor.domain.watches import Format, Target, TargetState
from storage.allowed import STATE_ALLOWED
from storage.engine import Database
from storage.tables import alerts, deliveries, searches, subscriptions, targets
from storage.targetrows import target_of
from storage.targets import disable as switch_off

#: How long the secret before still signs, beside the new one.
BOTH_SECRETS = timedelta(hours=24)


def all_targets(database: Database, *, of: int = OPERATOR) -> tuple[Target, ...]:
    """Return every target of a subscriber, oldest first."""
    query = select(targets).where(targets.c.subscriber_id == of).order_by(targets.c.id)
    with database.reading() as connection:
        return tuple(target_of(row) for row in connection.execute(query))


def find(database: Database, name: str) -> Target:
    """Return the target with this number or this very address.

    Raises:
        TargetNotFoundError: There is none.
    """
    for target in all_targets(database):
        if name in {str(target.id), target.address}:
            return target
    raise TargetNotFoundError(
        f"There is no target {name[:80]!r}; see `trialwatch target list` for their numbers"
    )


def _again(database: Database, target: Target) -> Target:
    """Return a target as it is now, whosever it is."""
    query = select(targets).where(targets.c.id == target.id)
    with database.reading() as connection:
        return target_of(connection.execute(query).one())


def choose(
    database: Database,
    target: Target,
    *,
    types: Collection[EventType] | None = None,
    format_: Format | None = None,
) -> Target:
    """Set what a target hears of, and in what form; None leaves it as it is."""
    values: dict[str, str] = {}
    if types is not None:
        values["types"] = "".join(f" {type_.value} " for type_ in sorted(set(types)))
    if format_ is not None:
        values["format"] = format_.value
    if values:
        _set(database, target, values)
    return _again(database, target)


def rotate(database: Database, target: Target, *, secret: str, now: datetime) -> Target:
    """Give a webhook a new secret; the one before signs beside it for a day.

    Raises:
        StorageError: The one before the present still signs: a third would cut its time short.
    """
    until = target.old_secret_until
    if until is not None and now < until:
        raise StorageError(
            f"The secret before this one still signs until {until:%Y-%m-%d %H:%M} UTC; make"
            " another one after that"
        )
    values = {
        "secret": secret,
        "old_secret": target.secret,
        "old_secret_until": now + BOTH_SECRETS,
    }
    _set(database, target, values)
    return _again(database, target)


def enable(database: Database, target: Target) -> None:
    """Send to a target again, as if nothing had ever gone wrong with it.

    An address that never agreed is unconfirmed then.
    """
    healthy = {"failures": 0, "failing_since": None, "held_until": None, "well_since": None}
    _set(database, target, {"state": STATE_ALLOWED, **healthy})


def disable(database: Database, target: Target) -> None:
    """Send nothing more to a target; what waits for it is cancelled."""
    with database.writing() as connection:
        switch_off(connection, target.id)
        connection.commit()


def hears_of_trials(database: Database, target: Target) -> bool:
    """Return whether a live subscription leads to a target."""
    query = select(subscriptions.c.id).where(
        subscriptions.c.target_id == target.id, subscriptions.c.ended_at.is_(None)
    )
    with database.reading() as connection:
        return connection.execute(query.limit(1)).first() is not None


def _set(database: Database, target: Target, values: Mapping[str, object]) -> None:
    with database.writing() as connection:
        connection.execute(update(targets).where(targets.c.id == target.id).values(**values))
        connection.commit()


def replay(
    database: Database,
    *,
    now: datetime,
    ids: Collection[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    target: Target | None = None,
    nct_id: NctId | None = None,
    delivered_too: bool = False,
) -> int:
    """Make deliveries due again under the ids they have; return how many.

    What failed and waits to be tried again by itself is tried now. They go out in the order they
    were made in, no faster than their targets' pace. What nobody
    asks for any more (an ended subscription, a search that was taken away, a target that is
    switched off) stays as it is.

    Args:
        database: Where they are.
        now: When they are due.
        ids: These, whatever became of them; none means all that fit the rest.
        since: Made at this time or later.
        until: Made before this time.
        target: To this target.
        nct_id: About this trial.
        delivered_too: Also what was delivered.
    """
    wanted = [_still_wanted(), *_of_these(ids, since=since, until=until)]
    settled = deliveries.c.state.in_(_settled(delivered_too=delivered_too or bool(ids)))
    wanted.append(or_(settled, _waits_to_be_tried(now)))
    if target is not None:
        wanted.append(deliveries.c.target_id == target.id)
    if nct_id is not None:
        about = select(alerts.c.id).where(alerts.c.nct_id == nct_id)
        wanted.append(deliveries.c.alert_id.in_(about))
    again = (
        update(deliveries)
        .where(and_(*wanted))
        .values(
            state=DeliveryState.PENDING.value,
            due_at=now,
            owner=None,
            # Whatever is sent again must not stand in the way of what is new.
            lane=case(
                (deliveries.c.lane == Lane.MAIL.value, Lane.MAIL.value),
                else_=Lane.SUSPECT.value,
            ),
        )
    )
    with database.writing() as connection:
        count = connection.execute(again).rowcount
        connection.commit()
    return count


def _of_these(
    ids: Collection[str], *, since: datetime | None, until: datetime | None
) -> Iterator[ColumnElement[bool]]:
    if ids:
        yield deliveries.c.id.in_(ids)
    if since is not None:
        yield deliveries.c.created_at >= since
    if until is not None:
        yield deliveries.c.created_at < until


def _settled(*, delivered_too: bool) -> list[str]:
    states = [DeliveryState.FAILED.value, DeliveryState.CANCELLED.value]
    return [*states, DeliveryState.DELIVERED.value] if delivered_too else states


def works_again(database: Database, target: Target, *, now: datetime) -> int:
    """Take note that a target answered well just now; return how many messages are tried at once.

    Those that had failed would otherwise wait out gaps of up to a day.
    """
    healthy = {"failures": 0, "failing_since": None, "held_until": None, "well_since": now}
    retried = (
        update(deliveries)
        .where(deliveries.c.target_id == target.id, _waits_to_be_tried(now))
        .values(due_at=now)
    )
    with database.writing() as connection:
        connection.execute(update(targets).where(targets.c.id == target.id).values(**healthy))
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
