"""Opening databases, and what is said of those that cannot be used."""

import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from monitor.domain.errors import StorageError
from storage.engine import Database, open_database
from storage.trouble import explain
from storage.upgrade import upgrade
from storage.work import SqlWork
from tests.builders import TRIAL, a_state
from tests.integration.storage.scenes import watch

AT_ONCE = timedelta(milliseconds=20)
_MINE = text("SELECT pg_backend_pid()")


def _open(path: Path) -> Database:
    return open_database(f"sqlite:///{path}", busy_timeout=AT_ONCE)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the write lock of a SQLite file from another connection."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


def _cut(server: str, pid: int) -> None:
    """Cut a connection from another one, as a server that stops does."""
    with psycopg.connect(server) as connection:
        # Waits until that backend is gone, at most so many milliseconds.
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://db/x", "begins with 'mysql'"),
        ("", "begins with ''"),
        ("sqlite:trialwatch.db", "it is sqlite:///path"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_url_of_no_known_database_is_refused(url: str, words: str) -> None:
    with pytest.raises(StorageError, match=words):
        open_database(url)


def test_new_file_is_made_with_its_folder_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "deep" / "trialwatch.db"
    database = _open(path)
    upgrade(database)

    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    database.close()


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StorageError, match=r"file/trialwatch\.db cannot be made"):
        _open(tmp_path / "file" / "trialwatch.db")


@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)],
)
def test_sqlite_is_set_up_to_keep_what_it_is_told(
    database: Database, pragma: str, wanted: object
) -> None:
    with database.reading() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar_one() == wanted


def test_locked_file_is_said_to_be_locked(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "trialwatch.db"
    impatient = _open(path)

    with _held(path), impatient.open_work() as work, pytest.raises(StorageError, match="is locked"):
        work.trials.save([a_state()])
    watch(impatient.open_work)
    with database.open_work() as work:
        assert work.trials.get(TRIAL) is not None
    impatient.close()


def test_readers_need_not_wait_for_a_writer(database: Database) -> None:
    with database.open_work() as work:
        work.trials.save([a_state()])
        with database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM trials")).scalar_one() == 0


def test_full_disk_is_said_to_be_full_and_nothing_is_kept(
    database: Database, tmp_path: Path
) -> None:
    with database.writing() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages + 2}"))
        connection.rollback()
        work = SqlWork(connection)
        with pytest.raises(StorageError, match="disk is full"):
            work.trials.save([a_state(brief_title="long " * 20_000)])

    other = _open(tmp_path / "trialwatch.db")
    with other.open_work() as again:
        assert again.trials.get(TRIAL) is None
        again.trials.save([a_state()])
        again.commit()
    other.close()


def test_read_only_file_is_said_to_be_read_only(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("PRAGMA query_only=ON"))
        with pytest.raises(StorageError, match="read-only"):
            SqlWork(connection).trials.save([a_state()])


def test_missing_tables_are_said_to_be_missing(tmp_path: Path) -> None:
    database = _open(tmp_path / "empty.db")

    with database.open_work() as work, pytest.raises(StorageError, match="`trialwatch db upgrade`"):
        work.trials.get(TRIAL)
    database.close()


@pytest.mark.postgresql
def test_missing_tables_are_said_to_be_missing_on_a_server(empty_postgresql_url: str) -> None:
    database = open_database(empty_postgresql_url)

    with database.open_work() as work, pytest.raises(StorageError, match="`trialwatch db upgrade`"):
        work.trials.get(TRIAL)
    database.close()


def test_server_that_does_not_answer_is_named_without_its_password() -> None:
    # Port 9 (discard) is served nowhere on loopback.
    database = open_database("postgresql://me:hunter2@127.0.0.1:9/trials?sslpassword=hunter3")

    with pytest.raises(StorageError, match=r"127\.0\.0\.1:9/trials cannot be reached") as error:
        watch(database.open_work)
    assert "hunter" not in str(error.value)
    database.close()


@pytest.mark.postgresql
def test_database_that_the_server_does_not_have_is_named(postgresql_server: str) -> None:
    server, _, _ = postgresql_server.partition("?")
    database = open_database(server.rpartition("/")[0] + "/no_such_database")

    with pytest.raises(StorageError, match=r"cannot be reached.*no_such_database"):
        watch(database.open_work)
    database.close()


@pytest.mark.postgresql
def test_connection_cut_by_the_server_is_made_anew(
    postgresql: Database, postgresql_server: str
) -> None:
    watch(postgresql.open_work)
    with postgresql.writing() as connection:
        mine = connection.execute(_MINE).scalar_one()
    _cut(postgresql_server, mine)

    with postgresql.open_work() as work:
        assert work.trials.get(TRIAL) is not None


@pytest.mark.postgresql
def test_connection_cut_in_the_middle_keeps_nothing(
    postgresql: Database, postgresql_server: str
) -> None:
    def lose_it() -> None:
        with postgresql.writing() as connection:
            work = SqlWork(connection)
            work.trials.save([a_state()])
            _cut(postgresql_server, connection.execute(_MINE).scalar_one())
            work.trials.save([a_state()])

    with pytest.raises(StorageError, match=r"was shut down|cannot be reached"):
        lose_it()
    with postgresql.open_work() as work:
        assert work.trials.get(TRIAL) is None


@pytest.mark.postgresql
def test_rows_held_too_long_are_said_to_be_locked(empty_postgresql_url: str) -> None:
    patient = open_database(empty_postgresql_url)
    upgrade(patient)
    watch(patient.open_work)
    impatient = open_database(empty_postgresql_url, busy_timeout=AT_ONCE)

    with patient.open_work() as first, impatient.open_work() as second:
        first.trials.hold([TRIAL])
        with pytest.raises(StorageError, match="is locked"):
            second.trials.hold([TRIAL])
    impatient.close()
    patient.close()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_CORRUPT, "is damaged"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened"),
        (sqlite3.SQLITE_IOERR | (3 << 8), "disk reports an error"),
        (sqlite3.SQLITE_READONLY, "read-only"),
        (sqlite3.SQLITE_PERM, "rights"),
    ],
)
def test_codes_of_sqlite_have_words(code: int, words: str) -> None:
    error = sqlite3.OperationalError("as the library says it")
    error.sqlite_errorcode = code

    assert words in str(explain(error, database="here.db"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (psycopg.errors.DiskFull, "disk is full"),
        (psycopg.errors.TooManyConnections, "takes no more connections"),
        (psycopg.errors.ReadOnlySqlTransaction, "read-only"),
        (psycopg.errors.InsufficientPrivilege, "refuses this user"),
        (psycopg.errors.DeadlockDetected, "deadlock"),
        (psycopg.errors.CannotConnectNow, "shut down or is starting"),
        (psycopg.errors.InvalidPassword, "cannot be reached"),
        (psycopg.errors.CheckViolation, "refused a piece of work"),
    ],
)
def test_states_of_postgresql_have_words(error: Callable[[str], psycopg.Error], words: str) -> None:
    assert words in str(explain(error("as the server says it"), database="server"))


def test_rows_quoted_by_the_server_are_not_repeated() -> None:
    error = psycopg.errors.UniqueViolation("duplicate key\nDETAIL: (address)=(ada@example.org)")

    assert "ada@example.org" not in str(explain(error, database="server"))
