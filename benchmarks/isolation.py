"""How little receivers that hang hold up those that answer, beside a run without any trouble.

    python -m benchmarks.isolation [SECONDS [ALERTS A SECOND]]

200 webhooks, each told of a trial of its own, 60 alerts a second in turn unless said, through the real
outbox, claims, signatures and connections. In the first run all 200 answer at once. In the
second 25 % take the connection and never answer, 5 % drip, 5 % never finish the TLS handshake
and 5 % swallow packets. Printed: from the commit that made a delivery to its arrival at a
receiver that answers. An attempt lasts 15 seconds at most, as in the service.
"""

import asyncio
import os
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from monitor.alerting.dispatch import deliver_due
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from notifiers.webhook import WebhookNotifier, WebhookOptions
from storage.engine import Database, open_database
from storage.upgrade import upgrade
from tests.builders import a_step
from tests.integration.storage.scenes import join, send_out, watch
from tests.servers.troubled import Troubled, troubled

TARGETS, PER_SECOND, BATCH, SECONDS = 200, 60, 6, 60
WARM_UP = 30
#: Of 20 targets: how many are of each bad kind.
HANG, DRIP, STALL, SWALLOW, OF = 5, 1, 1, 1, 20


@dataclass(frozen=True)
class Run:
    """Waits of deliveries to receivers that answer, in seconds, by when they were made."""

    made: dict[str, float]
    arrived: dict[str, float]
    began: float
    #: Seconds of processor that this process took for both ends, the receivers among them.
    processor: float

    def waits(self, after: float = 0) -> list[float]:
        """Return the waits of what was made so many seconds after the beginning, sorted."""
        return sorted(
            self.arrived[key] - made
            for key, made in self.made.items()
            if key in self.arrived and made - self.began >= after
        )

    @property
    def missing(self) -> int:
        """Return how many never arrived."""
        return len(self.made.keys() - self.arrived.keys())


def addresses(far: Troubled, *, trouble: bool) -> list[str]:
    kinds = [far.hangs] * HANG + [far.drips] * DRIP
    kinds += [far.stalls_in_tls] * STALL + [far.swallows_packets] * SWALLOW
    kinds += [far.well] * (OF - len(kinds))
    return [f"{kinds[n % OF] if trouble else far.well}/{n}" for n in range(TARGETS)]


async def run(folder: Path, *, trouble: bool, seconds: int, rate: int) -> Run:
    database = open_database(f"sqlite:///{folder}/{trouble}.db")
    upgrade(database)
    async with troubled() as far:
        targets = addresses(far, trouble=trouble)
        trials = [NctId(f"NCT99{number:06d}") for number in range(1, TARGETS + 1)]
        watch(database.open_work, *trials)
        for nct_id, address in zip(trials, targets, strict=True):
            join(database.open_work, address, nct_id=nct_id, channel=Channel.WEBHOOK)
        stopping = asyncio.Event()
        sending = asyncio.create_task(_send(database, stopping))
        well = {number for number, address in enumerate(targets) if address.startswith(far.well)}
        began, processor = time.time(), time.process_time()
        made = await _make(database, trials, well, seconds, rate)
        with suppress(TimeoutError):
            async with asyncio.timeout(60):
                await far.arrivals.until(len(made))
        stopping.set()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    database.close()
    return Run(
        made=made,
        arrived=far.arrivals.at,
        began=began,
        processor=time.process_time() - processor,
    )


async def _send(database: Database, stopping: asyncio.Event) -> None:
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


async def _make(
    database: Database, trials: list[NctId], well: set[int], seconds: int, rate: int
) -> dict[str, float]:
    made: dict[str, float] = {}
    began = time.time()
    for turn in range(seconds * rate // BATCH):
        turns = [turn * BATCH + place for place in range(BATCH)]
        numbers = [one % TARGETS for one in turns]
        alerts = [a_step(2 + one // TARGETS, nct_id=trials[one % TARGETS]) for one in turns]
        await asyncio.to_thread(send_out, database.open_work, *alerts, now=datetime.now(UTC))
        at = time.time()
        made |= {
            f"{alert.id}-{number + 1}": at
            for alert, number in zip(alerts, numbers, strict=True)
            if number in well
        }
        await asyncio.sleep(max(0.0, began + (turn + 1) * BATCH / rate - time.time()))
    return made


def percentile(values: list[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)]


def say(name: str, done: Run, after: float) -> float:
    waits = done.waits(after)
    p99 = percentile(waits, 0.99)
    print(
        f"{name:34} n={len(waits):5} p50 {percentile(waits, 0.5):6.3f} s  p99 {p99:6.3f} s"
        f"  longest {waits[-1]:6.3f} s  not arrived {done.missing}"
    )
    return p99


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else PER_SECOND  # as said above
    print(f"{rate} alerts a second for {seconds} s, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        calm = asyncio.run(run(Path(name), trouble=False, seconds=seconds, rate=rate))
        bad = asyncio.run(run(Path(name), trouble=True, seconds=seconds, rate=rate))
    print(f"processor: {calm.processor:.1f} s without trouble, {bad.processor:.1f} s with it")
    for title, after in (("all of it", 0), (f"after the first {WARM_UP} s", WARM_UP)):
        if after >= seconds:
            continue
        print(f"-- {title}")
        base = say("200 that answer", calm, after)
        p99 = say("120 that answer beside 80 bad", bad, after)
        print(f"   p99 {p99 / base:.1f} x the run without trouble")


if __name__ == "__main__":
    main()
