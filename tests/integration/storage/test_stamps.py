"""Whether somebody has written to a database is told without asking its rows."""

import sqlite3
from pathlib import Path

import pytest

from storage.engine import Database, open_database
from tests.builders import NOON, TRIAL
from tests.integration.storage.scenes import join, watch


def test_stamp_stays_while_nobody_writes(database: Database) -> None:
    before = database.stamp()
    with database.open_snapshot() as work:
        work.deliveries.next_due_at(NOON)
    with database.open_work() as work:
        work.consents.forget(asked_before=NOON)
        work.commit()

    assert database.stamp() == before is not None


def test_stamp_moves_with_every_commit_and_not_with_what_is_undone(database: Database) -> None:
    watch(database.open_work)
    before = database.stamp()
    with database.open_work() as work:
        work.watches.add(TRIAL, list_name="other", now=NOON)
    undone = database.stamp()
    join(database.open_work, "a@example.org")
    first = database.stamp()
    join(database.open_work, "b@example.org")

    assert undone == before
    assert len({before, first, database.stamp()}) == 3


def test_stamp_moves_when_another_process_writes(database: Database) -> None:
    before = database.stamp()
    with sqlite3.connect(database.shown_as) as other:
        other.execute("CREATE TABLE more (x)")
    other.close()

    assert database.stamp() != before


def test_stamp_is_not_told_where_the_file_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "no.db"
    path.write_text("not a database, but long enough to look at", encoding="utf-8")
    opened = open_database(f"sqlite:///{path}")

    assert opened.stamp() is None
    opened.close()


@pytest.mark.postgresql
def test_server_has_no_stamp(postgresql: Database) -> None:
    assert postgresql.stamp() is None
