"""One run that keeps all studies, by the real service, killed where it is told to be.

    python keeping.py POINT NTH PAGE_SIZE

The process sends itself SIGKILL the NTH time that it passes POINT: ``page`` (a page has come),
``before`` or ``after`` a commit; ``none`` lets it end well.
"""

import asyncio
import contextlib
import dataclasses
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from config.settings import load
from monitor.alerting.whole import keep_registry
from monitor.domain.ports.whole import StudyPage
from monitor.registry.client import RegistryClient, open_registry
from trialwatch.bootstrap import Service, open_service
from trialwatch.outside import registry_options


class Executioner:
    """Counts passings and kills at the right one."""

    def __init__(self, point: str, nth: int) -> None:
        self._point, self._nth = point, nth
        self._passed: Counter[str] = Counter()

    def at(self, point: str) -> None:
        self._passed[point] += 1
        if point == self._point and self._passed[point] == self._nth:
            os.kill(os.getpid(), signal.SIGKILL)


class Killable:
    """Wraps the registry, or a unit of work."""

    def __init__(self, wrapped: Any, executioner: Executioner) -> None:
        self._wrapped, self._executioner = wrapped, executioner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wrapped, name)

    async def page_of_all(self, token: str | None) -> StudyPage | None:
        client: RegistryClient = self._wrapped
        page = await client.page_of_all(token)
        self._executioner.at("page")
        return page

    def commit(self) -> None:
        self._executioner.at("before")
        self._wrapped.commit()
        self._executioner.at("after")


async def keep(service: Service, executioner: Executioner, page_size: int) -> None:
    @contextlib.contextmanager
    def open_work() -> Iterator[Any]:
        with service.open_work() as opened:
            yield Killable(opened, executioner)

    options = dataclasses.replace(registry_options(service.settings), page_size=page_size)
    async with open_registry(options) as registry:
        report = await keep_registry(
            open_work, Killable(registry, executioner), clock=service.clock
        )
    sys.stdout.write(f"{report.first} {report.unchanged} {report.versions} {report.pages}\n")


def main() -> None:
    """Do the work and die on the way, or not."""
    point, nth, page_size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open_service(load(os.environ)) as service:
        asyncio.run(keep(service, Executioner(point, nth), page_size))


if __name__ == "__main__":
    main()
