"""Ten thousand mails by workers that are killed on the way: what is lost, what comes twice.

    python -m benchmarks.mail_crashes [MAILS] [KILLS]

As ``benchmarks.crashes`` does with webhooks: each life of the worker ends by SIGKILL after its
claim and before a byte leaves, after the final dot came to the relay and before it answers, or
after the answer and before it is written down. The relay keeps, of every copy, its Message-ID and
a hash of all its bytes. SQLite on disk.
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
from pathlib import Path

from monitor.alerting.dispatch import LEASE, SLOTS, deliver_due
from monitor.domain.alerts import DeliveryState
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from notifiers.email import EmailNotifier
from notifiers.smtp_pool import EmailOptions
from notifiers.smtp_url import parse_smtp_url
from storage import queries
from storage.engine import Database, open_database
from storage.upgrade import upgrade
from tests.acceptance.crashing import Executioner, KillableNotifier
from tests.builders import a_step
from tests.integration.storage.scenes import join, send_out, watch

MAILS, KILLS, TRIALS = 10_000, 10, 10
_POINTS = ("send.before", "relay", "send.after")
_END = b"\r\n.\r\n"


@dataclass
class Relay:
    """Counts what comes, and kills the worker before an answer when it is told to."""

    port: int = 0
    times: Counter[bytes] = field(default_factory=Counter)
    copies: dict[bytes, set[bytes]] = field(default_factory=dict)
    worker: int = 0
    #: Kill at this mail of the present life, 0 for never.
    kill_at: int = 0
    came: int = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with one connection."""
        try:
            writer.write(b"220 relay\r\n")
            while command := await reader.readuntil(b"\r\n"):
                writer.write(await self._answered(command[:4].upper(), reader, writer))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the worker was killed
        finally:
            writer.close()

    async def _answered(
        self, verb: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes:
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            self._note(await reader.readuntil(_END))
        return b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n"

    def _note(self, mail: bytes) -> None:
        self.came += 1
        message_id = mail.partition(b"\r\nMessage-ID: ")[2].partition(b"\r\n")[0]
        self.times[message_id] += 1
        self.copies.setdefault(message_id, set()).add(hashlib.sha256(mail).digest())
        if self.came == self.kill_at:
            os.kill(self.worker, signal.SIGKILL)
            raise ConnectionError


@asynccontextmanager
async def relaying() -> AsyncIterator[Relay]:
    """Run the relay."""
    relay = Relay()
    server = await asyncio.start_server(relay.meet, "127.0.0.1", 0, limit=1 << 22)
    relay.port = server.sockets[0].getsockname()[1]
    async with server:
        yield relay


def outbox(folder: Path, count: int) -> Database:
    """Return a database with so many mails due, of ten trials."""
    database = open_database(f"sqlite:///{folder}/mail.db")
    upgrade(database)
    trials = [NctId(f"NCT99{number:06d}") for number in range(TRIALS)]
    watch(database.open_work, *trials)
    for number in range(count // TRIALS):
        join(database.open_work, f"reader{number}@clinic.example")
    steps = (a_step(2, nct_id=nct_id) for nct_id in trials)
    send_out(database.open_work, *steps, now=datetime.now(UTC))
    return database


async def work(url: str, port: int, point: str, nth: int, skew: timedelta) -> None:
    """One life of the worker."""

    def clock() -> datetime:
        return datetime.now(UTC) + skew

    options = EmailOptions(
        relay=parse_smtp_url(f"smtp://127.0.0.1:{port}?starttls=never"),
        mail_from="alerts@alerts.example",
        web_url="https://watch.example.org",
    )
    await deliver_due(
        open_database(url).open_work,
        {Channel.EMAIL: KillableNotifier(EmailNotifier(options), Executioner(point, nth))},
        clock=clock,
        owner=f"life {os.getpid()}",
    )


async def live(relay: Relay, url: str, point: str, nth: int, life: int) -> int:
    """Let a worker live; return how it ended."""
    relay.came, relay.kill_at = 0, nth if point == "relay" else 0
    skew = (LEASE.total_seconds() + 5) * life
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.mail_crashes", "work"),
        *(url, str(relay.port), point, str(nth), str(skew)),
    )
    relay.worker = process.pid
    return await process.wait()


async def main(count: int, kills: int) -> None:
    """Print what became of all of them."""
    chance = random.Random(1)  # reproducible
    with tempfile.TemporaryDirectory() as name:
        async with relaying() as relay:
            database = outbox(Path(name), count)
            url = str(database.engine.url.render_as_string(hide_password=False))
            began, died = time.perf_counter(), 0
            for life in range(kills):
                nth = chance.randint(20, count // kills)
                died += await live(relay, url, _POINTS[life % 3], nth, life) == -signal.SIGKILL
            assert await live(relay, url, "none", 0, kills) == 0
            took = time.perf_counter() - began
            counts = queries.outbox_state(database, now=datetime.now(UTC)).counts
            database.close()
    repeats = sum(relay.times.values()) - len(relay.times)
    differ = sum(len(copies) > 1 for copies in relay.copies.values())
    print(f"{count} mails, {died} SIGKILLs, {took:.0f} s, load {os.getloadavg()[0]:.1f}")
    print(f"lost {count - len(relay.times)}, delivered {counts[DeliveryState.DELIVERED]}")
    print(
        f"came twice {repeats}, most copies of one {max(relay.times.values())}; the bound is"
        f" {died} x {SLOTS.mail} = {died * SLOTS.mail}"
    )
    print(f"Message-IDs whose copies differ in a byte: {differ}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        skewed = timedelta(seconds=float(sys.argv[6]))
        asyncio.run(work(sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5]), skewed))
    else:
        asyncio.run(main(*(int(text) for text in sys.argv[1:3] or (MAILS, KILLS))))
