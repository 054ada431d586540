"""Databases that cannot be used: told in words, left as they are, nothing lost."""

import asyncio
import hashlib
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.stage import COMMAND, Ended, Stage, on_stage
from tests.conftest import unavailable

pytestmark = pytest.mark.acceptance

SUSPENDS = "NCT99000002"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The made-up trials, nothing watched yet."""
    async with on_stage(open_stories(), tmp_path) as stage:
        yield stage


def assert_told(ended: Ended, *words: str) -> None:
    """Hold that a person was told on standard error, in words, and tools read nothing."""
    assert "Traceback" not in ended.err
    assert "trialwatch: " in ended.err
    for word in words:
        assert word in ended.err.replace("\n", " "), ended.err
    assert ended.out == ""


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.execute("INSERT INTO recipes VALUES ('soup')")
    connection.close()


def _no_database(path: Path) -> None:
    path.write_text("Dear diary, today I watched a trial.\n" * 40)


def _from_the_future(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE trialwatch_schema (version_num TEXT)")
    connection.execute("INSERT INTO trialwatch_schema VALUES ('9999')")
    connection.close()


@pytest.mark.parametrize("command", [["list"], ["watch", SUSPENDS], ["check"], ["db", "upgrade"]])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_foreign, ("belongs to another program", "recipes", "TRIALWATCH_DATABASE_URL")),
        (_no_database, ("is no SQLite database", "TRIALWATCH_DATABASE_URL")),
        (_from_the_future, ("newer trialwatch", "9999", "install that version again")),
    ],
)
async def test_database_that_is_not_ours_is_refused_and_left_as_it_was(
    stage: Stage, make: Callable[[Path], None], words: tuple[str, ...], command: list[str]
) -> None:
    path = stage.folder / "trialwatch.db"
    make(path)
    before = hashlib.sha256(path.read_bytes()).digest()

    ended = await stage.run(*command, status=1)

    assert_told(ended, str(path), *words)
    assert hashlib.sha256(path.read_bytes()).digest() == before


async def test_command_waits_for_a_locked_database_and_then_goes_on(stage: Stage) -> None:
    await stage.run("list")
    holder = sqlite3.connect(stage.folder / "trialwatch.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    process = await stage.start("watch", SUSPENDS)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(process.wait(), 3)
    holder.execute("ROLLBACK")
    holder.close()

    assert await process.wait() == 0
    assert len((await stage.run("list", "--json")).objects) == 1


async def test_disk_without_room_keeps_nothing_half_done_and_loses_nothing(stage: Stage) -> None:
    await stage.watch(SUSPENDS)
    await stage.check()
    stage.registry.publish(1)

    # No file may grow beyond 16 kB, as on a disk that has no more.
    limited = ("-c", f'ulimit -f 16; exec "{COMMAND}" check --json')
    ended = await _run(dict(stage.environment), stage.folder, "bash", *limited)

    assert ended.status == 1
    assert_told(ended, "trialwatch.db", "disk")
    assert [change["kind"] for change in await stage.check()][:1] == ["status"]
    await stage.run("deliver", "--until-empty")
    assert len(stage.mails) == len(stage.messages) == 1


_FULL = """
set -e
mount -t tmpfs -o size=$SIZE none "$TRIALWATCH_DATA_DIR"
"$COMMAND" watch {nct} > /dev/null 2>&1
dd if=/dev/zero of="$TRIALWATCH_DATA_DIR/ballast" 2> /dev/null || true
"$COMMAND" check --json && exit 99 || echo "status $?"
rm "$TRIALWATCH_DATA_DIR/ballast"
"$COMMAND" list --json
"$COMMAND" check > /dev/null
"$COMMAND" show {nct} --json
"""


async def test_full_disk_is_said_to_be_full_and_works_again_with_room(stage: Stage) -> None:
    alone = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or await _status(*alone, "mount", "-t", "tmpfs", "x", "/mnt"):
        unavailable("this user may not mount a small disk of its own (unshare --mount)")
    environment = {**stage.environment, "COMMAND": COMMAND, "SIZE": "1m"}
    script = _FULL.format(nct=SUSPENDS)

    ended = await _run(environment, stage.folder, *alone, "bash", "-c", script)

    assert ended.status == 0, ended
    told, listed, shown = ended.out.splitlines()
    assert told == "status 1"
    assert SUSPENDS in listed
    assert '"version": 1' in shown
    assert "the disk is full; free some space" in ended.err
    assert "Traceback" not in ended.err


async def _status(*arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(*arguments, stderr=asyncio.subprocess.DEVNULL)
    return await process.wait()


async def _run(environment: dict[str, str], folder: Path, *arguments: str) -> Ended:
    process = await asyncio.create_subprocess_exec(
        *arguments,
        env=environment,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())
