"""SIGKILL again and again: what is lost, what is false, what comes twice.

    python -m benchmarks.crash_matrix [KILLS] [--postgresql]

A release comes out in which most of the made-up trials change. A process that sweeps and sends is
killed, by itself as it passes a marked point (``tests/acceptance/crashing.py``: release, fetch,
look, before and after each commit, before and after each send) or from outside at a moment drawn
by a fixed seed; every tenth time it is a backup that is killed. A second process, whose clock is
set past the leases, makes it good. Then what is stored is held against what a run that nobody
kills finds, and what reached receiver and mailbox against that. Each kill begins from the same
database: a copy of the file, or on PostgreSQL a server of its own, a database made from a template.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.own_postgresql import own_postgresql
from simulator.made import open_stories
from storage import queries
from storage.engine import Database, open_database
from tests.acceptance.crashing import POINTS
from tests.acceptance.killing import begin
from tests.acceptance.stage import ALL, Stage, on_stage

KILLS, SEED, LAST = 250, 1, 6
#: How often a run without a kill passes each point at most, and so where a kill can happen.
MOST = {"release": 2, "fetch": 3, "look": 1, "commit": 12, "send": 20}
#: Sends under way at once in crashing.py; seconds past every lease; the longest random moment.
IN_FLIGHT, LATER, LONGEST = 4, 60.0, 2.5


@dataclass(slots=True)
class Tally:
    """What became of all kills."""

    kills: Counter[str] = field(default_factory=Counter)
    #: Ended by itself before its point came.
    unhurt: int = 0
    lost: int = 0
    false: int = 0
    repeats: int = 0
    most_repeats: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A stage, and the way back to its first state."""

    stage: Stage
    reset: Callable[[], None]


@contextmanager
def on_file(folder: Path) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """Give a database file, how to keep it and how to bring it back."""
    kept = folder / "kept"
    kept.mkdir()

    def keep() -> None:
        for one in folder.glob("trialwatch.db*"):
            shutil.copy(one, kept / one.name)

    def bring_back() -> None:
        for one in folder.glob("trialwatch.db*"):
            one.unlink()
        for one in kept.iterdir():
            shutil.copy(one, folder / one.name)

    yield f"sqlite:///{folder}/trialwatch.db", keep, bring_back


@contextmanager
def on_server(_folder: Path) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """Give a database of a server of its own, how to keep it and how to bring it back."""
    with own_postgresql() as server:
        root = server.url

        def ask(*statements: str) -> None:
            with psycopg.connect(root, autocommit=True) as connection:
                for statement in statements:
                    connection.execute(statement.encode())

        ask("CREATE DATABASE played")
        yield (
            root.removesuffix("/postgres") + "/played",
            lambda: ask("CREATE DATABASE kept TEMPLATE played"),
            lambda: ask(
                "DROP DATABASE played WITH (FORCE)", "CREATE DATABASE played TEMPLATE kept"
            ),
        )


@asynccontextmanager
async def ground(folder: Path, *, postgresql: bool) -> AsyncIterator[Ground]:
    """Set up: everything watched and seen once, and the release out that changes most."""
    where = on_server if postgresql else on_file
    with where(folder) as (url, keep, bring_back):
        async with on_stage(open_stories(), folder) as stage:
            stage.settings["TRIALWATCH_DATABASE_URL"] = url
            await stage.watch(*ALL)
            await stage.check()
            stage.registry.publish(LAST)
            keep()

            def reset() -> None:
                bring_back()
                stage.hook.requests.clear()
                stage.mail.mails.clear()

            yield Ground(stage=stage, reset=reset)


async def work(stage: Stage, point: str, nth: int, skew: float, *, after: float = 0.0) -> int:
    """Sweep and send; die at a point, or after so many seconds. Return the exit status."""
    process = await begin(stage, point, nth, skew=skew, quiet=True)
    if after:
        try:
            return await asyncio.wait_for(process.wait(), after)
        except TimeoutError:
            process.kill()
    return await process.wait()


async def backup(stage: Stage, chance: random.Random) -> str:
    """Kill a backup; return what is wrong with what it left, or nothing."""
    file = stage.folder / "killed.backup"
    process = await stage.start("db", "backup", str(file))
    await asyncio.sleep(0.3 + chance.random() * LONGEST)
    if process.returncode is None:
        process.kill()
    await process.communicate()
    if not file.exists():
        return ""
    target = stage.folder / "restored.db"
    ended = await (
        await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).with_name("trialwatch")), "db", "restore", str(file)),
            env={**stage.environment, "TRIALWATCH_DATABASE_URL": f"sqlite:///{target}"},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    ).wait()
    for one in (file, *stage.folder.glob("restored.db*")):
        one.unlink()
    return "" if ended == 0 else "a backup that was left behind cannot be restored"


