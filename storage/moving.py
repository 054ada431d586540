"""Taking everything from one database to another, in pieces, and comparing both in the end.

Rows go table by table in the order of their keys, a batch a commit, so what is there already is
always the beginning of a table, and whoever was cut off goes on where it was. The source is held
still for the whole time. While a move is not finished, the target says so to every service.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    delete,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    tuple_,
)

from monitor.domain.alerts import DeliveryState
from monitor.domain.errors import StorageError
from storage.backup import go_on_numbering
from storage.backupvalues import change_row, named, writers
from storage.engine import Database
from storage.fencing import is_led
from storage.months import sort_rest
from storage.schema import UNFINISHED, SchemaState, check, refuse_newer, state_of
from storage.sealing import stored
from storage.tables import deliveries, metadata, subscribers
from storage.upgrade import upgrade

#: Rows of one commit.
BATCH = 1000
_MARK = text(f"CREATE TABLE {UNFINISHED} (began_with integer)")
_UNMARK = text(f"DROP TABLE {UNFINISHED}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One table on both sides."""

    table: str
    source_rows: int
    target_rows: int
    #: The same values in the same rows.
    same: bool


def move(
    source: Database,
    target: Database,
    *,
    now: datetime,
    batch: int = BATCH,
    copied: Callable[[str, int], None] = lambda _table, _rows: None,
) -> tuple[Compared, ...]:
    """Copy what the target lacks, then compare every table on both sides.

    Args:
        source: Stays as it is; nothing can be written to it meanwhile.
        target: Empty, or where an earlier move was cut off.
        now: The time, UTC.
        batch: Rows of one commit.
        copied: Told of each commit: the table and its rows.

    Raises:
        StorageError: Something works on the source, the target holds other rows, or one of the
            two cannot be used.
    """
    if _place(source) == _place(target):
        raise StorageError(f"{source.shown_as} is both source and target; name two databases")
    check(source)
    with _held_still(source, now) as reading:
        refuse_newer(reading, shown_as=source.shown_as)
        _begin(target)
        for table in metadata.sorted_tables:
            _copy(reading, target, table, batch, copied)
        return _finish(reading, target)


def _place(database: Database) -> tuple[str, str]:
    """Return where tables of a database lie: one server's database can hold several sets."""
    if database.is_sqlite:
        return database.shown_as, ""
    with database.reading() as connection:
        return database.shown_as, str(connection.scalar(text("SELECT current_schema()")))


@contextmanager
def _held_still(source: Database, now: datetime) -> Iterator[Connection]:
    """Keep everybody from writing, and refuse where somebody is at work."""
    with ExitStack() as stack:
        connection = stack.enter_context(source.writing())
        if not source.is_sqlite:
            names = ", ".join(metadata.tables)
            connection.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))
        under_way = select(func.count()).where(
            deliveries.c.state == DeliveryState.PENDING.value,
            deliveries.c.owner.is_not(None),
            deliveries.c.due_at > now,
        )
        if connection.scalar(under_way) or is_led(connection):
            raise StorageError(
                f"A trialwatch works on {source.shown_as}; stop every one of its processes, wait"
                " 20 seconds, then move. Nothing was moved"
            )
        yield connection


def _begin(target: Database) -> None:
    """Make the target's tables and mark it, unless an earlier move did."""
    state = state_of(target)
    with target.reading() as connection:
        if state is not SchemaState.FRESH and UNFINISHED in inspect(connection).get_table_names():
            return
    upgrade(target)
    with target.writing() as connection:
        refuse_newer(connection, shown_as=target.shown_as)
        for table in metadata.sorted_tables:
            rows = connection.scalar(select(func.count()).select_from(table)) or 0
            if rows > (1 if table is subscribers else 0):
                raise StorageError(
                    f"The database {target.shown_as} is not empty ({table.name} has {rows} rows);"
                    " name a new one. Nothing was moved"
                )
        # The one row that a new database has comes from the source too.
        connection.execute(delete(subscribers))
        connection.execute(_MARK)
        connection.commit()


def _copy(
    reading: Connection,
    target: Database,
    table: Table,
    batch: int,
    copied: Callable[[str, int], None],
) -> None:
    key = tuple(table.primary_key)
    with target.reading() as connection:
        newest = select(*key).order_by(*(column.desc() for column in key)).limit(1)
        last = connection.execute(newest).first()
    columns = tuple(table.c)
    left = _rows(reading, table, batch, last)
    while rows := list(islice(left, batch)):
        with target.writing() as connection:
            connection.execute(insert(table), [named(columns, row) for row in rows])
            connection.commit()
        copied(table.name, len(rows))


def _rows(
    connection: Connection, table: Table, batch: int, last: Sequence[Any] | None = None
) -> Iterator[Any]:
    """Yield rows in the order of their keys, those after ``last`` alone."""
    key = tuple(table.primary_key)
    query = select(*map(stored, table.c)).order_by(*key)
    if last is not None:
        reached = [literal(value, column.type) for value, column in zip(last, key, strict=True)]
        query = query.where(tuple_(*key) > tuple_(*reached))
    return iter(connection.execute(query, execution_options={"yield_per": batch}))


def _finish(reading: Connection, target: Database) -> tuple[Compared, ...]:
    with target.writing() as connection:
        go_on_numbering(connection)
        sort_rest(connection)
        compared = tuple(_compare(reading, connection, table) for table in metadata.sorted_tables)
        if all(one.same for one in compared):
            connection.execute(_UNMARK)
        connection.commit()
    return compared


def _compare(source: Connection, target: Connection, table: Table) -> Compared:
    (rows, digest), (there, other) = _sum(source, table), _sum(target, table)
    return Compared(table=table.name, source_rows=rows, target_rows=there, same=digest == other)


def _sum(connection: Connection, table: Table) -> tuple[int, str]:
    """Return how many rows there are, and a digest of their values in a form of our own."""
    changes = writers(tuple(table.c))
    rows, digest = 0, sha256()
    for row in _rows(connection, table, BATCH):
        digest.update(json.dumps(change_row(row, changes)).encode("ascii") + b"\n")
        rows += 1
    return rows, digest.hexdigest()
