"""What the command line and the pages show: frozen rows, read and never written.

One function a question; each opens one consistent view and asks a fixed number of queries,
however many rows come back. Addresses are in them, for the operator's eyes.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, exists, func, select
from sqlalchemy.sql import ColumnElement

from monitor.domain.alerts import Alert, DeliveryState
from monitor.domain.events import EventType
from monitor.domain.lanes import Lane
from monitor.domain.trial import BASELINE, NctId
from monitor.domain.watches import Channel, TargetState, shown_address
from monitor.summaries.nearby import narrowed
from storage.alerts import alerts_by_id, with_changes
from storage.bundles import near_of
from storage.codec import from_json, unpack
from storage.engine import Database
from storage.lists import trials_seen_by
from storage.readmodels import (
    AttemptRow,
    Backlog,
    DeliveryRow,
    OutboxState,
    Refusal,
    RegistryState,
    TrialRow,
)
from storage.rows import AnyRow, AnySelect, in_groups
from storage.tables import (
    alerts,
    attempts,
    refusals,
    registry,
    targets,
)
from storage.tables import deliveries as outbox
from storage.tables import trials as known
from storage.tables import watches as watched
from storage.targets import held_now

#: A delivery this long past due says that nothing is sending.
PAST_DUE = timedelta(minutes=10)
#: Most ids in one statement.
_GROUP = 1000
_REFUSAL = tuple(refusals.c[field.name] for field in fields(Refusal))


def trials(database: Database) -> tuple[TrialRow, ...]:
    """Return every trial that is or was watched, by number."""
    lists = select(func.count()).where(watched.c.nct_id == known.c.nct_id).scalar_subquery()
    changed = select(func.max(alerts.c.created_at)).where(
        alerts.c.nct_id == known.c.nct_id, alerts.c.from_version >= BASELINE
    )
    query = select(
        known, lists.label("lists"), changed.scalar_subquery().label("changed_at")
    ).order_by(known.c.nct_id)
    names = [field.name for field in fields(TrialRow)]
    with database.reading() as connection:
        rows = connection.execute(query)
        return tuple(TrialRow(**{name: getattr(row, name) for name in names}) for row in rows)


def newest_alerts(database: Database, *, limit: int, of: int | None = None) -> tuple[Alert, ...]:
    """Return the newest alerts, newest first, silent ones among them.

    ``of`` narrows them to the trials on the lists that a person sees. What was told of saved
    searches is in ``storage.searchviews``.
    """
    query = select(alerts).where(alerts.c.search_id.is_(None))
    query = query.order_by(alerts.c.id.desc()).limit(limit)
    if of is not None:
        query = query.where(alerts.c.nct_id.in_(trials_seen_by(of)))
    with database.reading() as connection:
        return with_changes(connection, connection.execute(query).all())


def delivery(
    database: Database, delivery_id: str, *, of: int | None = None
) -> tuple[DeliveryRow, Alert] | None:
    """Return one delivery and what it carries, None when there is none such (to a target ``of``)."""
    query = _deliveries().where(outbox.c.id == delivery_id)
    if of is not None:
        query = query.where(targets.c.subscriber_id == of)
    with database.reading() as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        whole = alerts_by_id(connection, [row.alert_id])[row.alert_id]
        carried = narrowed(whole, *near_of(row))
        return _delivery_row(row, _attempts(connection, [row.id])), carried


def deliveries(
    database: Database,
    *,
    state: DeliveryState | None = None,
    nct_id: NctId | None = None,
    of: int | None = None,
    target_id: int | None = None,
    older_than: str | None = None,
    limit: int = 50,
) -> tuple[DeliveryRow, ...]:
    """Return deliveries with every attempt, newest first, those older than one of them.

    ``of`` narrows them to one person's targets.
    """
    query = _deliveries().order_by(outbox.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(outbox.c.state == state.value)
    if nct_id is not None:
        query = query.where(alerts.c.nct_id == nct_id)
    if older_than is not None:
        query = query.where(outbox.c.id < older_than)
    if target_id is not None:
        query = query.where(outbox.c.target_id == target_id)
    with database.reading() as connection:
        if of is not None:
            query = query.where(_to_targets_of(connection, of))
        rows = connection.execute(query).all()
        made = _attempts(connection, [row.id for row in rows])
    return tuple(_delivery_row(row, made) for row in rows)


def _to_targets_of(connection: Connection, person_id: int) -> ColumnElement[bool]:
    """Return whether a delivery goes to a person, by the numbers of their targets.

    With numbers in hand a database goes to its index of targets, and for a single one reads it
    from its end; joined, it would look through everybody's deliveries.
    """
    numbers = connection.scalars(
        select(targets.c.id).where(targets.c.subscriber_id == person_id)
    ).all()
    return (
        outbox.c.target_id == numbers[0] if len(numbers) == 1 else outbox.c.target_id.in_(numbers)
    )


def _deliveries() -> AnySelect:
    return (
        select(outbox, alerts.c.nct_id, alerts.c.title, targets.c.channel, targets.c.address)
        .join(alerts, alerts.c.id == outbox.c.alert_id)
        .join(targets, targets.c.id == outbox.c.target_id)
    )


def _attempts(connection: Connection, ids: Collection[str]) -> Mapping[str, list[AttemptRow]]:
    names = [field.name for field in fields(AttemptRow)]
    made: dict[str, list[AttemptRow]] = defaultdict(list)
    for group in in_groups(ids, _GROUP):
        query = select(attempts).where(attempts.c.delivery_id.in_(group))
        for row in connection.execute(query.order_by(attempts.c.number)):
            attempt = AttemptRow(**{name: getattr(row, name) for name in names})
            made[row.delivery_id].append(attempt)
    return made


def _delivery_row(row: AnyRow, made: Mapping[str, list[AttemptRow]]) -> DeliveryRow:
    return DeliveryRow(
        id=row.id,
        alert_id=row.alert_id,
        nct_id=row.nct_id,
        title=row.title,
        list_name=row.list_name,
        channel=Channel(row.channel),
        address=shown_address(Channel(row.channel), row.address),
        type=EventType(row.type),
        notice=None if row.notice is None else from_json(row.notice),
        state=DeliveryState(row.state),
        created_at=row.created_at,
        due_at=row.due_at,
        held=row.owner is not None,
        attempts=tuple(made.get(row.id, [])),
    )


def registry_state(database: Database) -> RegistryState:
    """Return what is known of the registry, and how far the sweep of its release has come."""
    on_a_list = exists().where(watched.c.nct_id == known.c.nct_id)
    with database.reading() as connection:
        seen = connection.execute(select(registry)).one_or_none()
        release = seen.data_timestamp if seen else None
        unsettled = known.c.swept_release.is_distinct_from(release) | (release is None)
        of_watched = select(func.count()).select_from(known).where(on_a_list)
        return RegistryState(
            data_timestamp=release,
            etag=seen.etag if seen else None,
            seen_at=seen.seen_at if seen else None,
            trouble=seen.trouble if seen else None,
            trouble_since=seen.trouble_since if seen else None,
            watched=connection.execute(of_watched).scalar_one(),
            unsettled=connection.execute(of_watched.where(unsettled)).scalar_one(),
        )


def kept_aside(database: Database) -> tuple[Refusal, ...]:
    """Return the answers that could not be believed, newest first."""
    query = select(*_REFUSAL).order_by(refusals.c.kept_at.desc(), refusals.c.nct_id)
    with database.reading() as connection:
        rows = connection.execute(query)
        return tuple(Refusal(**row._mapping) for row in rows)  # noqa: SLF001 (its public name)


def refused_body(database: Database, nct_id: NctId) -> bytes | None:
    """Return the bytes that were kept aside of a trial, None when there are none."""
    query = select(refusals.c.body).where(refusals.c.nct_id == nct_id)
    with database.reading() as connection:
        body = connection.scalar(query)
    return None if body is None else unpack(body, of=f"the answer kept aside of {nct_id}")


def outbox_state(database: Database, *, now: datetime) -> OutboxState:
    """Return how many deliveries stand where, and whether something is stuck."""
    pending = outbox.c.state == DeliveryState.PENDING.value
    late = select(func.count()).where(pending, _past_due(now))
    held = select(func.count()).where(pending, outbox.c.owner.is_not(None), outbox.c.due_at > now)
    by_state = select(outbox.c.state, func.count().label("deliveries")).group_by(outbox.c.state)
    with database.reading() as connection:
        counted = {row.state: row.deliveries for row in connection.execute(by_state)}
        return OutboxState(
            counts={state: counted.get(state.value, 0) for state in DeliveryState},
            past_due=connection.execute(late).scalar_one(),
            oldest_due_at=connection.scalar(select(func.min(outbox.c.due_at)).where(pending)),
            held=connection.execute(held).scalar_one(),
        )


def backlog(database: Database, *, now: datetime) -> Backlog:
    """Return what is late, and how many receivers fail."""
    pending = outbox.c.state == DeliveryState.PENDING.value
    steady = outbox.c.lane != Lane.SUSPECT.value
    failing = select(func.count()).where(
        targets.c.failures > 0, targets.c.state == TargetState.ACTIVE.value
    )
    with database.reading() as connection:
        return Backlog(
            past_due=connection.execute(
                select(func.count()).where(pending, _past_due(now))
            ).scalar_one(),
            oldest_due_at=connection.scalar(
                select(func.min(outbox.c.due_at)).where(pending, steady)
            ),
            failing_targets=connection.execute(failing).scalar_one(),
            open_breakers=connection.execute(failing.where(held_now(now))).scalar_one(),
        )


def _past_due(now: datetime) -> ColumnElement[bool]:
    """Return whether a pending delivery is late through a fault of ours, not its receiver's."""
    return and_(outbox.c.due_at < now - PAST_DUE, outbox.c.lane != Lane.SUSPECT.value)
