"""Moving from one database to another: all of it, once, whoever is cut off in the middle."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from monitor.domain.errors import StorageError
from storage.engine import Database, open_database
from storage.leading import open_lead
from storage.moving import move
from storage.schema import check
from storage.tables import registry, subscribers, watch_lists
from tests.builders import NOON
from tests.integration.storage.filled import all_rows, fill

pytestmark = pytest.mark.postgresql

#: What was claimed at noon is out of its lease.
LATER = NOON + timedelta(hours=1)
#: Moves in small pieces and kills itself after so many of them.
_KILLED = """
import os, signal, sys
from datetime import datetime
from storage.engine import open_database
from storage.moving import move
left = int(sys.argv[3])
def copied(table, rows):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
now = datetime.fromisoformat(sys.argv[4])
move(open_database(sys.argv[1]), open_database(sys.argv[2]), now=now, batch=1, copied=copied)
"""


@pytest.fixture
def source(tmp_path: Path, database: Database) -> Database:
    """A SQLite database with something in every table."""
    del tmp_path
    fill(database)
    return database


@pytest.fixture
def target(empty_postgresql_url: str) -> Iterator[Database]:
    """A PostgreSQL without tables."""
    with closing(open_database(empty_postgresql_url)) as opened:
        yield opened


def _url(database: Database) -> str:
    return f"sqlite:///{database.shown_as}"


def test_every_row_arrives_with_its_values(source: Database, target: Database) -> None:
    compared = move(source, target, now=LATER, batch=2)

    assert all(one.same and one.source_rows == one.target_rows for one in compared)
    assert all_rows(target) == all_rows(source)
    check(target)


def test_moves_from_server_to_server_and_back_to_a_file(
    source: Database, target: Database, another_postgresql_url: str, tmp_path: Path
) -> None:
    move(source, target, now=LATER)

    with (
        closing(open_database(another_postgresql_url)) as other,
        closing(open_database(f"sqlite:///{tmp_path}/back.db")) as back,
    ):
        across = move(target, other, now=LATER)
        compared = move(other, back, now=LATER)

        assert all(one.same for one in (*across, *compared))
        assert all_rows(other) == all_rows(source)
        assert all_rows(back) == all_rows(source)


def test_new_rows_are_numbered_after_those_that_came(source: Database, target: Database) -> None:
    move(source, target, now=LATER)

    with target.writing() as connection:
        new = insert(subscribers).values(name="new", email="", role="member", password="")
        number = connection.scalar(new.returning(subscribers.c.id))
        newest = connection.scalars(select(subscribers.c.id)).all()

    assert number == max(newest)


@pytest.mark.parametrize("pieces", [1, 2, 5, 9, 14, 20])
def test_killed_move_goes_on_where_it_was(
    source: Database, target: Database, empty_postgresql_url: str, pieces: int
) -> None:
    words = [_url(source), empty_postgresql_url, str(pieces), LATER.isoformat()]
    ended = subprocess.run(  # our own code
        [sys.executable, "-c", _KILLED, *words], env=dict(os.environ), check=False
    )
    assert ended.returncode == -signal.SIGKILL
    with pytest.raises(StorageError, match="Not everything has been moved"):
        check(target)
    again: list[str] = []

    compared = move(
        source, target, now=LATER, batch=1, copied=lambda table, _rows: again.append(table)
    )

    assert all(one.same for one in compared)
    assert len(again) + pieces == sum(one.source_rows for one in compared)
    assert all_rows(target) == all_rows(source)
    check(target)


def test_target_with_other_rows_is_refused(source: Database, target: Database) -> None:
    move(source, target, now=LATER)
    before = all_rows(target)

    with pytest.raises(StorageError, match="is not empty"):
        move(source, target, now=LATER)

    assert all_rows(target) == before


def test_source_with_sends_under_way_is_refused(source: Database, target: Database) -> None:
    with pytest.raises(StorageError, match="works on"):
        move(source, target, now=NOON)


def test_source_that_somebody_leads_on_is_refused(
    source: Database, target: Database, empty_postgresql_url: str, tmp_path: Path
) -> None:
    move(source, target, now=LATER)
    with (
        closing(open_database(f"sqlite:///{tmp_path}/back.db")) as back,
        open_lead(empty_postgresql_url, shown_as="the test's") as lead,
    ):
        lead.take()

        with pytest.raises(StorageError, match="works on"):
            move(target, back, now=LATER)


def test_nobody_writes_to_the_source_meanwhile(source: Database, target: Database) -> None:
    with closing(open_database(_url(source), busy_timeout=timedelta(0))) as other:

        def write(_table: str, _rows: int) -> None:
            with other.writing() as connection:
                connection.execute(update(watch_lists).values(name="other"))

        with pytest.raises(StorageError, match="is locked"):
            move(source, target, now=LATER, copied=write)


def test_source_changed_between_two_runs_is_found(source: Database, target: Database) -> None:
    def cut_off(table: str, _rows: int) -> None:
        if table == watch_lists.name:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        move(source, target, now=LATER, copied=cut_off)
    with source.writing() as connection:
        connection.execute(update(watch_lists).values(name="other"))
        connection.commit()

    compared = {one.table: one.same for one in move(source, target, now=LATER)}

    assert not compared.pop(watch_lists.name)
    assert all(compared.values())
    assert compared[registry.name]
    with pytest.raises(StorageError, match="Not everything"):
        check(target)


def test_database_is_not_moved_into_itself(source: Database) -> None:
    with pytest.raises(StorageError, match="both source and target"):
        move(source, source, now=LATER)
