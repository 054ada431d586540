"""An hour of the running service in which a minute is a day: does anything grow or get lost?

    python -m benchmarks.soak_days [--minutes 60] [--a-minute 3000] [--plot FILE.svg]

The whole service in a process of its own, on SQLite, with the registry, a mail relay and webhook
receivers on loopback. At each minute the clock it is given goes on by a day and a release comes out in which every trial changes; thirty are told of each, seven in ten by webhook, so 3,000 a
minute are 50 deliveries a second. One answer in ten is a failure, drawn by a fixed seed: 500,
a reset, a connection closed without a word, or a mail refused for now after its last byte. The log
of attempts is kept for five days. Printed twice a minute and drawn by ``--plot``: memory and open
files of the process, what waits, the log of attempts and the size of the database. In the end all
has to be delivered, each once under its id and again only where the far side had failed it.
"""

import argparse
import asyncio
import itertools
import os
import random
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.rehearsal_parts import Arrived, Turning, Verdict, set_up
from benchmarks.rehearsal_plot import panels
from benchmarks.taken import memory_mb
from config.settings import load
from monitor.domain.alerts import DeliveryState
from simulator.serve import running
from simulator.source import Calendar
from storage.engine import Database
from storage.tables import attempts
from storage.upgrade import upgrade
from tests.acceptance.service import count, has_swept, rows_of
from tests.acceptance.stage import Stage
from tests.servers.receiver import raw, receiver, reset, status
from tests.servers.smtp import smtp_sink
from trialwatch import daemon
from trialwatch.bootstrap import open_service, utc_now
from trialwatch.tell import Tell
from trialwatch.web.serve import listen

SEED, FAILING, EACH, KEPT_DAYS = 1, 0.1, 30, 5
#: What the process may take beyond its tenth minute, in the end.
GROWTH_MB, GROWTH_FILES = 30, 30
WARM_MINUTES, PATIENCE_SECONDS, LOOK_SECONDS = 10.0, 300.0, 30.0


