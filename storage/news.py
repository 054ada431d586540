"""What feeds and calendars are made of: what readers are told, newest first, and dates.

Silent alerts and those about the time before a watch are in no feed, as they are in no mail.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, select

from monitor.domain.alerts import News
from monitor.domain.changes import Change, Severity
from monitor.domain.summaries import Summary
from monitor.domain.trial import BASELINE, NctId
from storage.alertrows import change_of
from storage.codec import unpack_summary
from storage.engine import Database
from storage.lists import trials_seen_by
from storage.rows import AnySelect
from storage.tables import alerts, changes, summaries, versions, watches

#: Most trials of a list that are looked up one by one.
_SHORT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A trial's newest summary, and when its version was fetched."""

    summary: Summary
    fetched_at: datetime


def newest(
    database: Database,
    *,
    nct_id: NctId | None = None,
    list_id: int | None = None,
    of: int | None = None,
    limit: int,
) -> tuple[News, ...]:
    """Return the newest alerts that readers are told of, with three queries at most.

    Args:
        database: Where they are.
        nct_id: Of this trial alone.
        list_id: Of the trials on this list alone, each from when it was put there.
        of: Of the trials on the lists that this person sees alone.
        limit: At most so many.
    """
    query = (
        select(alerts.c.id, alerts.c.nct_id, alerts.c.title, alerts.c.release, alerts.c.created_at)
        .where(
            alerts.c.severity > Severity.SILENT.value,
            alerts.c.from_version >= BASELINE,
            alerts.c.search_id.is_(None),
        )
        .order_by(alerts.c.id.desc())
        .limit(limit)
    )
    if nct_id is not None:
        query = query.where(alerts.c.nct_id == nct_id)
    if of is not None:
        query = query.where(alerts.c.nct_id.in_(trials_seen_by(of)))
    with database.reading() as connection:
        if list_id is not None:
            query = _of_list(connection, query, list_id)
        rows = connection.execute(query).all()
        told = _told(connection, [row.id for row in rows])
    return tuple(
        News(
            id=row.id,
            nct_id=row.nct_id,
            title=row.title,
            release=row.release,
            created_at=row.created_at,
            changes=tuple(told[row.id]),
        )
        for row in rows
    )


def _of_list(connection: Connection, query: AnySelect, list_id: int) -> AnySelect:
    """Return the query narrowed to a list.

    Of a short list its trials are looked up, and their alerts sorted; of a long one the newest
    alerts are looked through until there are enough. Each would be slow for the other.
    """
    on_it = and_(
        watches.c.list_id == list_id,
        watches.c.nct_id == alerts.c.nct_id,
        watches.c.created_at <= alerts.c.created_at,
    )
    counted = select(watches.c.nct_id).where(watches.c.list_id == list_id).limit(_SHORT + 1)
    if len(connection.execute(counted).all()) > _SHORT:
        return query.where(exists().where(on_it))
    return query.join(watches, on_it)


def _told(connection: Connection, ids: Collection[str]) -> dict[str, list[Change]]:
    query = (
        select(changes)
        .where(changes.c.alert_id.in_(ids), changes.c.severity > Severity.SILENT.value)
        .order_by(changes.c.alert_id, changes.c.position)
    )
    found: dict[str, list[Change]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.alert_id].append(change_of(row))
    return found


def dated(database: Database, *, nct_id: NctId) -> Dated | None:
    """Return a trial's newest summary, None before its baseline."""
    query = _newest_summaries().where(summaries.c.nct_id == nct_id)
    return next(iter(_dated(database, query)), None)


def dated_of_list(database: Database, *, list_id: int) -> tuple[Dated, ...]:
    """Return the newest summaries of the trials on a list, by number."""
    on_it = select(watches.c.nct_id).where(watches.c.list_id == list_id)
    return _dated(database, _newest_summaries().where(summaries.c.nct_id.in_(on_it)))


def _newest_summaries() -> AnySelect:
    same = summaries.alias()
    last = select(func.max(same.c.version)).where(same.c.nct_id == summaries.c.nct_id)
    return (
        select(summaries.c.body, versions.c.fetched_at)
        .join(
            versions,
            and_(
                versions.c.nct_id == summaries.c.nct_id,
                versions.c.number == summaries.c.version,
            ),
        )
        .where(summaries.c.version == last.scalar_subquery())
        .order_by(summaries.c.nct_id)
    )


def _dated(database: Database, query: AnySelect) -> tuple[Dated, ...]:
    with database.reading() as connection:
        rows = connection.execute(query)
        return tuple(
            Dated(summary=unpack_summary(row.body), fetched_at=row.fetched_at) for row in rows
        )
