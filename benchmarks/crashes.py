"""Ten thousand webhooks by workers that are killed on the way: what is lost, what comes twice.

    python -m benchmarks.crashes [DELIVERIES] [KILLS]

Each life of the worker ends by SIGKILL at one of the three worst points, in turn: after its
claim and before a byte leaves; after the bytes came to the receiver and before it answers; after
the answer and before it is written down. The next life goes on, by a clock set forward past the
leases, so that nobody has to wait for them; the last ends by itself. SQLite on disk.
"""

import asyncio
import hashlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from benchmarks.webhooks import outbox
from monitor.alerting.dispatch import LEASE, SLOTS, deliver_due
from monitor.domain.alerts import DeliveryState
from monitor.domain.watches import Channel
from notifiers.webhook import WebhookNotifier, WebhookOptions
from storage import queries
from storage.engine import open_database
from tests.acceptance.crashing import Executioner, KillableNotifier

DELIVERIES, KILLS = 10_000, 10
_POINTS = ("send.before", "receiver", "send.after")
_ANSWER = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_LOOPBACK = (ip_network("127.0.0.0/8"),)


@dataclass
class Receiver:
    """Counts what comes, and kills the worker before an answer when it is told to."""

    port: int = 0
    times: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    worker: int = 0
    #: Kill at this request of the present life, 0 for never.
    kill_at: int = 0
    came: int = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            headers = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
            body = await reader.readexactly(int(headers["content-length"]))
            self._note(headers["webhook-id"].upper(), body)
            writer.write(_ANSWER)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the worker was killed
        finally:
            writer.close()

    def _note(self, message_id: str, body: bytes) -> None:
        self.came += 1
        self.times[message_id] += 1
        self.bodies.setdefault(message_id, set()).add(hashlib.sha256(body).digest())
        if self.came == self.kill_at:
            os.kill(self.worker, signal.SIGKILL)
            raise ConnectionError


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Run the receiver."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.meet, "127.0.0.1", 0, backlog=1024)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver


async def work(url: str, point: str, nth: int, skew: timedelta) -> None:
    """One life of the worker."""

    def clock() -> datetime:
        return datetime.now(UTC) + skew

    options = WebhookOptions(web_url="http://127.0.0.1", allow=_LOOPBACK)
    notifier = WebhookNotifier(options, clock=clock)
    await deliver_due(
        open_database(url).open_work,
        {Channel.WEBHOOK: KillableNotifier(notifier, Executioner(point, nth))},
        clock=clock,
        owner=f"life {os.getpid()}",
    )


async def live(receiver: Receiver, url: str, point: str, nth: int, life: int) -> int:
    """Let a worker live; return how it ended."""
    receiver.came, receiver.kill_at = 0, nth if point == "receiver" else 0
    skew = (LEASE.total_seconds() + 5) * life
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.crashes", "work", url, point, str(nth), str(skew))
    )
    receiver.worker = process.pid
    return await process.wait()


async def main(count: int, kills: int) -> None:
    """Print what became of all of them."""
    chance = random.Random(1)  # reproducible
    with tempfile.TemporaryDirectory() as name:
        async with receiving() as receiver:
            database = outbox(Path(name), f"http://127.0.0.1:{receiver.port}", count)
            url = str(database.engine.url.render_as_string(hide_password=False))
            began, died = time.perf_counter(), 0
            for life in range(kills):
                nth = chance.randint(20, count // kills)
                ended = await live(receiver, url, _POINTS[life % 3], nth, life)
                died += ended == -signal.SIGKILL
            assert await live(receiver, url, "none", 0, kills) == 0
            took = time.perf_counter() - began
            counts = queries.outbox_state(database, now=datetime.now(UTC)).counts
            database.close()
    say(receiver, counts, died, took, count)


def say(
    receiver: Receiver, counts: dict[DeliveryState, int], died: int, took: float, count: int
) -> None:
    """Print the figures."""
    repeats = sum(receiver.times.values()) - len(receiver.times)
    differ = sum(len(bodies) > 1 for bodies in receiver.bodies.values())
    print(f"{count} webhooks, {died} SIGKILLs, {took:.0f} s, load {os.getloadavg()[0]:.1f}")
    print(f"lost {count - len(receiver.times)}, delivered {counts[DeliveryState.DELIVERED]}")
    print(
        f"came twice {repeats}, most copies of one {max(receiver.times.values())}; the bound is"
        f" {died} x {SLOTS.most} = {died * SLOTS.most}, of receivers that answer"
        f" {died} x {SLOTS.steady + SLOTS.suspect} = {died * (SLOTS.steady + SLOTS.suspect)}"
    )
    print(f"ids whose copies differ in a byte: {differ}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        asyncio.run(
            work(sys.argv[2], sys.argv[3], int(sys.argv[4]), timedelta(seconds=float(sys.argv[5])))
        )
    else:
        asyncio.run(main(*(int(text) for text in sys.argv[1:3] or (DELIVERIES, KILLS))))
