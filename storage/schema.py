"""Is this our database, and is it the one this program knows? Looks, and changes nothing.

Revisions are listed here, so that a start need not load Alembic; a test holds the list against
the migrations.
"""

from collections.abc import Collection
from enum import Enum

from sqlalchemy import Column, Connection, Inspector, MetaData, Table, Text, inspect, select, update

from monitor.domain.errors import StorageError
from storage.engine import VERSION_TABLE, Database
from storage.tables import metadata

#: Every revision this program knows, oldest first.
REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
    "0020",
    "0021",
    "0022",
    "0023",
    "0024",
)
HEAD = REVISIONS[-1]
#: Stands in a database that a move has begun to fill.
UNFINISHED = "trialwatch_move_unfinished"
#: ``oldest`` is the revision that a program must know to go on with tables it does not know all
#: of; a newer one notes it for older ones (see ``storage.upgrade``).
_NOTED = Table(VERSION_TABLE, MetaData(), Column("version_num", Text), Column("oldest", Text))


class SchemaState(Enum):
    """What was found."""

    #: No tables at all.
    FRESH = "fresh"
    CURRENT = "current"
    #: Made by an older trialwatch; an upgrade mends it.
    OLD = "old"
    #: Made by a newer trialwatch that says that this one can go on beside it.
    AHEAD = "ahead"


def check(database: Database) -> None:
    """Return if the database can be used as it is.

    Raises:
        StorageError: It cannot; the message says why and what to do.
    """
    state = check_readable(database)
    with database.reading() as connection:
        if inspect(connection).has_table(UNFINISHED):
            raise StorageError(
                f"Not everything has been moved into {database.shown_as}; run the same"
                " `trialwatch db move` again, it goes on where it was cut off"
            )
    if state is SchemaState.OLD:
        raise StorageError(
            f"The database {database.shown_as} was made by an older trialwatch; make a backup "
            "with `trialwatch db backup`, then run `trialwatch db upgrade`"
        )


def check_readable(database: Database) -> SchemaState:
    """Return if there is something of ours to read, be it of an older trialwatch.

    Raises:
        StorageError: There is not; the message says why and what to do.
    """
    state = state_of(database)
    if state is SchemaState.FRESH:
        raise StorageError(
            f"The database {database.shown_as} is empty; make its tables with "
            "`trialwatch db upgrade`"
        )
    return state


def state_of(database: Database) -> SchemaState:
    """Return what stands in the database, if it is one of ours.

    Raises:
        StorageError: It is another program's, half made, from the future or out of reach.
    """
    with database.reading() as connection:
        return examine(connection, shown_as=database.shown_as)


def examine(connection: Connection, *, shown_as: str) -> SchemaState:
    """Return what ``state_of`` returns, within an open transaction."""
    revision = revision_of(connection, shown_as=shown_as)
    if revision is None:
        return SchemaState.FRESH
    if revision in REVISIONS[:-1]:
        return SchemaState.OLD
    inspector = inspect(connection)
    missing = _missing(inspector, set(inspector.get_table_names()))
    if missing:
        raise StorageError(_half_made(shown_as, f"{', '.join(missing[:5])} missing"))
    return SchemaState.CURRENT if revision == HEAD else SchemaState.AHEAD


def refuse_newer(connection: Connection, *, shown_as: str) -> None:
    """Return if there is nothing in the tables that this program does not know.

    Raises:
        StorageError: There may be, and who takes everything along would leave it behind.
    """
    revision = revision_of(connection, shown_as=shown_as)
    if revision is not None and revision not in REVISIONS:
        raise StorageError(
            f"The database {shown_as} has tables of a newer trialwatch (schema {revision}, this one"
            f" knows up to {HEAD}), so this one would leave something behind; use that version"
        )


def note_oldest(connection: Connection, oldest: str) -> None:
    """Note what a program must know to go on with these tables, for those that do not know them."""
    connection.execute(update(_NOTED).values(oldest=oldest))


def _goes_on(connection: Connection) -> bool:
    """Tell whether a newer trialwatch noted that this one can go on."""
    columns = {column["name"] for column in inspect(connection).get_columns(VERSION_TABLE)}
    return "oldest" in columns and connection.scalar(select(_NOTED.c.oldest)) in REVISIONS


def revision_of(connection: Connection, *, shown_as: str) -> str | None:
    """Return which of our revisions the tables are of, None when there are none.

    Raises:
        StorageError: They are another program's, or from a future that this one has no part in.
    """
    found = set(inspect(connection).get_table_names())
    if not found:
        return None
    if VERSION_TABLE not in found:
        raise StorageError(_foreign(shown_as, found))
    revision = _revision(connection, shown_as)
    if revision not in REVISIONS and not _goes_on(connection):
        raise StorageError(
            f"The database {shown_as} was made by a newer trialwatch (schema {revision}, this one "
            f"knows up to {HEAD}); install that version again, or restore a backup made with this"
        )
    return revision


def _revision(connection: Connection, shown_as: str) -> str:
    revisions = connection.scalars(select(_NOTED.c.version_num)).all()
    if len(revisions) != 1:
        raise StorageError(_half_made(shown_as, f"{len(revisions)} revisions noted instead of one"))
    noted: str = revisions[0]
    return noted


def _missing(inspector: Inspector, found: Collection[str]) -> list[str]:
    """Return declared tables and columns that are not there."""
    missing = [name for name in metadata.tables if name not in found]
    for name, declared in metadata.tables.items():
        if name in found:
            there = {column["name"] for column in inspector.get_columns(name)}
            missing += [f"{name}.{column}" for column in set(declared.c.keys()) - there]
    return sorted(missing)


def _foreign(shown_as: str, found: Collection[str]) -> str:
    some = ", ".join(sorted(found)[:3])
    return (
        f"The database {shown_as} belongs to another program (it holds {some}); name another in "
        "TRIALWATCH_DATABASE_URL"
    )


def _half_made(shown_as: str, why: str) -> str:
    return (
        f"The database {shown_as} is half made ({why}); restore a backup into a new one with "
        "`trialwatch db restore`"
    )
