"""Everything of one kind, row by row, however much there is: for files that others read.

Rows are read page by page after a key, so memory does not grow with the database and no
transaction stays open while a slow reader takes its time.
"""

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from sqlalchemy import select, tuple_

from monitor.domain.trial import before_watch
from storage import apireads, changefeed, histories, queries
from storage.changefeed import Selection
from storage.engine import Database
from storage.lists import trials_seen_by
from storage.readmodels import DeliveryRow
from storage.rows import AnyRow
from storage.tables import versions as kept

Row: TypeAlias = dict[str, Any]
_AT_A_TIME = 500


def changes(database: Database, *, of: int | None = None) -> Iterator[Row]:
    """Yield every change in the order of commits, those from before a watch among them.

    Args:
        database: Where they are.
        of: Of the trials on the lists that this person sees alone; None for all.
    """
    for text in changefeed.every(database, wanted=Selection(past=True, of=of)):
        yield json.loads(text)


def versions(database: Database, *, of: int | None = None) -> Iterator[Row]:
    """Yield every version, by trial and number, without its record."""
    columns = (kept.c.nct_id, kept.c.number, kept.c.release, kept.c.fetched_at, kept.c.raw_bytes)
    query = select(*columns, kept.c.content_sha256).order_by(kept.c.nct_id, kept.c.number)
    if of is not None:
        query = query.where(kept.c.nct_id.in_(trials_seen_by(of)))
    after: tuple[str, int] | None = None
    while True:
        some = query.limit(_AT_A_TIME)
        if after is not None:
            some = some.where(tuple_(kept.c.nct_id, kept.c.number) > after)
        with database.reading() as connection:
            rows = connection.execute(some).all()
        yield from map(_version, rows)
        if len(rows) < _AT_A_TIME:
            return
        after = (rows[-1].nct_id, rows[-1].number)


def records(database: Database, *, of: int | None = None) -> Iterator[Row]:
    """Yield the same with the record of each, as the registry gave it, trial by trial."""
    after = None
    while True:
        known = apireads.trials_after(database, after, of=of, limit=_AT_A_TIME)
        for trial in known:
            for version in histories.records(database, trial.nct_id):
                yield {
                    "nct_id": version.nct_id,
                    "version": version.number,
                    "before_watch": version.before_watch,
                    "release": version.release,
                    "fetched_at": version.fetched_at,
                    "raw_bytes": len(version.raw),
                    "content_sha256": version.content_sha256.hex(),
                    "record": version.raw.decode("utf-8", "replace"),
                }
        if len(known) < _AT_A_TIME:
            return
        after = known[-1].nct_id


def deliveries(database: Database, *, of: int | None = None) -> Iterator[DeliveryRow]:
    """Yield every delivery with its attempts, newest first; ``of`` narrows them to one person's."""
    older_than = None
    while True:
        rows = queries.deliveries(database, of=of, older_than=older_than, limit=_AT_A_TIME)
        yield from rows
        if len(rows) < _AT_A_TIME:
            return
        older_than = rows[-1].id


def _version(row: AnyRow) -> Row:
    return {
        "nct_id": row.nct_id,
        "version": row.number,
        "before_watch": before_watch(row.number),
        "release": row.release,
        "fetched_at": row.fetched_at,
        "raw_bytes": row.raw_bytes,
        "content_sha256": row.content_sha256.hex(),
    }
