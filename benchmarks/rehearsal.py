"""A rehearsal: everything at once on one machine, while parts of it are killed.

    python -m benchmarks.rehearsal [--trials 20000] [--subscriptions 50000] [--releases 8]
        [--kill-every 20] [--plot FILE.svg]

Three schedulers, four workers and two web processes on a real PostgreSQL of their own, webhooks
over real HTTP and mails over real SMTP to receivers on loopback, the registry played by the
simulator. At each release half of the trials change how many people they plan for; the next one
comes when this one is swept, while its deliveries are still under way. One process, drawn by a
fixed seed, is killed with SIGKILL every so many seconds and started again; after a third of the
releases PostgreSQL is restarted (``fast``), after two thirds it is torn down without a word
(``immediate``). In the end what reached each reader is held against what changed.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.own_postgresql import OwnPostgresql, own_postgresql
from benchmarks.rehearsal_parts import Arrived, Turning, Verdict, set_up
from benchmarks.rehearsal_plot import plot
from monitor.domain.errors import StorageError
from simulator.serve import Running, running
from storage import queries
from storage.engine import Database, open_database
from storage.upgrade import upgrade
from tests.acceptance.stage import Stage
from tests.servers.receiver import receiver
from tests.servers.smtp import smtp_sink

ROLES = (*("scheduler",) * 3, *("worker",) * 4, *("serve",) * 2)
SEED, SHARE = 1, 2
#: Most sends under way in one worker, and so most repeats after its death.
IN_FLIGHT = 128
#: Quiet for so long after the last release, with nothing missing or not, is the end.
PATIENCE_SECONDS = 240.0


@dataclass(slots=True)
class Play:
    """The processes, and what is done to them."""

    stage: Stage
    server: OwnPostgresql
    running: list[asyncio.subprocess.Process] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)
    restarts: int = 0
    released: float = 0.0

    async def start(self, role: str) -> asyncio.subprocess.Process:
        """Start a process; what it says goes to a file of its own."""
        with (self.stage.folder / f"{role}.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                str(Path(sys.executable).with_name("trialwatch")),
                role,
                env=dict(self.stage.environment),
                cwd=self.stage.folder,
                stdout=log,
                stderr=log,
            )

    async def kill_one(self, chance: random.Random) -> None:
        """Kill a process, and start it again."""
        place = chance.randrange(len(ROLES))
        self.running[place].kill()
        await self.running[place].wait()
        self.kills[ROLES[place]] = self.kills.get(ROLES[place], 0) + 1
        self.running[place] = await self.start(ROLES[place])

    async def restart(self, mode: str) -> None:
        """Restart PostgreSQL."""
        await asyncio.to_thread(self.server.restart, mode)
        self.restarts += 1

    @property
    def bound(self) -> int:
        """The most repeats that the deaths explain."""
        return (self.kills.get("worker", 0) + ROLES.count("worker") * self.restarts) * IN_FLIGHT


def swept(database: Database, registry: Running) -> bool:
    """Tell whether every trial has been looked at for the release that is out now."""
    try:
        state = queries.registry_state(database)
    except StorageError:
        return False  # it is just being restarted
    return state.data_timestamp == registry.registry.release.timestamp and not state.unsettled


async def play(play: Play, database: Database, arrived: Arrived, asked: argparse.Namespace) -> None:
    """Bring out the releases, and kill on the way."""
    play.running = [await play.start(role) for role in ROLES]
    chance, begun, last_kill = random.Random(SEED), time.monotonic(), time.monotonic()
    modes = {asked.releases // 3: "fast", 2 * asked.releases // 3: "immediate"}
    for release in range(asked.releases + 1):
        if release:
            play.stage.registry.publish_next()
        play.released = time.monotonic()
        if release in modes:
            await play.restart(modes[release])
        while not await asyncio.to_thread(swept, database, play.stage.registry):
            await asyncio.sleep(0.5)
            arrived.take_over(play.stage, play.released)
            if release and time.monotonic() - last_kill > asked.kill_every:
                last_kill = time.monotonic()
                await play.kill_one(chance)
        print(
            f"{(time.monotonic() - begun) / 60:5.1f} min  release {release} swept in"
            f" {time.monotonic() - play.released:5.1f} s  arrived {len(arrived.copies):,}"
            f"  kills {play.kills}  restarts {play.restarts}  load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


async def wait_for_the_rest(play: Play, arrived: Arrived, wanted: int) -> None:
    """Wait until everything is here, or nothing has come for long; and a little for repeats."""
    last, since = -1, time.monotonic()
    while len(arrived.copies) < wanted and time.monotonic() - since < PATIENCE_SECONDS:
        await asyncio.sleep(1)
        arrived.take_over(play.stage, play.released)
        if len(arrived.copies) != last:
            last, since = len(arrived.copies), time.monotonic()
    # A lease that a killed worker left behind ends within this time.
    await asyncio.sleep(30)
    arrived.take_over(play.stage, play.released)


async def rehearse(folder: Path, server: OwnPostgresql, asked: argparse.Namespace) -> bool:
    """Set up, play, and say how it went."""
    source = Turning(asked.trials, share=SHARE)
    numbers = [study.nct_id for _, study in source.scan(0, 0)]
    arrived = Arrived()
    async with running(source) as registry, smtp_sink() as mail, receiver() as hook:
        stage = Stage(registry=registry, mail=mail, hook=hook, folder=folder)
        stage.settings |= {"TRIALWATCH_DATABASE_URL": server.url, "TRIALWATCH_POLL_EVERY": "2"}
        database = open_database(server.url)
        upgrade(database)
        readers = set_up(
            database, numbers=numbers, subscribers=asked.subscriptions, hook=stage.hook.url
        )
        wanted = sum(source.changes(number, asked.releases) for _, number in readers)
        print(f"{len(numbers):,} trials, {len(readers):,} subscriptions, {wanted:,} to be sent")
        played = Play(stage=stage, server=server)
        begun = time.monotonic()
        try:
            await play(played, database, arrived, asked)
            await wait_for_the_rest(played, arrived, wanted)
        finally:
            for process in played.running:
                process.kill()
            await asyncio.gather(*(process.wait() for process in played.running))
        database.close()
    return tell(played, arrived, arrived.verdict(readers, source, asked.releases), begun, asked)


def tell(
    played: Play, arrived: Arrived, verdict: Verdict, begun: float, asked: argparse.Namespace
) -> bool:
    """Print how it went; return whether it went well."""
    lags = sorted(lag for _, lag in arrived.lags) or [0.0]
    took = (arrived.lags[-1][0] if arrived.lags else begun) - begun
    print(
        f"wanted {verdict.wanted:,}: lost {verdict.lost}, false {verdict.false}, repeats"
        f" {verdict.repeats} (bound {played.bound}), copies that differ {verdict.other_bytes}\n"
        f"killed {played.kills}, PostgreSQL restarted {played.restarts} times\n"
        f"{took / 60:.1f} minutes, {len(lags) / took:.0f} a second; after the release: median"
        f" {statistics.median(lags):.0f} s, p99 {lags[len(lags) * 99 // 100]:.0f} s"
    )
    if asked.plot:
        Path(asked.plot).write_text(plot([(at - begun, lag) for at, lag in arrived.lags]))
    well = not (verdict.lost or verdict.false or verdict.other_bytes)
    return well and verdict.repeats <= played.bound


def main() -> None:
    """Rehearse; end with 1 when something was lost, false or sent too often."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20_000)
    parser.add_argument("--subscriptions", type=int, default=50_000)
    parser.add_argument("--releases", type=int, default=8)
    parser.add_argument("--kill-every", type=float, default=20)
    parser.add_argument("--plot")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, own_postgresql() as server:
        well = asyncio.run(rehearse(Path(folder), server, asked))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
