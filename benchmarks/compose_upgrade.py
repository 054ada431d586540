"""A compose set-up is upgraded while messages are on their way: is anything lost, or sent twice?

    nice python -m benchmarks.compose_upgrade [--from COMMIT] [docker-compose.roles.yml]

No Docker: what the file would start is started as plain processes, each service as often and with
the command that the file says, stopped with its grace, on a PostgreSQL of their own. The old
program is the one of COMMIT (the one before the newest migration, unless given), taken out of git;
it holds some messages under way at a slow receiver, some that wait for a later attempt, some that
wait for their reader's hour. Then it is upgraded as docs/operations.md says: with
docker-compose.roles.yml the tables go first and each old process is exchanged for a new one; with
docker-compose.yml the old one is stopped before the tables go. Everything has to arrive once, and
what was under way at most twice, under the same id.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.compose_ship import Ship, before_the_newest_tables, services_of, take_out
from benchmarks.crash_ground import DIGEST_READERS, LAST, TOMORROW, watch_with_digests
from benchmarks.crash_places import places_for
from benchmarks.crash_truth import steps_told, trials_in
from benchmarks.fault_matrix import come_due, misses
from benchmarks.troubles import Road, Trouble, road_to
from monitor.domain.alerts import DeliveryState
from simulator.made import open_stories
from storage.engine import Database, open_database
from storage.schema import HEAD, revision_of
from tests.acceptance.service import count, has_swept
from tests.acceptance.stage import Stage, on_stage

_PATIENCE_SECONDS = 180.0


@dataclass(slots=True, kw_only=True)
class Upgrade:
    """What became of it."""

    under_way: int = 0
    waited: int = 0
    held_for_digests: int = 0
    #: Still under way as the tables were upgraded.
    at_the_tables: int = 0
    killed: int = 0
    seconds: float = 0.0
    lost: int = 0
    false: int = 0
    repeats: int = 0
    tables: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The set-up's neighbours, and what a run finds that nobody upgrades."""

    stage: Stage
    #: To the relay, which is away until the upgrade is made, and to the receiver, which is slow.
    relay: Road
    hook: Road
    rows: Database
    truth: list[dict[str, Any]]

    @property
    def told(self) -> frozenset[tuple[str, int]]:
        """Steps of trials that are told of."""
        return steps_told(self.truth)


@asynccontextmanager
async def ground(folder: Path, old: Path) -> AsyncIterator[Ground]:
    """Set up with the old program: everything watched, by some at once and by some daily."""
    async with AsyncExitStack() as stack:
        places = stack.enter_context(places_for(folder, postgresql=True))
        places.make("played")
        stage = await stack.enter_async_context(on_stage(open_stories(), folder))
        hook = await stack.enter_async_context(road_to(stage.hook.port))
        relay = await stack.enter_async_context(road_to(stage.mail.port))
        stage.hook.port = hook.port
        stage.settings |= {
            "TRIALWATCH_DATABASE_URL": places.url("played"),
            "TRIALWATCH_POLL_EVERY": "1",
            "TRIALWATCH_SMTP_URL": f"smtp://127.0.0.1:{relay.port}?starttls=never",
            "PYTHONPATH": str(old),
        }
        await watch_with_digests(stage)
        await stage.check()
        places.copy("played", "kept")
        stage.registry.publish(LAST)
        truth = await stage.check()
        stage.registry.publish(0)
        places.copy("kept", "played")
        rows = stack.enter_context(closing(open_database(places.url("played"))))
        yield Ground(stage=stage, relay=relay, hook=hook, rows=rows, truth=truth)


