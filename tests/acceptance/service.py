"""``trialwatch run`` as a process of its own, and waiting for what its rows say.

What it keeps is read the way the pages read it; nothing here writes to a database that a service
works on, but for ``let_pass``, which plays the clock.
"""

import asyncio
import re
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import select, update

from monitor.domain.alerts import DeliveryState
from storage import queries
from storage.engine import Database, open_database
from storage.tables import deliveries
from tests.acceptance.discretion import named_in
from tests.acceptance.forked import Process
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
    """The process, and where it says what it has to say."""

    process: Process
    #: Where it writes while it runs; and what it had written when the file was taken away.
    log: Path
    whole: list[str] | None = None

    @property
    def said(self) -> list[str]:
        """Every line it has said so far."""
        if self.whole is not None:
            return self.whole
        return self.log.read_text(encoding="utf-8").splitlines(keepends=True)

    @property
    def url(self) -> str:
        """Where its pages are; empty until it has said so."""
        found = _PAGES.search("".join(self.said))
        return found[1] if found else ""

    def has_said(self, words: str) -> bool:
        """Tell whether it has said this."""
        return words in "".join(self.said)

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
    with tempfile.TemporaryDirectory() as name:
        out, err = Path(name) / "out", Path(name) / "err"
        service = RunningService(await stage.begin(role, out=out, err=err), err)
        try:
            await eventually(
                lambda: (
                    service.has_said("Stop with Ctrl-C") or service.process.returncode is not None
                ),
                f"{role} has begun",
                within_seconds=within_seconds,
            )
            assert service.process.returncode is None, service.said
            yield service
        finally:
            if service.process.returncode is None:
                service.process.kill()
            await service.process.wait()
            service.whole = service.said
        assert out.read_bytes() == b"", "what the service says goes to standard error"
    assert named_in("".join(service.said), stage) == [], "the log names somebody"


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
