"""Pages of rows for tools: after a key, so many at most, with one query each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select

from monitor.domain.trial import BASELINE, NctId
from storage.engine import Database
from storage.lists import trials_seen_by
from storage.rows import AnyRow, AnySelect
from storage.tables import alerts, trials, watches


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
    merged_into: NctId | None
    #: Whether it is on a list now.
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
    query = _trials().order_by(trials.c.nct_id).limit(limit)
    if of is not None:
        query = query.where(trials.c.nct_id.in_(trials_seen_by(of)))
    if after is not None:
        query = query.where(trials.c.nct_id > after)
    with database.reading() as connection:
        return tuple(map(_trial, connection.execute(query)))


def trial(database: Database, nct_id: NctId) -> KnownTrial | None:
    """Return one trial, None when it was never watched."""
    with database.reading() as connection:
        row = connection.execute(_trials().where(trials.c.nct_id == nct_id)).one_or_none()
    return None if row is None else _trial(row)


def _trials() -> AnySelect:
    changed = select(func.max(alerts.c.created_at)).where(
        alerts.c.nct_id == trials.c.nct_id, alerts.c.from_version >= BASELINE
    )
    return select(
        trials,
        exists().where(watches.c.nct_id == trials.c.nct_id).label("watched"),
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
        merged_into=row.merged_into,
        watched=row.watched,
        changed_at=row.changed_at,
    )
