"""The few statements that SQLite and PostgreSQL spell through different constructs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

_T = TypeVar("_T")
#: A row or a query whose columns are named where it is made.
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Insert: TypeAlias = sqlite.Insert | postgresql.Insert


def insert_into(connection: Connection, table: Table) -> Insert:
    """Return an INSERT that knows ON CONFLICT."""
    return insert_on(connection.dialect.name, table)


def insert_on(dialect: str, table: Table) -> Insert:
    """Return the same by the name of the dialect."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def overwrite(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; where one with the same primary key stands, overwrite it."""
    if not rows:
        return
    statement = insert_into(connection, table)
    keys = [column.name for column in table.primary_key]
    news = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=news),
        [dict(row) for row in rows],
    )


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless one with a key of its own stands; return whether it was new."""
    statement = insert_into(connection, table).on_conflict_do_nothing()
    return inserted(connection, statement.values(dict(row))) > 0


def inserted(connection: Connection, statement: Insert) -> int:
    """Insert, and return how many rows were new."""
    return connection.execute(counted(statement)).rowcount


def counted(statement: Insert) -> Insert:
    """Return a statement whose count of new rows is kept; SQLAlchemy forgets it unless asked."""
    return statement.execution_options(preserve_rowcount=True)


def take_out(connection: Connection, table: Table, *which: ColumnElement[bool]) -> AnyRow | None:
    """Delete the row that fits and return it; of several who come for it at once, one has it."""
    row = connection.execute(select(table).where(*which)).one_or_none()
    gone = connection.execute(delete(table).where(*which)).rowcount
    return row if gone else None


def in_groups(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield lists of at most ``size``: a statement carries only so many values."""
    rest = iter(values)
    while group := list(islice(rest, size)):
        yield group
