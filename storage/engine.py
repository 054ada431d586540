"""Opening a database by its URL, and the two ways into it: to write, and to read.

SQLite: WAL, so that readers never wait; ``synchronous=FULL``, so that what was said to be kept
outlives a power cut (a commit carries a batch, so its one fsync is cheap); every unit of work
begins with ``BEGIN IMMEDIATE``, so that two processes take turns instead of failing half-way.
PostgreSQL: psycopg 3, READ COMMITTED, row locks where the ports promise them.

The schema is looked after in ``storage.schema`` and ``storage.upgrade``.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError

from monitor.domain.errors import StorageError
from monitor.domain.people import OPERATOR
from storage.fencing import Fence, FencedWork
from storage.stamps import FileStamp, Stamp
from storage.trouble import explain
from storage.turns import Turns
from storage.waking import Wake, wake
from storage.work import SqlWork

#: How long a unit of work waits for another that writes.
BUSY_TIMEOUT = timedelta(seconds=30)
#: Where Alembic keeps the revision; our own name, so that another program's is not taken for it.
VERSION_TABLE = "trialwatch_schema"
_POSTGRESQL = ("postgresql", "postgres")
#: Nothing for libpq: connections are asked before they are used again.
_BY_PING: Mapping[str, Any] = {}
_CANNOT_WAIT = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY)


class Database:
    """A database and its connections. Safe to share between threads."""

    def __init__(self, engine: Engine, *, shown_as: str, busy_timeout: timedelta) -> None:
        self.engine = engine
        #: How people are told of it; holds no password.
        self.shown_as = shown_as
        self._to_write = engine.execution_options(sqlite_begin="IMMEDIATE")
        self._to_read = engine.execution_options(**_READING.get(engine.dialect.name, {}))
        self._turns = Turns(busy_timeout, shown_as=shown_as) if self.is_sqlite else None
        self._stamp = FileStamp(Path(engine.url.database or "")) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """True for a file, False for a server."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def open_work(self, of: int = OPERATOR) -> Iterator[SqlWork]:
        """Open one transaction; leaving without ``commit`` undoes it.

        Lists and targets are those of the subscriber ``of``.
        """
        with self.writing() as connection:
            yield SqlWork(connection, of)

    @contextmanager
    def open_fenced(self, fence: Fence) -> Iterator[FencedWork]:
        """Open one transaction that is kept only while ``fence`` names the session that leads."""
        with self.writing() as connection:
            yield FencedWork(connection, fence())

    def wake(self, what: Wake) -> None:
        """Wake whoever waits for it, in another process too."""
        with self.writing() as connection:
            wake(connection, what)
            connection.commit()

    @contextmanager
    def open_snapshot(self) -> Iterator[SqlWork]:
        """Open one consistent view of all rows, to read only; it waits for no writer."""
        with self.reading() as connection:
            yield SqlWork(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a bare transaction, for looking after the schema."""
        with self._turn(), self._to_write.connect() as connection:
            yield connection

    def _turn(self) -> AbstractContextManager[None]:
        return nullcontext() if self._turns is None else self._turns.turn()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a bare snapshot; writing through it is refused."""
        with self._to_read.connect() as connection:
            yield connection

    def stamp(self) -> Stamp | None:
        """Return what differs once somebody has written; None on a server, which has no such."""
        return None if self._stamp is None else self._stamp.read()

    def rewrite_file(self) -> bool:
        """Write a SQLite file anew, so that nothing is left in it of what was overwritten.

        Returns whether that was done; it needs as much room again, and nobody who writes.
        """
        if not self.is_sqlite:
            return False
        connection = self.engine.raw_connection()
        try:
            for order in ("PRAGMA query_only=OFF", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.cursor().execute(order)
        except sqlite3.OperationalError:
            return False
        finally:
            connection.close()
        return True

    def close(self) -> None:
        """Close every connection."""
        if self._stamp is not None:
            self._stamp.close()
        self.engine.dispose()


_READING: dict[str, dict[str, Any]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
}


def open_database(url: str, *, busy_timeout: timedelta = BUSY_TIMEOUT) -> Database:
    """Open a database; nothing is connected yet, and no table is made.

    Args:
        url: ``sqlite:///path``; the file and its folder are made when new, readable by their
            owner alone. Or ``postgresql://...``, handed to libpq as it stands.
        busy_timeout: How long to wait for others before saying that it is locked.

    Raises:
        StorageError: The URL names no database we know, or its folder cannot be made.
    """
    scheme = url.partition(":")[0]
    if is_postgresql(url):
        return _open_postgresql(url, busy_timeout)
    if scheme == "sqlite":
        return _open_sqlite(url, busy_timeout)
    raise StorageError(
        f"TRIALWATCH_DATABASE_URL begins with {scheme[:20]!r}; it is sqlite:///path or "
        "postgresql://user@host/name"
    )


def _open_sqlite(url: str, busy_timeout: timedelta) -> Database:
    path = _path_of(url)
    _make_file(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_timeout.total_seconds()},
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    _explain(engine, str(path))
    return Database(engine, shown_as=str(path), busy_timeout=busy_timeout)


def _path_of(url: str) -> Path:
    try:
        name = make_url(url).database
    except ArgumentError as error:
        raise StorageError(
            f"TRIALWATCH_DATABASE_URL reads {url[:100]!r}; for SQLite it is sqlite:///path"
        ) from error
    if not name or name == ":memory:":
        raise StorageError(
            "TRIALWATCH_DATABASE_URL names no file: sqlite:///path keeps what it is told, "
            "memory does not"
        )
    return Path(name)


def _make_file(path: Path) -> None:
    """Make a new file for its owner alone: it will hold addresses and secrets."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))
    except OSError as error:
        raise StorageError(
            f"The database {path} cannot be made: {error.strerror}; see that its folder may be "
            "written by the user that runs trialwatch"
        ) from error


def _set_up_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    del record
    # sqlite3 would begin transactions by itself, and only before it writes; see _begin_sqlite.
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    try:
        if _is_new_or_ours(connection):
            connection.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        # The file stays as it is and works. Whoever writes to it hears of the lock then.
        if error.sqlite_errorcode & 0xFF not in _CANNOT_WAIT:
            raise


def _is_new_or_ours(connection: sqlite3.Connection) -> bool:
    """Tell whether the file may be written to: another program's stays as it is."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    return not tables or VERSION_TABLE in tables


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a writer or as a reader: a reader that turns writer can fail at once."""
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if kind == 'DEFERRED' else 'OFF'}")
    connection.exec_driver_sql(f"BEGIN {kind}")


def _open_postgresql(url: str, busy_timeout: timedelta) -> Database:
    engine, shown_as = postgresql_engine(url, busy_timeout)
    return Database(engine, shown_as=shown_as, busy_timeout=busy_timeout)


def postgresql_engine(
    url: str,
    busy_timeout: timedelta,
    *,
    setting: str = "TRIALWATCH_DATABASE_URL",
    alive: Mapping[str, Any] = _BY_PING,
) -> tuple[Engine, str]:
    """Return what opens connections to a server, and how people are told of it.

    Args:
        url: Handed to libpq as it stands.
        busy_timeout: How long to wait for a lock.
        setting: Where the address stands, for words about trouble.
        alive: How libpq tells a dead connection. By default each is asked before it is used
            again; with these it is not, and whoever takes one tries it.
    """
    engine = create_engine("postgresql+psycopg://", pool_pre_ping=not alive)

    @event.listens_for(engine, "do_connect")
    def as_it_stands(dialect: Any, record: Any, args: list[Any], options: dict[str, Any]) -> None:
        del dialect, record
        args[:] = [url]
        options |= alive
        options["fallback_application_name"] = "trialwatch"

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        del record
        wait_ms = int(busy_timeout.total_seconds() * 1000)
        connection.execute(f"SET lock_timeout = {wait_ms}")
        connection.commit()

    shown_as = _without_password(url, setting)
    _explain(engine, shown_as, setting)
    return engine, shown_as


def is_postgresql(url: str) -> bool:
    """Tell whether a URL names a PostgreSQL."""
    return url.partition(":")[0] in _POSTGRESQL


def _without_password(url: str, setting: str) -> str:
    """Return scheme, host and name. Passwords can stand in queries too, so those go as a whole."""
    try:
        return make_url(url).set(query={}).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return f"in {setting}"


def _explain(engine: Engine, shown_as: str, setting: str = "TRIALWATCH_DATABASE_URL") -> None:
    @event.listens_for(engine, "handle_error")
    def explained(context: ExceptionContext) -> StorageError | None:
        if context.sqlalchemy_exception is None or context.is_pre_ping:
            return None
        if isinstance(context.original_exception, StorageError):
            # One of ours, from within the statement, explains itself.
            return context.original_exception
        return explain(context.original_exception, database=shown_as, setting=setting)
