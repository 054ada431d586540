"""Old and new side by side: tables that are a release ahead, and a program that goes on with them."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from config.settings import load
from monitor.domain.errors import StorageError
from storage.backup import backup, restore
from storage.engine import VERSION_TABLE, Database, open_database
from storage.moving import move
from storage.pruning import prune
from storage.schema import HEAD, REVISIONS, SchemaState, check, state_of
from storage.tables import deliveries
from storage.upgrade import config, oldest, upgrade
from tests.builders import NOON, a_step, an_outcome
from tests.integration.storage.filled import all_rows, fill, write_as_before
from tests.integration.storage.scenes import claim, join, send_out, watch
from trialwatch.bootstrap import open_service

#: What a next release may add while this one works.
_EXPANDS = (
    "ALTER TABLE deliveries ADD COLUMN later text",
    "ALTER TABLE versions ADD COLUMN later integer NOT NULL DEFAULT 0",
    "CREATE TABLE later (id integer PRIMARY KEY, subscriber_id bigint REFERENCES subscribers (id))",
    "CREATE INDEX ix_later ON deliveries (later)",
    "INSERT INTO later VALUES (1, 1)",
)
_AHEAD = f"UPDATE {VERSION_TABLE} SET version_num = '9999', oldest = :oldest"  # noqa: S608 (our own)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables, of this test's own."""
    url = f"sqlite:///{tmp_path}/bare.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgresql_url")
    with closing(open_database(url)) as opened:
        yield opened


@pytest.fixture
def ahead(bare: Database) -> Database:
    """One with something in every table, which the next release has upgraded meanwhile."""
    upgrade(bare)
    fill(bare)
    _go_ahead(bare, oldest=HEAD)
    return bare


def _go_ahead(database: Database, *, oldest: str) -> None:
    with database.writing() as connection:
        for statement in _EXPANDS:
            connection.execute(text(statement))
        connection.execute(text(_AHEAD), {"oldest": oldest})
        connection.commit()


def test_tables_a_release_ahead_are_worked_on_as_they_are(ahead: Database) -> None:
    before = all_rows(ahead)

    assert state_of(ahead) is SchemaState.AHEAD
    check(ahead)
    assert upgrade(ahead) is False
    assert state_of(ahead) is SchemaState.AHEAD
    assert all_rows(ahead) == before


def test_alerts_are_stored_and_sent_on_tables_a_release_ahead(ahead: Database) -> None:
    later = NOON + timedelta(hours=1)
    watch(ahead.open_work)
    join(ahead.open_work, "new@example.org")

    assert send_out(ahead.open_work, a_step(4), now=later) > 0
    claimed = claim(ahead.open_work, now=later)
    with ahead.open_work() as work:
        ours = work.deliveries.record([(one, an_outcome()) for one in claimed], now=later)
        work.commit()
    prune(ahead, before=NOON + timedelta(days=400))

    assert ours == {one.delivery.id for one in claimed}


def test_service_starts_on_tables_a_release_ahead(database: Database, tmp_path: Path) -> None:
    fill(database)
    _go_ahead(database, oldest=HEAD)
    place = f"sqlite:///{database.shown_as}"
    settings = load({"TRIALWATCH_DATABASE_URL": place, "TRIALWATCH_DATA_DIR": str(tmp_path)})

    with open_service(settings) as service, service.open_work() as work:
        assert work.releases.known()


