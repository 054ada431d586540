"""One sweep and one round of deliveries by the real service, killed where it is told to be.

    python crashing.py POINT NTH SKEW

The real ports are wrapped, and the process sends itself SIGKILL the NTH time that it passes
POINT (``none`` lets it end well). SKEW seconds are added to the clock, so that leases left by a
killed run have ended without anybody waiting.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from config.settings import load
from monitor.alerting.dispatch import deliver_due
from monitor.alerting.lanes import Slots
from monitor.alerting.poll import sweep
from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.ports import FetchedBatch, FetchedStudy, Notifier, Registry, Release, Work
from monitor.domain.trial import NctId
from trialwatch.bootstrap import Service, open_service, utc_now
from trialwatch.outside import carriers_of, registry_of

POINTS = (
    "release.after",
    "fetch.before",
    "fetch.after",
    "look.after",
    "commit.before",
    "commit.after",
    "send.before",
    "send.after",
)


@dataclass
class Executioner:
    """Counts passings and kills at the right one."""

    point: str
    nth: int
    passed: Counter[str] = field(default_factory=Counter)

    def at(self, point: str) -> None:
        self.passed[point] += 1
        if point == self.point and self.passed[point] == self.nth:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Killable:
    """Wraps a unit of work."""

    work: Work
    executioner: Executioner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.work, name)

    def commit(self) -> None:
        self.executioner.at("commit.before")
        self.work.commit()
        self.executioner.at("commit.after")


@dataclass
class KillableRegistry:
    """Wraps the registry."""

    registry: Registry
    executioner: Executioner

    async def release(self, known: Release | None) -> Release | None:
        answer = await self.registry.release(known)
        self.executioner.at("release.after")
        return answer

    async def fetch(self, nct_ids: Collection[NctId]) -> FetchedBatch:
        self.executioner.at("fetch.before")
        answer = await self.registry.fetch(nct_ids)
        self.executioner.at("fetch.after")
        return answer

    async def look(self, nct_id: NctId) -> FetchedStudy | None:
        answer = await self.registry.look(nct_id)
        self.executioner.at("look.after")
        return answer


@dataclass
class KillableNotifier:
    """Wraps a carrier."""

    notifier: Notifier
    executioner: Executioner

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        self.executioner.at("send.before")
        receipt = await self.notifier.send(claimed)
        self.executioner.at("send.after")
        return receipt


async def work(service: Service, executioner: Executioner) -> None:
    """Sweep, then deliver."""

    @contextlib.contextmanager
    def open_work() -> Iterator[Any]:
        with service.open_work() as opened:
            yield Killable(opened, executioner)

    async with registry_of(service) as registry, carriers_of(service) as carriers:
        killable = KillableRegistry(registry, executioner)
        await sweep(open_work, killable, clock=service.clock, batch_size=4)
        await deliver_due(
            open_work,
            {name: KillableNotifier(one, executioner) for name, one in carriers.items()},
            clock=service.clock,
            owner=service.owner,
            slots=Slots(most=4),
        )


def main() -> None:
    """Do the work and die on the way, or not."""
    point, nth, skew = sys.argv[1], int(sys.argv[2]), timedelta(seconds=float(sys.argv[3]))
    with open_service(load(os.environ), clock=lambda: utc_now() + skew) as service:
        asyncio.run(work(service, Executioner(point, nth)))


if __name__ == "__main__":
    main()
