"""Whether somebody has written to a database is told without asking its rows."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.engine import Database
from storage.stamps import FileStamp
from tests.builders import NOON, TRIAL
from tests.integration.storage.scenes import join, watch

_WRITE = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('CREATE TABLE more (x)')"


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
    subprocess.run([sys.executable, "-c", _WRITE, database.shown_as], check=True, timeout=60)

    assert database.stamp() != before


def test_stamp_moves_when_the_file_is_written_anew(database: Database) -> None:
    before = database.stamp()

    assert database.rewrite_file()
    assert database.stamp() != before


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_commit_is_not_hidden_by_a_connection_that_begins_anew(
    journal: str, tmp_path: Path
) -> None:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"PRAGMA journal_mode={journal}")
        other.execute("CREATE TABLE rows (x)")
        stamp = FileStamp(path)
        seen = {stamp.read()}
        for _ in range(3):
            other.execute("INSERT INTO rows VALUES (1)")
            stamp.close()
            seen.add(stamp.read())
        stamp.close()

    assert len(seen) == 4


def test_stamp_that_cannot_be_told_is_like_none_before(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE rows (x)")
        stamp = FileStamp(path)
        seen = [stamp.read()]
        other.execute("BEGIN EXCLUSIVE")
        seen += [stamp.read(), stamp.read()]
        other.execute("ROLLBACK")
        seen.append(stamp.read())

    assert len(set(seen)) == 4
    assert stamp.read() == seen[-1]
    stamp.close()


def test_file_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    stamp = FileStamp(tmp_path / "gone.db")

    assert stamp.read() != stamp.read()
    assert not (tmp_path / "gone.db").exists()


@pytest.mark.postgresql
def test_server_has_no_stamp(postgresql: Database) -> None:
    assert postgresql.stamp() is None
