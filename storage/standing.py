"""How the whole service stands, counted: for its operator."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from monitor.domain.alerts import DeliveryState
from monitor.domain.canary import CanaryState
from monitor.domain.lanes import Lane
from monitor.domain.watches import Channel, TargetState
from storage.canaries import canary_state_of
from storage.engine import Database
from storage.tables import (
    alerts,
    canary,
    deliveries,
    subscribers,
    subscriptions,
    targets,
    trials,
    versions,
    watches,
)
from storage.trials import IS_UNKNOWN

_DAY = timedelta(days=1)
#: A relay that is away is tried about a hundred times a day.
_MANY_ATTEMPTS = 20
#: One more than the attempt that may be under way.
_IN_VAIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Counts. Nothing of anybody."""

    people: int
    watched: int
    unseen: int
    #: Of those, numbers that the registry says it does not know.
    unknown: int
    told: int
    told_by_mail: int
    silent_targets: int
    held_for_hour: int
    mails_kept_back: int
    versions: int
    #: Bytes of all versions as they are kept.
    version_bytes: int
    newest_alert_at: datetime | None


def standing(database: Database) -> Standing:
    """Count, in one view of all rows."""
    on_a_list = trials.c.nct_id.in_(select(watches.c.nct_id))
    live = (
        select(func.count())
        .select_from(subscriptions)
        .join(targets, targets.c.id == subscriptions.c.target_id)
        .where(subscriptions.c.ended_at.is_(None))
    )
    silent = (
        select(func.count(targets.c.id.distinct()))
        .select_from(targets)
        .join(subscriptions, subscriptions.c.target_id == targets.c.id)
        .where(subscriptions.c.ended_at.is_(None), targets.c.state != TargetState.ACTIVE.value)
    )
    held = select(func.count()).where(deliveries.c.state == DeliveryState.WAITING.value)
    watched = select(func.count()).select_from(trials).where(on_a_list)
    with database.reading() as connection:
        return Standing(
            people=connection.execute(select(func.count(subscribers.c.id))).scalar_one(),
            watched=connection.execute(watched).scalar_one(),
            unseen=connection.execute(watched.where(trials.c.latest_version == 0)).scalar_one(),
            unknown=connection.execute(watched.where(IS_UNKNOWN)).scalar_one(),
            told=connection.execute(live).scalar_one(),
            told_by_mail=connection.execute(
                live.where(targets.c.channel == Channel.EMAIL.value)
            ).scalar_one(),
            silent_targets=connection.execute(silent).scalar_one(),
            held_for_hour=connection.execute(held).scalar_one(),
            mails_kept_back=connection.execute(_without_success(_IN_VAIN)).scalar_one(),
            versions=connection.execute(select(func.count(versions.c.number))).scalar_one(),
            version_bytes=connection.execute(
                select(func.coalesce(func.sum(func.length(versions.c.body)), 0))
            ).scalar_one(),
            newest_alert_at=connection.execute(select(func.max(alerts.c.created_at))).scalar_one(),
        )


def mails_held_up(database: Database, *, now: datetime) -> int:
    """Return how many mails a day of attempts did not bring out, through no fault of a reader."""
    query = _without_success(_MANY_ATTEMPTS).where(deliveries.c.created_at < now - _DAY)
    return _counted(database, query)


def mails_kept_back(database: Database) -> int:
    """Return how many mails wait that the mail server has not taken, through no fault of a reader.

    They count from the second attempt on, about a minute after the server went away.
    """
    return _counted(database, _without_success(_IN_VAIN))


def _counted(database: Database, query: Select[int]) -> int:
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def _without_success(times: int) -> Select[int]:
    """Count mails that were begun so often without an attempt that counts.

    What a mail server refuses for a reader's sake counts as an attempt; what fails because the
    server is away or refuses us does not, so the two numbers grow apart.
    """
    return select(func.count()).where(
        deliveries.c.state == DeliveryState.PENDING.value,
        deliveries.c.lane == Lane.MAIL.value,
        deliveries.c.begun - deliveries.c.attempts >= times,
    )


def canary_state(database: Database) -> CanaryState | None:
    """Return how the mail to ourselves stands, to be shown; None before the first."""
    with database.reading() as connection:
        row = connection.execute(select(canary)).one_or_none()
    return None if row is None else canary_state_of(row)
