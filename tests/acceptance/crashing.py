"""One sweep and one round of deliveries by the real service, killed where it is told to be.

    python crashing.py POINT NTH SKEW [DISK]

The real ports are wrapped, and the process sends itself SIGKILL the NTH time that it passes
POINT (``none`` lets it end well). SKEW seconds are added to the clock, so that leases left by a
killed run have ended without anybody waiting. Where DISK is given, a folder on a small disk, that
is filled up instead, and the process goes on.
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
from pathlib import Path
from typing import Any

from config.settings import load
from monitor.alerting.dispatch import deliver_due
from monitor.alerting.lanes import Slots
from monitor.alerting.poll import sweep
from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.ports import FetchedBatch, FetchedStudy, Notifier, Registry, Release, Work
from monitor.domain.trial import NctId
from tests.acceptance.filling import fill
from trialwatch.bootstrap import Service, open_service, utc_now
from trialwatch.outside import carriers_of, registry_of

#: Those of a claim, a send and its writing down; then those of a sweep, any commit, and an hour
#: that is struck for a digest.
SENDING = (
    "claim.before",
    "claim.after",
    "send.before",
    "send.after",
    "record.before",
    "record.after",
)
POINTS = (
    *("release.after", "fetch.before", "fetch.after", "look.after"),
    *("commit.before", "commit.after"),
    *SENDING,
)
DIGEST = ("digest.before", "digest.after", *SENDING)


def strike(disk: Path | None) -> None:
    """Die, or leave no room on a disk."""
    if disk is None:
        os.kill(os.getpid(), signal.SIGKILL)
    else:
        fill(disk)


@dataclass
class Executioner:
    """Counts passings and kills at the right one."""

    point: str
    nth: int
    #: A disk to fill up instead.
    disk: Path | None = None
    passed: Counter[str] = field(default_factory=Counter)

    def at(self, point: str) -> None:
        self.passed[point] += 1
        if point == self.point and self.passed[point] == self.nth:
            strike(self.disk)


#: What a transaction is for, by what is asked of the outbox and of the hours in it.
_PURPOSES = {
    ("deliveries", "claim"): "claim",
    ("deliveries", "record"): "record",
    ("timings", "release"): "digest",
}


@dataclass
class Killable:
    """Wraps a unit of work, and notes what it is for."""

    work: Work
    executioner: Executioner
    purposes: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        part = getattr(self.work, name)
        return _Noted(part, name, self.purposes) if name in {"deliveries", "timings"} else part

    def commit(self) -> None:
        for purpose in ("commit", *self.purposes):
            self.executioner.at(f"{purpose}.before")
        self.work.commit()
        for purpose in ("commit", *self.purposes):
            self.executioner.at(f"{purpose}.after")


@dataclass
class _Noted:
    """Wraps a part of a unit of work."""

    part: Any
    name: str
    purposes: list[str]

    def __getattr__(self, asked: str) -> Any:
        purpose = _PURPOSES.get((self.name, asked))
        if purpose and purpose not in self.purposes:
            self.purposes.append(purpose)
        return getattr(self.part, asked)


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
    disk = Path(sys.argv[4]) if sys.argv[4:] else None
    with open_service(load(os.environ), clock=lambda: utc_now() + skew) as service:
        asyncio.run(work(service, Executioner(point, nth, disk)))


if __name__ == "__main__":
    main()
