"""Backup and restore: everything comes back, or nothing is changed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard

from monitor.domain.errors import StorageError
from monitor.domain.watches import Channel
from storage.backup import FORMAT, backup, restore
from storage.engine import Database, open_database
from storage.schema import HEAD
from storage.upgrade import upgrade
from tests.builders import (
    NOON,
    TRIAL,
    a_step,
    a_version,
)
from tests.integration.storage.filled import all_rows, fill
from tests.integration.storage.scenes import send_out, watch


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Database]:
    """A SQLite file without tables."""
    opened = open_database(f"sqlite:///{tmp_path}/fresh.db")
    yield opened
    opened.close()


@pytest.fixture
def saved(database: Database, tmp_path: Path) -> Path:
    """A backup of a filled SQLite database."""
    fill(database)
    path = tmp_path / "backup.jsonl.zst"
    backup(database, path)
    return path


def test_everything_comes_back(stored: Database, fresh: Database, tmp_path: Path) -> None:
    fill(stored)
    path = tmp_path / "backup.jsonl.zst"

    written = backup(stored, path)
    read = restore(fresh, path)

    rows = all_rows(stored)
    assert all(rows.values())
    assert all_rows(fresh) == rows
    assert written == read == {name: len(found) for name, found in rows.items()}


@pytest.mark.postgresql
def test_backup_of_sqlite_is_restored_into_postgresql(
    saved: Path, database: Database, empty_postgresql_url: str
) -> None:
    server = open_database(empty_postgresql_url)

    restore(server, saved)

    assert all_rows(server) == all_rows(database)
    with server.open_work() as work:
        new = work.watches.target(Channel.EMAIL, "new@example.org", secret="", now=NOON)
    assert new.id == 3
    server.close()


def test_restored_database_goes_on_where_it_was(saved: Path, fresh: Database) -> None:
    restore(fresh, saved)

    with fresh.open_work() as work:
        assert work.versions.read(TRIAL, 3) == a_version(3)
        work.versions.add(a_version(4))
        work.commit()
    assert send_out(fresh.open_work, a_step(4)) == 1
    assert upgrade(fresh) is False


def test_backup_is_for_its_owner_alone(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600


def test_backup_overwrites_nothing(database: Database, saved: Path) -> None:
    before = saved.read_bytes()

    with pytest.raises(StorageError, match="exists already"):
        backup(database, saved)
    assert saved.read_bytes() == before


def test_backup_that_cannot_be_written_leaves_nothing(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="could not be written"):
        backup(database, tmp_path / "no such folder" / "backup")
    assert not list(tmp_path.glob("**/*unfinished*"))


def test_database_without_tables_has_no_backup(fresh: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is empty"):
        backup(fresh, tmp_path / "backup")


def test_database_that_is_not_empty_is_left_alone(
    saved: Path, stored: Database, tmp_path: Path
) -> None:
    if stored.is_sqlite:
        stored = open_database(f"sqlite:///{tmp_path}/other.db")
        upgrade(stored)
    watch(stored.open_work)
    before = all_rows(stored)

    with pytest.raises(StorageError, match="is not empty"):
        restore(stored, saved)
    assert all_rows(stored) == before


def test_missing_file_is_named(fresh: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"nowhere cannot be read: No such file"):
        restore(fresh, tmp_path / "nowhere")


def _edit(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Write a backup anew with its lines changed."""
    lines = zstandard.ZstdDecompressor().decompressobj().decompress(path.read_bytes())
    edited = b"".join(change(lines.splitlines(keepends=True)))
    path.write_bytes(zstandard.ZstdCompressor().compress(edited))


def _line_with(lines: list[bytes], what: bytes) -> int:
    return next(number for number, line in enumerate(lines) if what in line)


def _other_address(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b"ada@example.org", b"eve@example.org") for line in lines]


def _without_a_row(lines: list[bytes]) -> list[bytes]:
    gone = _line_with(lines, b"ada@example.org")
    return [line for number, line in enumerate(lines) if number != gone]


def _of_tomorrow(lines: list[bytes]) -> list[bytes]:
    return [json.dumps(json.loads(lines[0]) | {"schema": "9999"}).encode() + b"\n", *lines[1:]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: lines[:-1], "cut off"),
        (lambda _: [], "cut off"),
        (lambda lines: lines[: len(lines) // 2], r"cut off|damaged|refused"),
        (
            _other_address,
            r"^The backup .* cannot be restored \(its counts or its checksum do not match",
        ),
        (_without_a_row, "checksum|refused"),
        (
            _of_tomorrow,
            rf"is a '{FORMAT}' of schema '9999', this trialwatch reads '{FORMAT}' of schema up to '{HEAD}'; ",
        ),
        (lambda lines: [*lines, b"[1]\n"], r"cannot be restored \(a line cannot be read: "),
        (lambda lines: [*lines[1:2], b"[1]\n"], "cannot be read"),
        (lambda lines: [lines[0], b"[1]\n"], "cannot be read"),
        (lambda _: [b"<html>not ours</html>\n"], "cannot be read"),
        (lambda _: [b"7\n"], "cannot be read"),
    ],
)
def test_backup_that_was_tampered_with_is_refused_whole(
    saved: Path, fresh: Database, change: Callable[[list[bytes]], list[bytes]], words: str
) -> None:
    _edit(saved, change)
    upgrade(fresh)
    before = all_rows(fresh)

    with pytest.raises(StorageError, match=words):
        restore(fresh, saved)
    assert all_rows(fresh) == before


@pytest.mark.parametrize("cut", [0, 3, 100, -5])
def test_backup_cut_off_on_the_way_is_refused(saved: Path, fresh: Database, cut: int) -> None:
    saved.write_bytes(saved.read_bytes()[:cut])

    with pytest.raises(StorageError, match="cannot be restored"):
        restore(fresh, saved)


def test_file_that_is_no_backup_is_refused(fresh: Database, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all,\n")

    with pytest.raises(StorageError, match="cannot be restored"):
        restore(fresh, path)