async def until(happened: Callable[[], bool], what: str) -> None:
    """Return as soon as something has happened, a busy machine's patience at most."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not await asyncio.to_thread(happened):
        if time.monotonic() > end:
            sys.exit(f"not in {_PATIENCE_SECONDS:.0f} s: {what}")
        await asyncio.sleep(0.2)


async def load(on: Ground, found: Upgrade) -> None:
    """Let a release out; wait until there are messages of every kind that an upgrade can meet."""
    await on.hook.become(Trouble.SLOW)
    await on.relay.become(Trouble.DOWN)
    on.stage.registry.publish(LAST)
    await until(lambda: has_swept(on.stage, on.rows), "the release is swept")

    def full() -> bool:
        found.under_way = pending(on.rows, "owner IS NOT NULL")
        found.waited = pending(on.rows, "owner IS NULL AND begun > 0")
        found.held_for_digests = count(on.rows, DeliveryState.WAITING)
        return all((on.hook.carries, found.under_way, found.waited, found.held_for_digests))

    await until(full, "messages are under way, wait for another attempt and for their hour")


def pending(rows: Database, which: str) -> int:
    """Count what is still to be sent."""
    with rows.reading() as connection:
        asked = text(f"SELECT count(*) FROM deliveries WHERE state = 'pending' AND {which}")  # noqa: S608 (our own)
        return int(connection.execute(asked).scalar_one())


async def upgrade(on: Ground, ship: Ship, found: Upgrade, *, beside: bool) -> None:
    """Upgrade the tables beside the old processes, or after they have stopped."""
    begun = time.monotonic()
    ship.take_the_new_program()
    if not beside:
        await ship.stop_all()
    found.at_the_tables = pending(on.rows, "owner IS NOT NULL")
    await on.stage.run("db", "upgrade")
    if beside:
        await ship.exchange_all()
    else:
        await ship.start_all()
    found.seconds = time.monotonic() - begun


async def all_told(on: Ground, found: Upgrade) -> None:
    """Let the neighbours be well again, and wait for every message and every digest."""
    await on.hook.become(Trouble.NONE)
    await on.relay.become(Trouble.NONE)

    def told() -> bool:
        come_due(on.rows)
        return not misses(on.stage, on.told)[0]

    await until(told, "everything has arrived")
    await asyncio.sleep(2)  # for what would come twice
    found.lost, found.false, found.repeats = misses(on.stage, on.told)


async def digests(on: Ground, found: Upgrade) -> None:
    """Let the hour of the daily readers come, and look at what each is told of."""
    on.stage.mail.mails.clear()
    words = ("-m", "tests.acceptance.crashing", "none", "0", str(TOMORROW))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, env={**on.stage.environment}
    )
    assert await process.wait() == 0
    trials = {str(nct_id) for nct_id, _ in on.told}
    for reader in DIGEST_READERS:
        mails = [mail for mail in on.stage.mails if mail["To"] == reader]
        named = set().union(*map(trials_in, mails))
        found.lost += len(trials - named)
        found.repeats += max(0, len(mails) - 1)


async def drill(file: Path, commit: str, folder: Path) -> Upgrade:
    """Run it all."""
    found = Upgrade()
    services, beside = services_of(file)
    take_out(commit, folder / "old")
    async with ground(folder, folder / "old") as on:
        found.tables = revision(on.rows)
        ship = Ship(on.stage, services)
        await ship.start_all()
        await load(on, found)
        await upgrade(on, ship, found, beside=beside)
        await all_told(on, found)
        await ship.stop_all()
        found.killed = ship.killed
        await digests(on, found)
    return found


def revision(rows: Database) -> str:
    """Return the number of the tables."""
    with rows.reading() as connection:
        return revision_of(connection, shown_as=rows.shown_as) or "none"


def main() -> None:
    """Run, print, and end with 1 when anything was lost, false, or repeated beyond what it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path("docker-compose.roles.yml"))
    parser.add_argument("--from", dest="commit", metavar="COMMIT")
    asked = parser.parse_args()
    commit = asked.commit or before_the_newest_tables()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(drill(asked.file, commit, Path(folder)))
    print(f"{asked.file}, tables {found.tables} to {HEAD}, from {commit}")
    print(
        f"under way {found.under_way} (as the tables went {found.at_the_tables}), waited for another"
        f" attempt {found.waited}, for their hour {found.held_for_digests}; processes killed at the"
        f" end of their grace {found.killed}; {found.seconds:.0f} s"
    )
    print(f"lost {found.lost}, false {found.false}, repeats {found.repeats}")
    sys.exit(bool(found.lost or found.false or found.repeats > found.under_way))


if __name__ == "__main__":
    main()
