"""Which databases are taken, which are refused, and that the tables are what they should be."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from monitor.domain.errors import StorageError
from storage.engine import VERSION_TABLE, Database, open_database
from storage.months import months_made
from storage.schema import HEAD, REVISIONS, SchemaState, check, state_of
from storage.tables import metadata
from storage.upgrade import config, upgrade
from tests.builders import TRIAL
from tests.integration.storage.scenes import watch


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/trialwatch.db"
    found: str = request.getfixturevalue("empty_postgresql_url")
    return found


@pytest.fixture
def opened(url: str) -> Iterator[Database]:
    """The same, opened."""
    database = open_database(url)
    yield database
    database.close()


def _run(database: Database, *statements: str) -> None:
    with database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


def test_migrations_and_declared_schema_agree(stored: Database) -> None:
    with stored.reading() as connection:
        months = {month.table for month in months_made(stored)} | {"attempts_rest"}

        def is_whole(name: str | None, kind: str, _parents: object) -> bool:
            return kind != "table" or name not in months

        options = {
            "version_table": VERSION_TABLE,
            "compare_type": True,
            "include_name": is_whole,
        }
        assert (
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        )


def test_every_migration_is_listed_and_no_other(database: Database) -> None:
    with database.reading() as connection:
        scripts = ScriptDirectory.from_config(config(connection))

    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(REVISIONS)
    assert scripts.get_current_head() == HEAD


def test_fresh_database_gets_its_tables_once(opened: Database) -> None:
    assert state_of(opened) is SchemaState.FRESH
    assert upgrade(opened) is True
    assert upgrade(opened) is False
    assert state_of(opened) is SchemaState.CURRENT
    check(opened)


def test_fresh_database_is_not_used_as_it_is(opened: Database) -> None:
    with pytest.raises(
        StorageError, match="is empty; make its tables with `trialwatch db upgrade`"
    ):
        check(opened)


def test_upgrade_keeps_the_rows_there_are(opened: Database) -> None:
    upgrade(opened)
    watch(opened.open_work)
    upgrade(opened)

    with opened.open_work() as work:
        assert work.trials.get(TRIAL) is not None


_FUTURE = f"UPDATE {VERSION_TABLE} SET version_num = '9999', oldest = '9999'"  # noqa: S608 (our own name)
_FOREIGN = "CREATE TABLE invoices (id INTEGER PRIMARY KEY)"


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ([_FUTURE], f"newer trialwatch .schema 9999, this one knows up to {HEAD}"),
        (["DROP TABLE attempts"], "half made .attempts missing"),
        (["ALTER TABLE deliveries DROP COLUMN list_name"], "half made .deliveries.list_name"),
        ([f"DELETE FROM {VERSION_TABLE}"], "half made .0 revisions"),  # noqa: S608 (our own name)
        ([f"DROP TABLE {VERSION_TABLE}"], "belongs to another program"),
    ],
)
@pytest.mark.parametrize("use", [check, upgrade])
def test_database_that_is_not_as_it_should_be_is_refused(
    opened: Database, statements: list[str], words: str, use: Callable[[Database], object]
) -> None:
    upgrade(opened)
    _run(opened, *statements)

    with pytest.raises(StorageError, match=words):
        use(opened)


@pytest.mark.parametrize("use", [check, upgrade])
def test_another_programs_database_is_refused(
    opened: Database, use: Callable[[Database], object]
) -> None:
    _run(opened, _FOREIGN)

    with pytest.raises(StorageError, match=r"belongs to another program \(it holds invoices\)"):
        use(opened)
    with opened.reading() as connection:
        assert _tables(connection) == {"invoices"}


def _tables(connection: Connection) -> set[str]:
    return set(connection.dialect.get_table_names(connection))


def test_upgrade_that_breaks_off_leaves_nothing(opened: Database) -> None:
    def break_off() -> None:
        with opened.writing() as connection:
            connection.execute(text("CREATE TABLE half (id INTEGER)"))
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    assert state_of(opened) is SchemaState.FRESH


def test_two_that_upgrade_at_once_take_turns(url: str) -> None:
    done: list[bool] = []
    start = threading.Barrier(4)

    def run() -> None:
        database = open_database(url)
        start.wait()
        done.append(upgrade(database))
        database.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [False, False, False, True]
    database = open_database(url)
    check(database)
    database.close()


def test_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear all, this is a letter and no database at all." * 100)
    database = open_database(f"sqlite:///{path}")

    with pytest.raises(StorageError, match="is no SQLite database"):
        check(database)
    database.close()


def test_database_made_by_sqlite_alone_is_foreign(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute(_FOREIGN)
    other.commit()
    other.close()
    database = open_database(f"sqlite:///{path}")

    with pytest.raises(StorageError, match="another program"):
        check(database)
    database.close()
