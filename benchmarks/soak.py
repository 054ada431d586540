"""A long steady run with failures: does anything grow, does anything get lost?

    python -m benchmarks.soak [MINUTES [DELIVERIES A SECOND]]

200 webhooks, each told of a trial of its own, 100 deliveries a second in turn for 30 minutes
unless said, through the real outbox, claims, signatures and connections, on SQLite. The receiver
answers every tenth request with 500, chosen by a fixed seed; what failed comes again after 5
seconds, then after 5 minutes. Printed every half minute: what waits, memory, open files, size of
the database. When the last is made, what is due gets two minutes to go out, and the time it took is printed. In
the end every request that the receiver saw has to stand in the log of attempts, and everything that
is not waiting for its next attempt has to be delivered.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from sqlalchemy import func, select

from monitor.alerting.dispatch import deliver_due
from monitor.domain.alerts import DeliveryState
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from notifiers.webhook import WebhookNotifier, WebhookOptions
from storage.engine import Database, open_database
from storage.tables import attempts, deliveries
from storage.upgrade import upgrade
from tests.builders import a_step
from tests.integration.storage.scenes import join, send_out, watch

TARGETS, PER_SECOND, BATCH, MINUTES, SEED = 200, 100, 10, 30, 1
FAILING = 0.1
CATCHING_UP_SECONDS = 120.0
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Far:
    """The receiver: counts what it sees, and fails a tenth of it."""

    chance: random.Random
    seen: int = 0
    failed: int = 0
    port: int = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests on one connection until it is closed."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").lower().split("\r\n")
                length = next(line for line in lines if line.startswith("content-length:"))
                await reader.readexactly(int(length.partition(":")[2]))
                self.seen += 1
                fails = self.chance.random() < FAILING
                self.failed += fails
                status = "500 Internal Server Error" if fails else "204 No Content"
                writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the sender has closed it
        finally:
            writer.close()


def show(database: Database, folder: Path, far: Far, since: float) -> None:
    """Print how things stand."""
    with database.reading() as connection:
        by_state = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        states: Counter[str] = Counter()
        for state, count in connection.execute(by_state):
            states[state] = count
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    files = sum(1 for _ in Path("/proc/self/fd").iterdir())
    size = sum(one.stat().st_size for one in folder.iterdir())
    print(
        f"{(time.monotonic() - since) / 60:5.1f} min  seen {far.seen:7,}"
        f"  delivered {states[DeliveryState.DELIVERED]:7,}"
        f"  waiting {states[DeliveryState.PENDING]:6,}"
        f"  memory {pages * _PAGE / 1e6:5.0f} MB  files {files:4}"
        f"  database {size / 1e6:6.0f} MB  load {os.getloadavg()[0]:4.1f}",
        flush=True,
    )


async def send(database: Database, stopping: asyncio.Event) -> None:
    """Look at the outbox every second, as the service does."""
    notifier = WebhookNotifier(
        WebhookOptions(web_url="http://127.0.0.1", allow=(ip_network("127.0.0.0/8"),)),
        clock=lambda: datetime.now(UTC),
    )
    while not stopping.is_set():
        await deliver_due(
            database.open_work,
            {Channel.WEBHOOK: notifier},
            clock=lambda: datetime.now(UTC),
            owner="benchmark",
            stopping=stopping,
        )
        await asyncio.sleep(1)
    await notifier.aclose()


async def make(database: Database, trials: list[NctId], seconds: int, rate: int) -> int:
    """Make deliveries at a steady rate; return how many."""
    began = time.monotonic()
    for turn in range(seconds * rate // BATCH):
        turns = [turn * BATCH + place for place in range(BATCH)]
        alerts = [a_step(2 + one // TARGETS, nct_id=trials[one % TARGETS]) for one in turns]
        await asyncio.to_thread(send_out, database.open_work, *alerts, now=datetime.now(UTC))
        await asyncio.sleep(max(0.0, began + (turn + 1) * BATCH / rate - time.monotonic()))
    return seconds * rate // BATCH * BATCH


async def soak(folder: Path, minutes: float, rate: int) -> bool:
    """Run; return whether nothing was lost."""
    database = open_database(f"sqlite:///{folder}/soak.db")
    upgrade(database)
    far = Far(chance=random.Random(SEED))
    server = await asyncio.start_server(far.meet, "127.0.0.1", 0)
    root = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    trials = [NctId(f"NCT99{number:06d}") for number in range(1, TARGETS + 1)]
    watch(database.open_work, *trials)
    for number, nct_id in enumerate(trials):
        join(database.open_work, f"{root}/{number}", nct_id=nct_id, channel=Channel.WEBHOOK)
    stopping, since = asyncio.Event(), time.monotonic()
    sending = asyncio.create_task(send(database, stopping))
    making = asyncio.create_task(make(database, trials, round(minutes * 60), rate))
    while not making.done():
        await asyncio.wait([making], timeout=30)
        await asyncio.to_thread(show, database, folder, far, since)
    made = await making
    until = await catch_up(database)
    stopping.set()
    await sending
    server.close()
    whole = verdict(database, made, far, until)
    database.close()
    return whole


async def catch_up(database: Database) -> datetime:
    """Wait until nothing is due; return when that was."""
    begun = time.monotonic()
    while True:
        await asyncio.sleep(1)
        at, took = datetime.now(UTC), time.monotonic() - begun
        waiting = due(database, at)
        if not waiting or took > CATCHING_UP_SECONDS:
            print(f"{took:.0f} s after the last was made {waiting} were due")
            return at


def due(database: Database, at: datetime) -> int:
    """Return how many were due at a time and are so still."""
    late = select(func.count()).where(
        deliveries.c.state == DeliveryState.PENDING.value, deliveries.c.due_at <= at
    )
    with database.reading() as connection:
        return int(connection.execute(late).scalar_one())


def verdict(database: Database, made: int, far: Far, until: datetime) -> bool:
    """Hold what was written down against what the receiver saw."""
    late = due(database, until)
    with database.reading() as connection:
        logged = connection.execute(select(func.count()).select_from(attempts)).scalar_one()
        kept = connection.execute(select(func.count()).select_from(deliveries)).scalar_one()
    print(
        f"made {made:,}, kept {kept:,}; receiver saw {far.seen:,} ({far.failed:,} failed),"
        f" attempts logged {logged:,}; due and not sent {late}"
    )
    return made == kept and logged == far.seen and not late


def main() -> None:
    """Run, and end with 1 when something was lost."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else PER_SECOND  # as said above
    with tempfile.TemporaryDirectory() as name:
        whole = asyncio.run(soak(Path(name), minutes, rate))
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
