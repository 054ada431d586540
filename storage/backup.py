"""One portable file with everything in it, and the way back.

The file is JSON Lines under zstd, the same for SQLite and PostgreSQL: a head, then for each table
its columns and its rows, then a foot with counts and a checksum of all lines before it. A
database of an older trialwatch is written as it is; migrations only add, so such a file is
restored into today's tables with what was added left empty. Rows are streamed both ways, so
memory does not grow with the database. The file holds addresses, and secrets as they stand in the
database, which is sealed: it is made readable by its owner alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, Final

import zstandard
from sqlalchemy import Connection, Table, delete, func, insert, inspect, select

from monitor.domain.errors import StorageError
from storage.backupvalues import Change, Columns, change_row, named, readers, writers
from storage.engine import Database
from storage.feedplaces import place_all
from storage.months import sort_rest
from storage.schema import HEAD, REVISIONS, check_readable, refuse_newer, revision_of
from storage.sealing import stored
from storage.tables import metadata, subscribers
from storage.unfinished import writing_whole
from storage.upgrade import upgrade_within

FORMAT: Final = "trialwatch backup 1"
#: Rows read or written at a time.
_BATCH = 200


class _Foot:
    """Counts and checksums lines as they pass."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self._sum = sha256()

    def saw(self, line: bytes) -> None:
        self._sum.update(line)

    def line(self) -> dict[str, Any]:
        """Return the foot itself."""
        return {"end": FORMAT, "rows": self.rows, "sha256": self._sum.hexdigest()}


def backup(database: Database, path: Path) -> Mapping[str, int]:
    """Write everything into one new file; return the rows by table.

    The file is complete or not there: it is written under another name and then renamed; what a
    killed backup has left in that folder goes first. Others may go on working; the file holds one
    moment.

    Raises:
        StorageError: The database cannot be used, ``path`` exists already or cannot be written.
    """
    check_readable(database)
    if path.exists():
        raise StorageError(f"{path} exists already; name a new file for the backup")
    try:
        with _packed(path) as file, database.reading() as connection:
            refuse_newer(connection, shown_as=database.shown_as)
            foot = _write(connection, file, shown_as=database.shown_as)
    except OSError as error:
        raise StorageError(
            f"The backup {path} could not be written: {error.strerror}; free space or name "
            "another folder. Nothing was left there"
        ) from error
    return foot.rows


@contextmanager
def _packed(path: Path) -> Iterator[IO[bytes]]:
    packer = zstandard.ZstdCompressor(level=9, write_checksum=True)
    with writing_whole(path) as file, packer.stream_writer(file, closefd=False) as packed:
        yield packed


def _write(connection: Connection, file: IO[bytes], *, shown_as: str) -> _Foot:
    foot = _Foot()

    def write(value: object) -> None:
        line = json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"
        foot.saw(line)
        file.write(line)

    write({"format": FORMAT, "schema": revision_of(connection, shown_as=shown_as)})
    for table, columns in _held(connection):
        write({"table": table.name, "columns": [column.name for column in columns]})
        foot.rows[table.name] = 0
        changes = writers(columns)
        for row in _rows(connection, table, columns):
            write(change_row(row, changes))
            foot.rows[table.name] += 1
    write(foot.line())
    return foot


