"""Webhooks through the outbox, beside a bare client loop that posts the same bodies.

    python -m benchmarks.webhooks [DELIVERIES]

Ours: claim, sign, judge the address, post over a connection of its own, record; SQLite on disk.
Bare: ``httpx.AsyncClient`` posting ready bodies, as many at once, nothing else: once over a
connection of its own each, as webhooks to many receivers are sent, and once over connections
that are kept, which only one receiver for all would allow. Also httpx2, if it is installed. The
receiver is a process of its own, and the rounds alternate; printed are medians of CPU time of
the sender, and of wall time, which says less on a busy machine.
"""

import asyncio
import importlib
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_network
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from monitor.alerting.dispatch import SLOTS, deliver_due
from monitor.alerting.health import PACE
from monitor.domain.alerts import DeliveryState
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from notifiers.payload import webhook_body
from notifiers.webhook import WebhookNotifier, WebhookOptions
from storage.engine import Database, open_database
from storage.upgrade import upgrade
from tests.builders import a_step
from tests.integration.storage.scenes import join, send_out, watch
from tests.servers.made import a_webhook_claim
from tests.servers.troubled import troubled

DELIVERIES, ROUNDS = 2000, 5
_LOOPBACK = (ip_network("127.0.0.0/8"),)


def _serve(said: Connection) -> None:
    async def main() -> None:
        async with troubled() as far:
            said.send(far.well)
            await asyncio.Event().wait()

    asyncio.run(main())


@contextmanager
def receiving() -> Iterator[str]:
    """Run a receiver in a process of its own; yield its address."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,))
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def outbox(folder: Path, far: str, count: int) -> Database:
    """Return a database with so many deliveries due, as many to a receiver as it takes at once."""
    database = open_database(f"sqlite:///{folder}/{time.time_ns()}.db")
    upgrade(database)
    trials = [NctId(f"NCT99{number:06d}") for number in range(PACE.burst)]
    watch(database.open_work, *trials)
    for number in range(count // PACE.burst):
        join(database.open_work, f"{far}/{number}", channel=Channel.WEBHOOK)
    send_out(
        database.open_work,
        *(a_step(2, nct_id=nct_id) for nct_id in trials),
        now=datetime.now(UTC),
    )
    return database


async def ours(database: Database, count: int) -> None:
    notifier = WebhookNotifier(
        WebhookOptions(web_url="http://127.0.0.1", allow=_LOOPBACK), clock=lambda: datetime.now(UTC)
    )
    report = await deliver_due(
        database.open_work,
        {Channel.WEBHOOK: notifier},
        clock=lambda: datetime.now(UTC),
        owner="benchmark",
    )
    await notifier.aclose()
    assert report.counts == {DeliveryState.DELIVERED: count}, report.counts


async def bare(client: Any, far: str, bodies: list[bytes]) -> None:
    left = iter(enumerate(bodies))

    async def work() -> None:
        for number, body in left:
            headers = {"webhook-id": f"{number}", "content-type": "application/json"}
            answer = await client.post(f"{far}/{number}", content=body, headers=headers)
            assert answer.status_code == 204

    async with client:
        await asyncio.gather(*(work() for _ in range(SLOTS.steady)))


async def _bare(library: Any, kept: int, far: str, bodies: list[bytes]) -> None:
    await bare(bare_client(library, kept=kept), far, bodies)


def measured(run: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Return CPU and wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    asyncio.run(_awaited(run))
    return time.process_time() - cpu, time.perf_counter() - wall


async def _awaited(run: Callable[[], Awaitable[None]]) -> None:
    await run()


def bare_client(library: Any, *, kept: int) -> Any:
    return library.AsyncClient(
        trust_env=False,
        limits=library.Limits(max_connections=None, max_keepalive_connections=kept),
    )


def contenders(far: str, folder: Path, count: int) -> dict[str, Callable[[], tuple[float, float]]]:
    claimed = a_webhook_claim(far, a_step(2))
    bodies = [webhook_body(claimed, web_url="http://127.0.0.1")] * count
    found: dict[str, Callable[[], tuple[float, float]]] = {}
    for name in ("httpx", "httpx2"):
        try:
            library = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        for kept, words in ((0, "a connection each"), (SLOTS.steady, "kept connections")):
            found[f"bare {name}, {words}"] = partial(
                measured, partial(_bare, library, kept, far, bodies)
            )

    def through_the_outbox() -> tuple[float, float]:
        database = outbox(folder, far, count)
        try:
            return measured(lambda: ours(database, count))
        finally:
            database.close()

    found["ours, through the outbox"] = through_the_outbox
    return found


def main() -> None:
    """Print the rates, and ours over each of the bare ones."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DELIVERIES
    with receiving() as far, tempfile.TemporaryDirectory() as name:
        runs = contenders(far, Path(name), count)
        taken: dict[str, list[tuple[float, float]]] = {each: [] for each in runs}
        for _ in range(ROUNDS):
            for each, run in runs.items():
                taken[each].append(run())
    rates = {
        each: tuple(count / statistics.median(column) for column in zip(*times, strict=True))
        for each, times in taken.items()
    }
    cpu, wall = rates["ours, through the outbox"]
    print(f"{count} webhooks, {SLOTS.steady} at once, load {os.getloadavg()[0]:.1f}")
    for each, (by_cpu, by_wall) in rates.items():
        print(
            f"{each:32} {by_cpu:7.0f} a CPU second  {by_wall:7.0f} a second"
            f"   ours is {cpu / by_cpu:4.2f} x by CPU, {wall / by_wall:4.2f} x by the clock"
        )


if __name__ == "__main__":
    main()
