"""How long nobody leads, and how long a worker sleeps on: on PostgreSQL, with real processes.

    python -m benchmarks.takeover [--rounds 20] [--only woken killed 'cut off' frozen]

Three processes stand for the lead, as three schedulers do, with the threads and the connections
that a scheduler has and nothing else. In each round the one that leads is killed (SIGKILL), has
its connection cut by the server, or is frozen (SIGSTOP), and the time until another says that it
leads is taken; then there are three again. Then a process that only sends listens, with ticks an
hour apart, so that nothing but a wake-up makes it look; the time from the commit that stores a
delivery to the start of its send is taken. All on one machine, whose clock is one.
"""

import argparse
import asyncio
import math
import os
import select
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg

from benchmarks.fanout import fill
from benchmarks.own_postgresql import own_postgresql
from config.settings import load
from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.watches import Channel
from storage.engine import open_database
from storage.upgrade import upgrade
from storage.waking import Wake
from tests.builders import a_step
from trialwatch.bootstrap import Service, utc_now
from trialwatch.delivering import deliver
from trialwatch.leading import Term, leading, listening_to
from trialwatch.tell import Pulse, Tell
from trialwatch.ticks import Act, Ticks

_CANDIDATES, _PATIENCE = 3, 60.0
_WOKEN = "woken"
_ALL = (_WOKEN, "killed", "cut off", "frozen")
_NEVER = timedelta(hours=1)


def _say(word: str) -> None:
    print(word, time.time(), flush=True)


def _service(url: str) -> Service:
    settings = load({"TRIALWATCH_DATABASE_URL": url})
    owner = f"process {os.getpid()}"
    return Service(settings=settings, database=open_database(url), clock=utc_now, owner=owner)


async def stand(url: str) -> None:
    """Be a candidate for good."""
    term, service = Term(), _service(url)
    async with leading(
        service,
        term,
        gained=lambda: _say(f"leads {term.session or 0}"),
        lost=lambda: _say("lost 0"),
    ):
        _say("stands 0")
        await asyncio.Event().wait()


class _Carrier:
    """Says when a send begins."""

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Take it."""
        _say(f"sends {claimed.alert.to_version}")
        return Receipt(status=250)


async def work(url: str) -> None:
    """Be a worker for good, that looks when it is woken."""
    service, stopping = _service(url), asyncio.Event()
    carriers = {Channel.EMAIL: _Carrier()}
    acts = {"deliver": Act(_NEVER, lambda: deliver(service, carriers, Tell(), stopping))}
    ticks = Ticks(acts, Pulse(), service.clock)

    def heard(what: Wake) -> None:
        if what is Wake.DELIVER:
            ticks.soon("deliver")

    async with listening_to(service, heard), ticks.going(leads=False):
        _say("stands 0")
        await asyncio.Event().wait()


@dataclass(slots=True)
class Child:
    """A process of ours, and what it says: a word, a number and when."""

    process: subprocess.Popen[bytes]
    rest: bytes = b""

    def lines(self) -> list[tuple[str, int, float]]:
        """Return what it has said since."""
        assert self.process.stdout is not None
        while select.select([self.process.stdout], [], [], 0)[0]:
            more = os.read(self.process.stdout.fileno(), 65_536)
            if not more:
                break
            self.rest += more
        *whole, self.rest = self.rest.split(b"\n")
        said = [line.decode().split() for line in whole]
        return [(word, int(number), float(at)) for word, number, at in said]


@dataclass(slots=True)
class Group:
    """Processes of one kind."""

    what: str
    url: str
    children: list[Child] = field(default_factory=list)
    #: Which of them leads, and the session that holds the lead.
    leader: Child | None = None
    session: int = 0

    def start(self) -> None:
        """Start one, and wait until it stands."""
        child = Child(
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.takeover", f"--{self.what}", self.url],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[1],
            )
        )
        self.children.append(child)
        self.heard("stands")

    def strike(self, how: str) -> None:
        """Kill or freeze the leader, or have the server cut its connection."""
        assert self.leader is not None
        if how == "cut off":
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("SELECT pg_terminate_backend(%s)", [self.session])
            return
        self.leader.process.send_signal(signal.SIGKILL if how == "killed" else signal.SIGSTOP)

    def put_another_for(self, gone: Child) -> None:
        """End one for good, and start another."""
        gone.process.kill()
        gone.process.wait()
        self.children.remove(gone)
        self.start()

    def heard(self, word: str, number: int | None = None) -> float:
        """Wait until one says a word; return when it did."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            for child in self.children:
                for said, its, at in child.lines():
                    if said == "leads":
                        self.leader, self.session = child, its
                    if said == word and number in {None, its}:
                        return at
            time.sleep(0.001)
        raise SystemExit(f"nobody said {word!r} within {_PATIENCE:.0f} s")


@contextmanager
def group(what: str, url: str, count: int) -> Iterator[Group]:
    """Have processes of one kind; all are gone afterwards."""
    made = Group(what, url)
    try:
        for _ in range(count):
            made.start()
        yield made
    finally:
        for child in made.children:
            child.process.kill()
            child.process.wait()


def takeovers(candidates: Group, how: str, rounds: int) -> list[float]:
    """Strike the leader so often; return the seconds until one leads again."""
    took = []
    for _ in range(rounds):
        struck = candidates.leader
        begun = time.time()
        candidates.strike(how)
        took.append(candidates.heard("leads") - begun)
        if struck is not None and how != "cut off":
            candidates.put_another_for(struck)
    return took


def wake_ups(worker: Group, rounds: int) -> list[float]:
    """Store a delivery so often; return the seconds from the commit to the start of the send."""
    database, took = open_database(worker.url), []
    fill(database, 1)
    for version in range(2, rounds + 2):
        now = utc_now()
        alert = a_step(version, created_at=now)
        with database.open_work() as unit:
            unit.alerts.add(alert)
            unit.alerts.fan_out(alert, now=now)
            unit.commit()
        committed = time.time()
        took.append(worker.heard("sends", version) - committed)
        # Until what it did is written down, so that it sleeps again.
        _settled(worker.url)
    database.close()
    return took


def _settled(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        waiting = "SELECT 1 FROM deliveries WHERE state = 'pending' LIMIT 1"
        while connection.execute(waiting).fetchone():
            time.sleep(0.01)
    time.sleep(0.2)


def tell(what: str, took: list[float]) -> None:
    """Print one line."""
    took = sorted(took)
    p95 = took[math.ceil(len(took) * 0.95) - 1]
    print(
        f"{what}: {len(took)} times, median {statistics.median(took) * 1000:,.0f} ms, p95"
        f" {p95 * 1000:,.0f} ms, most {took[-1] * 1000:,.0f} ms  (load {os.getloadavg()[0]:.1f})",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", nargs="+", choices=_ALL, default=_ALL)
    parser.add_argument("--stand")
    parser.add_argument("--work")
    asked = parser.parse_args()
    if asked.stand or asked.work:
        asyncio.run(stand(asked.stand) if asked.stand else work(asked.work))
        return
    with own_postgresql() as server:
        opened = open_database(server.url)
        upgrade(opened)
        opened.close()
        if _WOKEN in asked.only:
            with group("work", server.url, 1) as worker:
                tell("from the commit to the send", wake_ups(worker, asked.rounds))
        with group("stand", server.url, _CANDIDATES) as candidates:
            if candidates.leader is None:
                candidates.heard("leads")
            for how in asked.only:
                if how != _WOKEN:
                    tell(f"leader {how}", takeovers(candidates, how, asked.rounds))


if __name__ == "__main__":
    main()
