"""Pages of rows for tools: after a key, so many at most, with one query each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from monitor.domain.trial import BASELINE, NctId
from storage.engine import Database
from storage.lists import lists_seen_by, trials_seen_by
from storage.rows import AnyRow, AnySelect
from storage.tables import alerts, deliveries, targets, trials, watches


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTrial:
    """A trial that is or was watched."""

    nct_id: NctId
    title: str
    #: None until the baseline.
    overall_status: str | None
    latest_version: int
    seen_at: datetime | None
    gone: bool
    #: Data timestamp of the first release that did not return it, None while it is there.
    missing_since: str | None
    merged_into: NctId | None
    #: Whether it is on a list now that one sees.
    watched: bool
    #: When its newest alert was made, silent ones among them; not of the past before the watch.
    changed_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return {name: getattr(self, name) for name in self.__slots__}


def trials_after(
    database: Database, after: NctId | None, *, of: int | None = None, limit: int
) -> tuple[KnownTrial, ...]:
    """Return trials by number, those after one of them, ``of`` on lists that a person sees."""
    query = _trials(of).order_by(trials.c.nct_id).limit(limit)
    if of is not None:
        query = query.where(trials.c.nct_id.in_(trials_seen_by(of)))
    if after is not None:
        query = query.where(trials.c.nct_id > after)
    with database.reading() as connection:
        return tuple(map(_trial, connection.execute(query)))


def trial(database: Database, nct_id: NctId, *, of: int | None = None) -> KnownTrial | None:
    """Return one trial, None when it was never watched, or is not within reach ``of`` a person."""
    query = _trials(of).where(trials.c.nct_id == nct_id)
    if of is not None:
        query = query.where(_reached_by(of))
    with database.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _trial(row)


def reaches(database: Database, nct_id: NctId, *, of: int) -> bool:
    """Return whether a trial is on a list that a person sees, or they were told of it once."""
    query = select(trials.c.nct_id).where(trials.c.nct_id == nct_id, _reached_by(of))
    with database.reading() as connection:
        return connection.execute(query).first() is not None


def _reached_by(person_id: int) -> ColumnElement[bool]:
    told = (
        exists()
        .where(alerts.c.nct_id == trials.c.nct_id, deliveries.c.alert_id == alerts.c.id)
        .where(targets.c.id == deliveries.c.target_id, targets.c.subscriber_id == person_id)
    )
    return or_(trials.c.nct_id.in_(trials_seen_by(person_id)), told)


def _trials(of: int | None) -> AnySelect:
    on_a_list = exists().where(watches.c.nct_id == trials.c.nct_id)
    if of is not None:
        # Whether others watch a trial is nobody's business.
        on_a_list = on_a_list.where(watches.c.list_id.in_(lists_seen_by(of)))
    changed = select(func.max(alerts.c.created_at)).where(
        alerts.c.nct_id == trials.c.nct_id, alerts.c.from_version >= BASELINE
    )
    return select(
        trials,
        on_a_list.label("watched"),
        changed.scalar_subquery().label("changed_at"),
    )


def _trial(row: AnyRow) -> KnownTrial:
    return KnownTrial(
        nct_id=row.nct_id,
        title=row.brief_title,
        overall_status=row.overall_status or None,
        latest_version=row.latest_version,
        seen_at=row.seen_at,
        gone=row.gone,
        missing_since=row.missing_since,
        merged_into=row.merged_into,
        watched=row.watched,
        changed_at=row.changed_at,
    )
