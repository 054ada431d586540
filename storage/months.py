"""The log of attempts lies in months on PostgreSQL: made ahead, and dropped when they are old.

A row for which there is no month goes to the rest, so that none is ever refused. On SQLite the
log is one table, and nothing here does anything. What is thrown away when, is in
``storage.pruning``.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, text

from storage.engine import Database

#: Months that stand ready after the one that is now.
AHEAD: Final = 2
#: Most months that rows without one are sorted into; a clock that was wrong may have written any.
_MOST: Final = 120
_NAME: Final = re.compile(r"attempts_(\d{4})_(\d{2})")
_PARTS = text(
    "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
    " WHERE inhparent = 'attempts'::regclass ORDER BY relname"
)
#: In the order in which workers lock them. Giving up comes before the server looks for a
#: deadlock, so that the one who gives up is never a worker.
_STAND_STILL = (
    text("SET LOCAL lock_timeout = '500ms'"),
    text("LOCK TABLE deliveries IN SHARE ROW EXCLUSIVE MODE"),
    text("LOCK TABLE attempts IN ACCESS EXCLUSIVE MODE"),
)
_MONTHS_OF_REST = text(
    "SELECT DISTINCT extract(year FROM started_at AT TIME ZONE 'UTC')::int AS year,"
    " extract(month FROM started_at AT TIME ZONE 'UTC')::int AS month"
    " FROM attempts_rest ORDER BY year DESC, month DESC LIMIT :most"
)

_LEAVE: Final = (
    "WITH moved AS (DELETE FROM attempts_rest WHERE started_at >= :begin AND started_at < :end"
    " RETURNING *)"
)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month, in UTC."""

    year: int
    month: int

    @property
    def table(self) -> str:
        """What its part of the log is called."""
        return f"attempts_{self.year:04}_{self.month:02}"

    @property
    def begin(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    def after(self, months: int = 1) -> "Month":
        """Return the month so many after this one."""
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)


def month_of(at: datetime) -> Month:
    """Return the month that a moment lies in."""
    moment = at.astimezone(UTC)
    return Month(moment.year, moment.month)


def months_made(database: Database) -> tuple[Month, ...]:
    """Return the months that there are, oldest first; none on SQLite."""
    if database.is_sqlite:
        return ()
    with database.reading() as connection:
        return _made(connection)


def make_months(database: Database, now: datetime) -> tuple[Month, ...]:
    """Make this month and those after it that are not there yet; return what was made.

    Raises:
        StorageError: Somebody would have had to be kept waiting for long; nothing was made.
    """
    if database.is_sqlite:
        return ()
    wanted = [month_of(now).after(more) for more in range(AHEAD + 1)]
    if set(wanted) <= set(months_made(database)):
        return ()
    with _standing_still(database) as connection:
        return _make(connection, wanted)


def drop_months(database: Database, before: datetime) -> tuple[Month, ...]:
    """Drop the months that ended by a moment, with all rows in them; return which.

    Raises:
        StorageError: Somebody would have had to be kept waiting for long; nothing was dropped.
    """
    if not any(month.after().begin <= before for month in months_made(database)):
        return ()
    with _standing_still(database) as connection:
        old = tuple(month for month in _made(connection) if month.after().begin <= before)
        for month in old:
            connection.execute(text(f"DROP TABLE {month.table}"))
    return old


def sort_rest(connection: Connection) -> None:
    """Sort rows that came without their months into months of their own; the caller commits.

    For a database on which nobody works: it takes as long as the rows are many.
    """
    if connection.dialect.name != "postgresql":
        return
    found = connection.execute(_MONTHS_OF_REST, {"most": _MOST})
    _make(connection, [Month(row.year, row.month) for row in found])


@contextmanager
def _standing_still(database: Database) -> Iterator[Connection]:
    """Keep workers waiting for a moment, and commit in the end."""
    with database.writing() as connection:
        for statement in _STAND_STILL:
            connection.execute(statement)
        yield connection
        connection.commit()


def _made(connection: Connection) -> tuple[Month, ...]:
    names = connection.scalars(_PARTS).all()
    parts = (_NAME.fullmatch(name) for name in names)
    return tuple(Month(int(part[1]), int(part[2])) for part in parts if part)


def _make(connection: Connection, wanted: Iterable[Month]) -> tuple[Month, ...]:
    there: Collection[Month] = _made(connection)
    new = tuple(sorted(month for month in set(wanted) if month not in there))
    for month in new:
        begin, end = month.begin.isoformat(), month.after().begin.isoformat()
        # Made beside the log and then joined to it: what the rest holds of it moves first.
        connection.execute(
            text(f"CREATE TABLE {month.table} (LIKE attempts INCLUDING CONSTRAINTS)")
        )
        moved = f"{_LEAVE} INSERT INTO {month.table} SELECT * FROM moved"  # noqa: S608 (our own)
        connection.execute(text(moved), {"begin": begin, "end": end})
        bounds = f"FOR VALUES FROM ('{begin}') TO ('{end}')"
        connection.execute(text(f"ALTER TABLE attempts ATTACH PARTITION {month.table} {bounds}"))
    return new