class Daily(Turning):
    """Studies that all change at each release, one release a day from today on."""

    def __init__(self, studies: int, days: int) -> None:
        super().__init__(studies, share=1)
        today = datetime.now(UTC).date()
        self._calendar = Calendar(tuple(today + timedelta(days=day) for day in range(days)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the process and its database stood."""

    minute: float
    memory_mb: float
    files: float
    waiting: float
    log_rows: float
    database_mb: float


@dataclass(slots=True)
class Far:
    """What the far sides were told to fail, and did not yet."""

    stage: Stage
    chance: random.Random
    hooks_failed: int = 0
    arrived: Arrived = field(default_factory=Arrived)

    def drain(self, released: float) -> None:
        """Take over what came in, and say what of the next is to fail."""
        hooks, mails = self.arrived.take_over(self.stage, released)
        self.stage.mail.clear.clear()
        for _ in range(self._some_of(hooks)):
            self.stage.hook.answer(
                self.chance.choice((status(500), status(500), reset(), raw(b"")))
            )
            self.hooks_failed += 1
        for _ in range(self._some_of(mails)):
            self.stage.mail.trouble("END", "451 4.3.0 not now")

    def _some_of(self, count: int) -> int:
        return sum(self.chance.random() < FAILING for _ in range(count))


def look(stage: Stage, process: Process, rows: Database, begun: float) -> Look:
    """Measure, and print."""
    with rows.reading() as connection:
        logged = connection.execute(select(func.count()).select_from(attempts)).scalar_one()
    found = Look(
        minute=(time.monotonic() - begun) / 60,
        memory_mb=memory_mb(process.pid),
        files=sum(1 for _ in Path(f"/proc/{process.pid}/fd").iterdir()),
        waiting=count(rows, DeliveryState.PENDING),
        log_rows=logged,
        database_mb=sum(one.stat().st_size for one in stage.folder.glob("trialwatch.db*")) / 1e6,
    )
    print(
        f"{found.minute:5.1f} min  memory {found.memory_mb:4.0f} MB  files {found.files:3.0f}"
        f"  waiting {found.waiting:6,.0f}  log {found.log_rows:7,.0f}"
        f"  database {found.database_mb:6.1f} MB  load {os.getloadavg()[0]:4.1f}",
        flush=True,
    )
    return found


async def days(
    stage: Stage, process: Process, rows: Database, far: Far, *, begun: float, minutes: int
) -> list[Look]:
    """Let the days pass, one a minute; then wait until all is delivered."""
    looks: list[Look] = []
    released, next_look = begun, begun + LOOK_SECONDS
    for minute in _until_settled(stage, rows, begun, minutes):
        if 0 < minute <= minutes:
            stage.registry.publish_next()
            released = time.monotonic()
        until = begun + (minute + 1) * 60
        while time.monotonic() < until:
            await asyncio.sleep(0.25)
            far.drain(released)
            if time.monotonic() >= next_look:
                next_look += LOOK_SECONDS
                looks.append(await asyncio.to_thread(look, stage, process, rows, begun))
    return looks


def _until_settled(stage: Stage, rows: Database, begun: float, minutes: int) -> Iterator[int]:
    """Count minutes, and after the last release on until nothing waits or patience ends."""
    for minute in itertools.count():
        if minute > minutes:
            if not count(rows, DeliveryState.PENDING) and has_swept(stage, rows):
                return
            if time.monotonic() - begun > minutes * 60 + PATIENCE_SECONDS:
                return
        yield minute


@asynccontextmanager
async def _service(stage: Stage, begun: float) -> AsyncIterator[Process]:
    """Run the service until the block is left; what it says goes to a file."""
    with (stage.folder / "service.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.soak_days", "--serve", str(begun)),
            env=dict(stage.environment),
            cwd=stage.folder,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


def serve(begun: float) -> None:
    """Be the service, by a clock that goes on by a day at each minute since ``begun``.

    Args:
        begun: A time of the machine's monotonic clock, seconds.
    """

    def clock() -> datetime:
        return utc_now() + timedelta(days=int((time.monotonic() - begun) // 60))

    with (
        open_service(load(os.environ), clock=clock) as service,
        listen(service.settings.web_bind) as pages,
    ):
        doors = daemon.Doors(pages=pages, returned=None)
        asyncio.run(daemon.run(service, daemon.ALL, doors, Tell(), lambda: None))


async def soak(folder: Path, asked: argparse.Namespace) -> bool:
    """Set up, let it run, and say how it went."""
    source = Daily(asked.a_minute // EACH, asked.minutes + 2)
    numbers = [study.nct_id for _, study in source.scan(0, 0)]
    async with AsyncExitStack() as stack:
        stage = Stage(
            registry=await stack.enter_async_context(running(source)),
            mail=await stack.enter_async_context(smtp_sink()),
            hook=await stack.enter_async_context(receiver()),
            folder=folder,
        )
        stage.settings |= {
            "TRIALWATCH_POLL_EVERY": "2",
            "TRIALWATCH_ATTEMPTS_KEPT": str(KEPT_DAYS),
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        rows = stack.enter_context(rows_of(stage))
        upgrade(rows)
        readers = set_up(rows, numbers=numbers, subscribers=asked.a_minute, hook=stage.hook.url)
        wanted = len(readers) * asked.minutes
        print(f"{len(numbers):,} trials, {len(readers):,} subscriptions, {wanted:,} to be sent")
        far = Far(stage=stage, chance=random.Random(SEED))
        begun = time.monotonic()
        process = await stack.enter_async_context(_service(stage, begun))
        looks = await days(stage, process, rows, far, begun=begun, minutes=asked.minutes)
        left = look(stage, process, rows, begun).waiting
    if asked.plot:
        asked.plot.write_text(drawn(looks), encoding="utf-8")
    verdict = far.arrived.verdict(readers, source, asked.minutes)
    return tell(verdict, far.hooks_failed - len(stage.hook.answers), left, looks)


def drawn(looks: list[Look]) -> str:
    """Return the picture."""
    return panels(
        "An hour of the service in which a minute is a day",
        {
            "memory, MB": [one.memory_mb for one in looks],
            "open files": [one.files for one in looks],
            "deliveries that wait": [one.waiting for one in looks],
            "rows in the log of attempts": [one.log_rows for one in looks],
            "database, MB": [one.database_mb for one in looks],
        },
        looks[-1].minute * 60,
    )


def tell(verdict: Verdict, failed: int, left: float, looks: list[Look]) -> bool:
    """Print how it went; return whether it went well."""
    again = verdict.repeats - failed
    warm = [one for one in looks if one.minute >= WARM_MINUTES] or looks
    memory = warm[-1].memory_mb - warm[0].memory_mb
    files = warm[-1].files - warm[0].files
    grown = warm[-1].database_mb - warm[0].database_mb
    passed = (warm[-1].minute - warm[0].minute) or 1.0
    print(
        f"wanted {verdict.wanted:,}: lost {verdict.lost}, false {verdict.false}, webhooks failed"
        f" {failed:,}, repeats beyond those {again}, copies that differ {verdict.other_bytes},"
        f" still waiting {left:.0f}\nsince minute {warm[0].minute:.0f}: memory {memory:+.0f} MB"
        f" (bound {GROWTH_MB}), files {files:+.0f} (bound {GROWTH_FILES}), database"
        f" {grown / passed:+.2f} MB a day"
    )
    well = not (verdict.lost or verdict.false or verdict.other_bytes or left or again)
    return well and memory <= GROWTH_MB and files <= GROWTH_FILES


def main() -> None:
    """Run, and end with 1 when something was lost, false, told twice, or grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--a-minute", type=int, default=3000)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve is not None:
        serve(asked.serve)
        return
    with tempfile.TemporaryDirectory() as folder:
        well = asyncio.run(soak(Path(folder), asked))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
