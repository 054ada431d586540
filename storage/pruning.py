"""Throwing the log of attempts away when it is old enough. Nothing else is ever thrown away.

Versions, changes, alerts and deliveries are kept for good; of a delivery whose attempts are gone
the row itself still says how often it was tried and what became of it. On PostgreSQL whole months
go; on SQLite rows go, a few to a transaction, so that nobody waits for long.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, text, tuple_

from monitor.domain.ids import first_id
from storage.engine import Database
from storage.months import Month, drop_months
from storage.tables import attempts

#: Rows of one transaction.
BATCH: Final = 500
#: Rows that came without a month, in no order.
_REST = text(
    "DELETE FROM attempts_rest WHERE ctid = ANY (ARRAY("
    "SELECT ctid FROM attempts_rest WHERE started_at < :before LIMIT :most))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was thrown away."""

    #: Whole months, with all rows in them.
    months: tuple[Month, ...] = ()
    #: Rows that went one by one.
    rows: int = 0


def prune(
    database: Database,
    *,
    before: datetime,
    go_on: Callable[[], bool] = lambda: True,
    batch: int = BATCH,
) -> Pruned:
    """Throw away attempts begun before a moment; on PostgreSQL, those of months that ended by it.

    Args:
        database: Where.
        before: The moment, UTC.
        go_on: Asked between two transactions; what is left goes the next time.
        batch: Rows of one transaction.

    Raises:
        StorageError: The database is locked or out of reach; what went by then is gone.
    """
    if database.is_sqlite:
        return Pruned(rows=_rows_of_file(database, before, go_on, batch))
    months = drop_months(database, before)
    return Pruned(months=months, rows=_rows_of_rest(database, before, go_on, batch))


def _rows_of_rest(
    database: Database, before: datetime, go_on: Callable[[], bool], batch: int
) -> int:
    rows, gone = 0, batch
    while gone == batch and go_on():
        with database.writing() as connection:
            gone = connection.execute(_REST, {"before": before, "most": batch}).rowcount
            connection.commit()
        rows += gone
    return rows


def _rows_of_file(
    database: Database, before: datetime, go_on: Callable[[], bool], batch: int
) -> int:
    key = tuple_(attempts.c.delivery_id, attempts.c.number)
    # A delivery's id begins with the time it was made at, and no attempt is older than that: so
    # the key is all the index that is needed.
    old = (
        select(attempts.c.delivery_id, attempts.c.number)
        .where(attempts.c.delivery_id < first_id(before), attempts.c.started_at < before)
        .order_by(attempts.c.delivery_id, attempts.c.number)
        .limit(batch)
    )
    rows, some = 0, old
    while go_on():
        with database.reading() as connection:
            keys = [tuple(row) for row in connection.execute(some)]
        if not keys:
            break
        with database.writing() as connection:
            rows += connection.execute(delete(attempts).where(key.in_(keys))).rowcount
            connection.commit()
        some = old.where(key > keys[-1])
    return rows
