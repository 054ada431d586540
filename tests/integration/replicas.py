"""A real primary and its real streaming replica, and what a test does to them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import text

from benchmarks.own_postgresql import OwnPostgresql
from storage.changefeed import Cursor, Selection, page
from storage.engine import Database
from storage.replica import Replicated
from tests.builders import a_step
from tests.integration.storage.scenes import send_out

ALL = Selection(past=True)


@dataclass
class Pair:
    """A primary, its replica, and the way to read them."""

    primary: OwnPostgresql
    replica: OwnPostgresql
    database: Database
    reads: Replicated
    #: What the operator was told.
    told: list[str] = field(default_factory=list)
    versions: int = 1

    def change(self) -> None:
        """Commit a change of a trial."""
        self.versions += 1
        send_out(self.database.open_work, a_step(self.versions))

    def read_from(self) -> int:
        """Return the port of the server that a read goes to."""
        with self.reads.reading() as connection:
            return int(connection.scalar(text("SELECT inet_server_port()")) or 0)

    def changes(self) -> int:
        """Return how many changes a reader sees."""
        return len(page(self.reads, Cursor(), wanted=ALL, limit=1000).changes)

    def on_replica(self, statement: str) -> None:
        with psycopg.connect(self.replica.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    @property
    def postmaster(self) -> int:
        """The process of the replica that starts all others."""
        return int((Path(self.replica.data) / "postmaster.pid").read_text().split()[0])


def until(what: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait for another server to come to something."""
    end_at = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end_at
        time.sleep(0.05)


async def until_true(what: Callable[[], Awaitable[bool]], *, seconds: float = 20) -> None:
    """Wait for a replica that was a moment behind, and is left alone for two seconds then."""
    end_at = time.monotonic() + seconds
    while not await what():
        assert time.monotonic() < end_at
        await asyncio.sleep(0.05)