def stored(url: str) -> list[tuple[Any, ...]]:
    """Return every change on record."""
    database = open_database(url)
    try:
        return changes_in(database)
    finally:
        database.close()


def changes_in(database: Database) -> list[tuple[Any, ...]]:
    """Return every change on record."""
    alerts = queries.newest_alerts(database, limit=1000)
    return sorted(key(change.contract()) for alert in alerts for change in alert.changes)


def key(change: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a change is known by."""
    return (change["nct_id"], change["to_version"], change["kind"], change["subject"])


async def hold_against(stage: Stage, truth: list[dict[str, Any]], tally: Tally, name: str) -> None:
    """Count what differs from the truth."""
    wanted, have = (
        Counter(map(key, truth)),
        Counter(stored(stage.environment["TRIALWATCH_DATABASE_URL"])),
    )
    told = {(c["nct_id"], c["to_version"]) for c in truth if c["severity"] != "silent"}
    arrived = {(m["data"]["nct_id"], m["data"]["to_version"]) for m in stage.messages}
    hooks = Counter(request.headers["webhook-id"] for request in stage.hook.requests)
    mails = Counter(mail["Message-ID"] for mail in stage.mails)
    lost = (wanted - have).total() + len(told - arrived) + max(0, len(told) - len(mails))
    false = (have - wanted).total() + len(arrived - told)
    false += max(0, len(hooks) - len(told)) + max(0, len(mails) - len(told))
    repeats = hooks.total() - len(hooks) + mails.total() - len(mails)
    looks = {mail["Message-ID"]: bytes(mail) for mail in stage.mails}
    other = any(bytes(mail) != looks[mail["Message-ID"]] for mail in stage.mails)
    tally.lost += lost
    tally.false += false
    tally.repeats += repeats
    tally.most_repeats = max(tally.most_repeats, repeats)
    if lost or false or repeats > IN_FLIGHT or other:
        tally.faults.append(f"{name}: lost {lost}, false {false}, repeats {repeats}, {other=}")


async def one_kill(on: Ground, truth: list[dict[str, Any]], tally: Tally, turn: int) -> None:
    """Begin anew, kill, make good, and look."""
    chance = random.Random(SEED * 1_000_003 + turn)
    on.reset()
    if turn % 10 == 0:
        tally.kills["backup"] += 1
        if wrong := await backup(on.stage, chance):
            tally.faults.append(wrong)
        point, died = "backup", -signal.SIGKILL
    elif turn % 10 <= 3:  # three of ten at a random moment
        point = "any moment"
        died = await work(on.stage, "none", 0, 0, after=0.4 + chance.random() * LONGEST)
    else:
        point = POINTS[turn % len(POINTS)]
        nth = 1 + chance.randrange(MOST[point.split(".")[0]])
        died = await work(on.stage, point, nth, 0)
    if point != "backup":
        tally.kills[point] += died == -signal.SIGKILL
        tally.unhurt += died == 0
    if await work(on.stage, "none", 0, LATER):
        tally.faults.append(f"{point}: the next run failed")
    await hold_against(on.stage, truth, tally, f"turn {turn}, {point}")


async def play(folder: Path, kills: int, *, postgresql: bool) -> Tally:
    """Kill until so many have died; return what became of it."""
    tally = Tally()
    async with ground(folder, postgresql=postgresql) as on:
        truth = await on.stage.check()
        begun, turn = time.monotonic(), 0
        while tally.kills.total() < kills:
            turn += 1
            await one_kill(on, truth, tally, turn)
            if turn % 25 == 0:
                print(
                    f"{time.monotonic() - begun:5.0f} s  {tally.kills.total()} kills, faults"
                    f" {len(tally.faults)}, load {os.getloadavg()[0]:.1f}",
                    flush=True,
                )
    return tally


def main() -> None:
    """Play, print, and end with 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kills", nargs="?", type=int, default=KILLS)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = asyncio.run(play(Path(folder), asked.kills, postgresql=asked.postgresql))
    print("\n".join(tally.faults))
    print(
        f"{tally.kills.total()} kills ({dict(sorted(tally.kills.items()))}; {tally.unhurt} ended"
        f" before): lost {tally.lost}, false {tally.false}, repeats {tally.repeats}, at most"
        f" {tally.most_repeats} after one (bound {IN_FLIGHT})"
    )
    sys.exit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()
