"""What a database driver complains of, in words a person can act on.

Codes in, ``StorageError`` out. Addresses, secrets and row contents are never repeated: of the
driver's own text only the first line is, and only where it holds none of them.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from monitor.domain.errors import StorageError

_UPGRADE = "run `trialwatch db upgrade`"
_DISK = "free some space, then go on: nothing half done was kept"

#: By SQLite's primary result code, https://sqlite.org/rescode.html.
_SQLITE: Mapping[int, str] = {
    sqlite3.SQLITE_BUSY: (
        "is locked by another program; close what holds it (a backup, a database browser, "
        "another trialwatch), then try again"
    ),
    sqlite3.SQLITE_LOCKED: "is locked by another connection; try again",
    sqlite3.SQLITE_FULL: f"cannot grow: the disk is full; {_DISK}",
    sqlite3.SQLITE_READONLY: (
        "is read-only; give the user that runs trialwatch the right to write it and its folder"
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened; see that its folder exists and the user that runs trialwatch may "
        "write there"
    ),
    sqlite3.SQLITE_PERM: "may not be opened by this user; see the rights of file and folder",
    sqlite3.SQLITE_NOTADB: "is no SQLite database; name another file in TRIALWATCH_DATABASE_URL",
    sqlite3.SQLITE_CORRUPT: (
        "is damaged; stop trialwatch, keep the file aside, and restore a backup with "
        "`trialwatch db restore`"
    ),
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error; look at the disk",
}

#: By SQLSTATE or its class, https://www.postgresql.org/docs/current/errcodes-appendix.html.
_POSTGRESQL: Mapping[str, str] = {
    "53100": f"cannot grow: the server's disk is full; {_DISK}",
    "53300": "takes no more connections; raise max_connections or stop a worker",
    "25006": "is read-only (a replica?); point TRIALWATCH_DATABASE_URL at the primary",
    "55P03": "is locked: another program held the rows for too long; try again",
    "40001": (
        "stopped a read that replaying the primary's log could not wait for; try again, and set"
        " hot_standby_feedback = on where it happens often"
    ),
    "40P01": "untied a deadlock by undoing this piece of work; try again",
    "42P01": f"has no tables of ours; {_UPGRADE}",
    "42501": "refuses this user the right; grant the user its schema and tables",
    "57P": "was shut down or is starting; try again when it runs",
}

#: Where the address of a database stands, if nobody says another.
_SETTING = "TRIALWATCH_DATABASE_URL"
_UNREACHABLE = (
    "cannot be reached; see that the server runs and that address, name and password in "
    f"{_SETTING} are right"
)


def explain(error: BaseException, *, database: str, setting: str = _SETTING) -> StorageError:
    """Return what to tell about a driver's error.

    Args:
        error: What sqlite3 or psycopg raised.
        database: How the database is shown to people, without a password.
        setting: Where its address stands.
    """
    said = _of_sqlite(error) if isinstance(error, sqlite3.Error) else _of_postgresql(error)
    words = (said or _unforeseen(error)).replace(_SETTING, setting)
    return StorageError(f"The database {database} {words}")


@contextmanager
def explained(database: str) -> Iterator[None]:
    """Explain what PostgreSQL's driver raises in the block."""
    import psycopg  # noqa: PLC0415  # as below

    try:
        yield
    except psycopg.Error as error:
        raise explain(error, database=database) from error


def _of_sqlite(error: sqlite3.Error) -> str | None:
    if "no such table" in str(error) or "no such column" in str(error):
        return f"has not all tables of ours ({error}); {_UPGRADE}"
    code = getattr(error, "sqlite_errorcode", -1)
    # The file beside the database that readers share could not be made to its size.
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:
        code = sqlite3.SQLITE_FULL
    # The low byte is the primary code; the rest only refines it.
    return _SQLITE.get(code & 0xFF)


def _of_postgresql(error: BaseException) -> str | None:
    # The driver takes long to load, and a database that is a file has no use for it.
    import psycopg  # noqa: PLC0415

    if not isinstance(error, psycopg.Error):
        return None
    unreached = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    state = error.sqlstate
    if state is None:
        return f"{_UNREACHABLE} ({_first_line(error)})" if unreached else None
    if state.startswith(("08", "28", "3D")):
        return f"{_UNREACHABLE} ({_first_line(error)})"
    return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:3])


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:200]


def _unforeseen(error: BaseException) -> str:
    """Rows may be quoted in details after the first line, so only that is shown."""
    return f"refused a piece of work, and none of it was kept: {_first_line(error)}"
