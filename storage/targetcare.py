"""What an operator does with targets: look, choose what they hear, new secrets, on and off.

Each function is one transaction of its own.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update

from monitor.domain.errors import StorageError, TargetNotFoundError
from monitor.domain.events import EventType
from monitor.domain.people import OPERATOR
from monitor.domain.watches import Format, Health, Target
from storage.allowed import STATE_ALLOWED
from storage.engine import Database
from storage.spaced import spaced
from storage.tables import subscriptions, targets
from storage.targetrows import health_row, target_of
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
        values["types"] = spaced(types)
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
    _set(database, target, {"state": STATE_ALLOWED, **health_row(Health())})


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
