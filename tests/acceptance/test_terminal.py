"""What people read on a terminal and off one, and how commands end."""

import asyncio
import json
import os
import pty
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.stage import COMMAND, Stage, on_stage

pytestmark = pytest.mark.acceptance

SUSPENDS = "NCT99000002"
COLOUR = "\x1b["


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The made-up trials, nothing watched yet."""
    async with on_stage(open_stories(), tmp_path) as stage:
        yield stage


@pytest.fixture
async def told(stage: Stage) -> Stage:
    """One trial watched, changed, and its change waiting to be sent."""
    await stage.watch(SUSPENDS)
    await stage.check()
    stage.registry.publish_next()
    await stage.check()
    return stage


async def test_people_read_words_without_colour_where_there_is_no_terminal(told: Stage) -> None:
    for command in (
        *(["list"], ["show", SUSPENDS], ["history", SUSPENDS], ["diff", SUSPENDS, "1", "2"]),
        *(["summary", SUSPENDS], ["deliver"], ["deliveries"], ["check"], ["doctor"], ["--help"]),
    ):
        ended = await told.run(*command)

        assert ended.out.strip(), command
        assert COLOUR not in ended.out + ended.err, command
        assert "\r" not in ended.out + ended.err, command


async def test_terminal_gets_colour_and_a_bar(told: Stage) -> None:
    shown = await _on_terminal(told, "show", SUSPENDS)
    told.registry.publish_next()
    checked = await _on_terminal(told, "check")
    for_tools = await _on_terminal(told, "list", "--json")

    assert "CRITICAL" in shown
    assert COLOUR in shown
    assert "Trials checked" in checked
    assert COLOUR not in for_tools
    assert json.loads(for_tools)["nct_id"] == SUSPENDS


async def _on_terminal(stage: Stage, *arguments: str) -> str:
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(COMMAND, *arguments),
        env={**stage.environment, "TERM": "xterm-256color", "COLUMNS": "100"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    reading = asyncio.create_task(asyncio.to_thread(_everything, ours))
    assert await process.wait() == 0
    return await reading


def _everything(terminal: int) -> str:
    """Read a pseudo-terminal to its end, which Linux tells as an error."""
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:
        pass
    finally:
        os.close(terminal)
    return b"".join(parts).decode()


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_debug_anywhere_shows_the_traceback_and_nothing_else_does(
    stage: Stage, place: int
) -> None:
    quiet = ["show", SUSPENDS]
    loud = [*quiet[:place], "--debug", *quiet[place:]]

    plain = await stage.run(*quiet, status=1)
    traced = await stage.run(*loud, status=1)
    by_setting = stage.settings = {"TRIALWATCH_DEBUG": "1"}
    set_so = await stage.run(*quiet, status=1)

    assert by_setting
    assert "Traceback" not in plain.err
    assert "Traceback" in traced.err
    assert "Traceback" in set_so.err
    assert plain.err in traced.err


async def test_error_that_nobody_foresaw_is_told_without_a_traceback(told: Stage) -> None:
    with sqlite3.connect(told.folder / "trialwatch.db") as connection:
        connection.execute("UPDATE trials SET seen_at = 'yesterday'")
    connection.close()

    plain = await told.run("show", SUSPENDS, status=1)
    traced = await told.run("show", SUSPENDS, "--debug", status=1)

    assert plain.err.startswith("trialwatch: ")
    assert "Traceback" not in plain.err
    assert "Traceback" in traced.err


@pytest.mark.parametrize(
    "arguments",
    [
        *(("nosuch",), ("list", "--nosuch"), ("watch",), ("deliveries", "--state", "lost")),
        *(("deliveries", "--limit", "0"), ("diff", "one.json"), ("db", "nosuch"), ("db", "backup")),
        *(("summary", "no-such-file.json"), ("simulate", "nowhere"), ("simulate", "--port", "x")),
    ],
)
async def test_wrong_use_ends_with_two_and_points_to_help(
    stage: Stage, arguments: tuple[str, ...]
) -> None:
    ended = await stage.run(*arguments, status=2)

    assert ended.out == ""
    assert ended.err.strip()
    assert "Traceback" not in ended.err


async def test_unknown_trial_and_missing_backup_are_trouble(stage: Stage) -> None:
    await stage.run("watch", "NCT99009999")
    checked = await stage.run("check", "--json", status=1)
    await stage.run("db", "backup", "kept.backup")
    again = await stage.run("db", "backup", "kept.backup", status=1)
    full = await stage.run("db", "restore", "kept.backup", status=1)
    stage.folder = stage.folder / "new"
    stage.folder.mkdir()
    nowhere = await stage.run("db", "restore", "nowhere.backup", status=1)

    assert "NCT99009999: the registry knows no such trial" in checked.err
    assert "kept.backup exists already; name a new file" in again.err
    assert "is not empty" in full.err
    assert "nowhere.backup" in nowhere.err


async def test_reader_of_a_pipe_may_go_early(told: Stage) -> None:
    line = f'"{COMMAND}" summary {SUSPENDS} | head -n 1'
    process = await asyncio.create_subprocess_exec(
        *("bash", "-c", line),
        env=told.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()

    assert out.strip()
    assert b"Traceback" not in err


async def test_help_names_every_command(stage: Stage) -> None:
    shown = (await stage.run("--help")).out

    for name in (
        *("watch", "unwatch", "list", "check", "deliver", "deliveries", "show", "history", "diff"),
        *("summary", "run", "doctor", "simulate", "demo", "db"),
    ):
        assert re.search(rf"^\W*{name}\b", shown, re.MULTILINE), name