def test_what_would_leave_newer_tables_behind_is_refused(ahead: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup.jsonl.zst"
    with closing(open_database(f"sqlite:///{tmp_path}/other.db")) as other:
        for act in (
            lambda: backup(ahead, path),
            lambda: move(ahead, other, now=NOON + timedelta(hours=1)),
        ):
            with pytest.raises(
                StorageError,
                match=rf" has tables of a newer trialwatch \(schema 9999, this one knows up to {HEAD}\), so",
            ):
                act()
    assert not path.exists()


def test_backup_and_move_do_not_go_into_newer_tables(
    bare: Database, database: Database, tmp_path: Path
) -> None:
    fill(database)
    path = tmp_path / "backup.jsonl.zst"
    backup(database, path)
    upgrade(bare)
    _go_ahead(bare, oldest=HEAD)

    with pytest.raises(StorageError, match="tables of a newer trialwatch"):
        restore(bare, path)
    with pytest.raises(StorageError, match="tables of a newer trialwatch"):
        move(database, bare, now=NOON + timedelta(hours=1))


@pytest.mark.parametrize("needed", ["9999", None])
def test_tables_that_this_one_cannot_go_on_with_are_refused(
    bare: Database, needed: str | None
) -> None:
    upgrade(bare)
    _go_ahead(bare, oldest=needed or "")

    for use in (check, upgrade):
        with pytest.raises(
            StorageError,
            match=rf" was made by a newer trialwatch \(schema 9999, this one knows up to {HEAD}\); install",
        ):
            use(bare)


def test_newer_tables_without_what_this_one_needs_are_half_made(ahead: Database) -> None:
    with ahead.writing() as connection:
        connection.execute(text("DROP TABLE changes"))
        connection.commit()

    with pytest.raises(StorageError, match=r"half made .changes missing"):
        check(ahead)


def _scripts(database: Database) -> list[Any]:
    with database.reading() as connection:
        return list(ScriptDirectory.from_config(config(connection)).walk_revisions())[::-1]


def test_every_migration_says_what_it_needs(database: Database) -> None:
    for script in _scripts(database):
        needs = script.module.needs
        assert needs is None or (needs in REVISIONS and needs <= script.revision), script.path


def test_upgraded_database_says_who_can_go_on(bare: Database) -> None:
    upgrade(bare)

    with bare.reading() as connection:
        noted = connection.scalar(text(f"SELECT oldest FROM {VERSION_TABLE}"))  # noqa: S608 (our own)
        assert noted == oldest(config(connection))
    assert noted in REVISIONS


_Columns = dict[str, dict[str, Any]]


def _columns(connection: Connection) -> _Columns:
    look = inspect(connection)
    return {
        table: {column["name"]: column for column in look.get_columns(table)}
        for table in look.get_table_names()
        if not table.startswith("attempts_")
    }


def _unique(connection: Connection, tables: _Columns) -> set[tuple[str, tuple[str | None, ...]]]:
    look = inspect(connection)
    return {
        (table, tuple(index["column_names"]))
        for table in tables
        for index in look.get_indexes(table)
        if index["unique"]
    }


def test_migrations_that_need_nothing_only_add_what_older_ones_can_leave_out(
    bare: Database,
) -> None:
    for script in _scripts(bare):
        with bare.writing() as connection:
            before = _columns(connection)
            unique = _unique(connection, before)
            command.upgrade(config(connection), script.revision)
            after = _columns(connection)
            if script.module.needs is None:
                assert not _taken_away(before, after), script.path
                assert not _asked_of_older_ones(before, after), script.path
                assert not {
                    (table, names)
                    for table, names in _unique(connection, before) - unique
                    if not set(names) - set(before[table])
                }, script.path
            connection.commit()


def _taken_away(before: _Columns, after: _Columns) -> list[str]:
    return [
        f"{table}.{name}"
        for table, columns in before.items()
        for name, column in columns.items()
        if name not in after.get(table, {})
        or str(after[table][name]["type"]) != str(column["type"])
        or (column["nullable"] and not after[table][name]["nullable"])
    ]


def _asked_of_older_ones(before: _Columns, after: _Columns) -> list[str]:
    return [
        f"{table}.{name}"
        for table, columns in before.items()
        for name, column in after.get(table, {}).items()
        if name not in columns and not column["nullable"] and column["default"] is None
    ]


def test_rows_as_the_oldest_that_goes_on_writes_them_are_taken_and_worked_on(
    bare: Database, database: Database, tmp_path: Path
) -> None:
    """The columns are those of that revision; the values are today's."""
    fill(database)
    with closing(open_database(f"sqlite:///{tmp_path}/old.db")) as old, old.writing() as connection:
        command.upgrade(config(connection), oldest(config(connection)))
        known = _columns(connection)
    upgrade(bare)
    with bare.writing() as connection, database.reading() as source:
        write_as_before(connection, source, {name: set(found) for name, found in known.items()})
        connection.commit()

    again = claim(bare.open_work, now=NOON + timedelta(hours=1))
    with bare.open_work() as work:
        assert work.deliveries.record([(one, an_outcome()) for one in again], now=NOON)
        work.commit()
    assert again
    with bare.reading() as connection, database.reading() as source:
        ids = select(deliveries.c.id).order_by(deliveries.c.id)
        assert connection.scalars(ids).all() == source.scalars(ids).all()
