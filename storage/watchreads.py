"""What is watched, and who hears of it: all at once for showing, or page by page for tools.

Each question takes two queries, however many rows come back.
"""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, select, tuple_

from monitor.domain.changes import Severity
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, TargetState, shown_address
from storage.engine import Database
from storage.lists import lists_seen_by
from storage.readmodels import TargetRow, WatchRow
from storage.rows import AnyRow, AnySelect
from storage.tables import subscriptions, targets, timings, watch_lists
from storage.tables import trials as known
from storage.tables import watches as watched
from storage.timings import CHOICE, OF_SUBSCRIPTION, timing_of
from storage.trials import is_unknown

#: Targets by list and by the trial narrowed to, None for the whole list.
_Hearers = Mapping[tuple[int, NctId | None], list[TargetRow]]


def watches(
    database: Database, *, of: int | None = None, limit: int | None = None
) -> tuple[WatchRow, ...]:
    """Return watches, by list and number, with who hears of them.

    ``of`` narrows them to the lists that a person sees, and to that person's targets; ``limit``
    to so many.
    """
    query = _seen(of).order_by(watch_lists.c.name, watched.c.list_id, watched.c.nct_id)
    return _read(database, query.limit(limit), of)


def watches_after(
    database: Database, after: tuple[int, NctId] | None, *, of: int, limit: int
) -> tuple[WatchRow, ...]:
    """Return watches by the number of their list and their own, those after one of them.

    Lists keep their numbers when they are renamed, so pages go on where they stopped.
    """
    place = tuple_(watched.c.list_id, watched.c.nct_id)
    query = _seen(of).order_by(watched.c.list_id, watched.c.nct_id).limit(limit)
    return _read(database, query if after is None else query.where(place > after), of)


def _seen(of: int | None) -> AnySelect:
    query = (
        select(
            watched.c.list_id,
            watched.c.created_at,
            watched.c.note,
            watched.c.tags,
            watch_lists.c.name,
            known,
        )
        .join(watch_lists, watch_lists.c.id == watched.c.list_id)
        .join(known, known.c.nct_id == watched.c.nct_id)
    )
    return query if of is None else query.where(watched.c.list_id.in_(lists_seen_by(of)))


def _read(database: Database, query: AnySelect, of: int | None) -> tuple[WatchRow, ...]:
    with database.reading() as connection:
        heard = _hearers(connection, of)
        return tuple(_watch_row(row, heard) for row in connection.execute(query))


def _hearers(connection: Connection, of: int | None) -> _Hearers:
    mine = () if of is None else (targets.c.subscriber_id == of,)
    query = (
        select(
            targets,
            subscriptions.c.list_id,
            subscriptions.c.nct_id,
            subscriptions.c.min_severity,
            timings.c.id.label("timing_id"),
            *CHOICE,
        )
        .join(subscriptions, subscriptions.c.target_id == targets.c.id)
        .join(timings, OF_SUBSCRIPTION, isouter=True)
        .where(subscriptions.c.ended_at.is_(None), *mine)
        .order_by(targets.c.id)
    )
    found: dict[tuple[int, NctId | None], list[TargetRow]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.list_id, row.nct_id].append(_target_row(row))
    return found


def _target_row(row: AnyRow) -> TargetRow:
    return TargetRow(
        id=row.id,
        channel=Channel(row.channel),
        address=shown_address(Channel(row.channel), row.address),
        state=TargetState(row.state),
        min_severity=Severity(row.min_severity),
        hours="" if row.timing_id is None else timing_of(row).words,
    )


def _watch_row(row: AnyRow, heard: _Hearers) -> WatchRow:
    told = [*heard.get((row.list_id, None), []), *heard.get((row.list_id, row.nct_id), [])]
    return WatchRow(
        nct_id=row.nct_id,
        list_id=row.list_id,
        list_name=row.name,
        created_at=row.created_at,
        brief_title=row.brief_title,
        overall_status=row.overall_status,
        latest_version=row.latest_version,
        seen_at=row.seen_at,
        gone=row.gone,
        unknown=is_unknown(row),
        merged_into=row.merged_into,
        # One target joined to the list and to this trial of it hears once.
        targets=tuple({target.id: target for target in told}.values()),
        note=row.note,
        tags=tuple(row.tags.split()),
    )