def _held(connection: Connection) -> Iterator[tuple[Table, Columns]]:
    """Yield the declared tables that are there, with the declared columns that are."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for table in metadata.sorted_tables:
        if table.name in there:
            names = {column["name"] for column in inspector.get_columns(table.name)}
            yield table, tuple(column for column in table.c if column.name in names)


def _rows(connection: Connection, table: Table, columns: Columns) -> Iterator[Any]:
    query = select(*map(stored, columns)).order_by(*table.primary_key)
    return iter(connection.execution_options(yield_per=_BATCH).execute(query))


def restore(database: Database, path: Path) -> Mapping[str, int]:
    """Fill an empty database from a backup; return the rows by table.

    All of it or nothing: counts and checksum are compared before anything is kept.

    Raises:
        StorageError: The database is not empty or cannot be used, or the file is no backup, cut
            off, damaged, or of another schema.
    """
    with database.writing() as connection:
        upgrade_within(connection, shown_as=database.shown_as)
        refuse_newer(connection, shown_as=database.shown_as)
        _refuse_rows(connection, shown_as=database.shown_as)
        loader = _Loader(connection, path)
        for line in _lines(path):
            loader.take(line)
        loader.finish()
        go_on_numbering(connection)
        place_all(connection)
        sort_rest(connection)
        connection.commit()
    return loader.foot.rows


def _refuse_rows(connection: Connection, *, shown_as: str) -> None:
    """Make sure that nobody's rows are mixed with the backup's."""
    for table in metadata.sorted_tables:
        count = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if count > (1 if table is subscribers else 0):
            raise StorageError(
                f"The database {shown_as} is not empty ({table.name} has {count} rows); a backup "
                "is restored into a new one: name it in TRIALWATCH_DATABASE_URL"
            )
    # The one row that a new database has is in the backup too.
    connection.execute(delete(subscribers))


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from BufferedReader(zstandard.ZstdDecompressor().stream_reader(file))
    except OSError as error:
        raise StorageError(f"The backup {path} cannot be read: {error.strerror}") from error
    except zstandard.ZstdError as error:
        raise _damaged(path, str(error)) from error


class _Loader:
    """Takes a backup line by line and inserts rows in batches."""

    def __init__(self, connection: Connection, path: Path) -> None:
        self.foot = _Foot()
        self._connection = connection
        self._path = path
        self._schema = ""
        self._table: Table | None = None
        self._columns: Columns = ()
        self._changes: Sequence[Change] = ()
        self._rows: list[Mapping[str, Any]] = []
        self._ended = False

    def take(self, line: bytes) -> None:
        """Take one line.

        Raises:
            StorageError: It cannot stand where it stands.
        """
        try:
            self._take(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            raise _damaged(self._path, f"a line cannot be read: {type(error).__name__}") from error
        self.foot.saw(line)

    def _take(self, value: Any) -> None:
        if self._ended:
            raise ValueError("more after the end")
        if isinstance(value, list):
            self._row(value)
        elif "format" in value:
            self._head(value)
        elif "table" in value:
            self._begin(value)
        else:
            self._end(value)

    def _head(self, value: Mapping[str, Any]) -> None:
        self._schema = value["schema"]
        if value["format"] != FORMAT or self._schema not in REVISIONS:
            raise StorageError(
                f"The backup {self._path} is a {value['format']!r} of schema {value['schema']!r}, "
                f"this trialwatch reads {FORMAT!r} of schema up to {HEAD!r}; restore it with the version "
                "that made it, then upgrade"
            )

    def _begin(self, value: Mapping[str, Any]) -> None:
        self._flush()
        self._table = metadata.tables[value["table"]]
        self._columns = tuple(self._table.c[name] for name in value["columns"])
        self._changes = readers(self._columns)
        self.foot.rows[self._table.name] = 0
        if self._schema == HEAD and value["columns"] != self._table.c.keys():
            raise ValueError("other columns")

    def _row(self, value: list[Any]) -> None:
        if self._table is None:
            raise ValueError("a row before its table")
        self._rows.append(named(self._columns, change_row(value, self._changes)))
        self.foot.rows[self._table.name] += 1
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._table is not None and self._rows:
            self._connection.execute(insert(self._table), self._rows)
        self._rows = []

    def _end(self, value: Mapping[str, Any]) -> None:
        self._flush()
        self._ended = True
        if value != self.foot.line():
            raise _damaged(self._path, "its counts or its checksum do not match")

    def finish(self) -> None:
        """Make sure that the foot was seen."""
        if not self._ended:
            raise _damaged(self._path, "it is cut off")


def _damaged(path: Path, why: str) -> StorageError:
    return StorageError(
        f"The backup {path} cannot be restored ({why}); use another backup. Nothing was kept of it"
    )


def go_on_numbering(connection: Connection) -> None:
    """Let PostgreSQL number new rows after those that came with their numbers."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if any(column.identity is not None for column in table.primary_key):
            newest = connection.execute(select(func.max(table.c.id))).scalar_one()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, newest or 1, newest is not None)))
