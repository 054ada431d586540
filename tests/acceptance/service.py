"""``trialwatch run`` as a process of its own, and waiting for what its rows say.

What it keeps is read the way the pages read it; nothing here writes to a database that a service
works on, but for ``let_pass``, which plays the clock.
"""

import asyncio
import re
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select, update

from monitor.domain.alerts import DeliveryState
from storage import queries
from storage.engine import Database, open_database
from storage.tables import deliveries
from tests.acceptance.discretion import named_in
from tests.acceptance.stage import Stage

#: Long enough for a busy machine, short enough for a person who waits.
PATIENCE_SECONDS = 30.0
_LOOK_EVERY_SECONDS = 0.05
_PAGES = re.compile(r"Pages on (http://\S+)\. Stop with Ctrl-C")


async def eventually(
    happened: Callable[[], bool], what: str, *, within_seconds: float = PATIENCE_SECONDS
) -> None:
    """Return as soon as ``happened``; fail when it has not in that time."""
    end = time.monotonic() + within_seconds
    while not happened():
        assert time.monotonic() < end, f"not in {within_seconds:.0f} s: {what}"
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


@dataclass
class RunningService:
    """The process and everything it has said so far."""

    process: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where its pages are; empty until it has said so."""
        found = _PAGES.search("".join(self.said))
        return found[1] if found else ""

    def has_said(self, words: str) -> bool:
        """Tell whether it has said this."""
        return words in "".join(self.said)

    async def listen(self) -> None:
        """Note every line it says, to its end."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.said.append(line.decode())

    async def health(self) -> httpx.Response:
        """Ask how it is."""
        async with httpx.AsyncClient() as client:
            return await client.get(f"{self.url}/health")

    async def stop(self, *, within_seconds: float = 10) -> int:
        """Ask it to stop; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(within_seconds):
            return await self.process.wait()


@asynccontextmanager
async def running_service(
    stage: Stage, role: str = "run", *, within_seconds: float = PATIENCE_SECONDS
) -> AsyncIterator[RunningService]:
    """Run the service until the block is left, which kills what is left of it.

    Whatever a test is about, the log has to have named nobody.
    """
    process = await stage.start(role)
    service = RunningService(process)
    listening = asyncio.create_task(service.listen())
    try:
        await eventually(
            lambda: service.has_said("Stop with Ctrl-C") or process.returncode is not None,
            f"{role} has begun",
            within_seconds=within_seconds,
        )
        assert process.returncode is None, service.said
        yield service
    finally:
        if process.returncode is None:
            process.kill()
        # Also reads standard output to its end, without which the pipe stays open.
        out, _ = await asyncio.gather(_rest(process), process.wait())
        await listening
    assert out == b"", "what the service says goes to standard error"
    assert named_in("".join(service.said), stage) == [], "the log names somebody"


async def _rest(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    return await process.stdout.read()


@contextmanager
def rows_of(stage: Stage) -> Iterator[Database]:
    """Open the database the service works on, to read it."""
    url = stage.environment.get("TRIALWATCH_DATABASE_URL")
    opened = open_database(url or f"sqlite:///{stage.folder / 'trialwatch.db'}")
    yield opened
    opened.close()


def has_swept(stage: Stage, rows: Database) -> bool:
    """Tell whether every watched trial is settled for the release that is out now."""
    state = queries.registry_state(rows)
    served = stage.registry.registry.release.timestamp
    return state.data_timestamp == served and not state.unsettled


def count(rows: Database, state: DeliveryState) -> int:
    """Return how many deliveries stand there."""
    return queries.outbox_state(rows, now=datetime.now(UTC)).counts[state]


async def swept(stage: Stage, rows: Database) -> None:
    """Wait until the service has swept the release that is out now."""
    await eventually(lambda: has_swept(stage, rows), "the release is swept")


async def settled(stage: Stage, rows: Database) -> None:
    """Wait until the service has swept the release that is out now and sent all there is."""
    await swept(stage, rows)
    await eventually(lambda: not count(rows, DeliveryState.PENDING), "the outbox is empty")


def let_pass(rows: Database, gap: timedelta) -> None:
    """Let so much time pass for every delivery that waits, leases included."""
    waiting = deliveries.c.state == DeliveryState.PENDING.value
    with rows.writing() as connection:
        found = connection.execute(select(deliveries.c.id, deliveries.c.due_at).where(waiting))
        for row in found.all():
            connection.execute(
                update(deliveries).where(deliveries.c.id == row.id).values(due_at=row.due_at - gap)
            )
        connection.commit()
