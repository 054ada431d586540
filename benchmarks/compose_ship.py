"""A compose file's services as plain processes, of today's program or of an earlier one."""

import subprocess
import tarfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import yaml

from storage.schema import HEAD
from tests.acceptance.service import RunningService, running_service
from tests.acceptance.stage import Stage

_FOLDERS = ("config", "monitor", "notifiers", "simulator", "storage", "trialwatch")
_MIGRATIONS = "storage/migrations/versions"
#: On a machine with other work.
_TO_BEGIN_SECONDS = 300.0
#: What compose waits between asking a container to stop and killing it, where a file says nothing.
_GRACE = "10s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a compose file says of one of ours."""

    command: Sequence[str]
    replicas: int
    grace_seconds: float


def services_of(file: Path) -> tuple[dict[str, Service], bool]:
    """Return our services that stay, and whether another sees to the tables before they begin."""
    found, said_of = {}, yaml.safe_load(file.read_text())["services"]
    for name, said in said_of.items():
        if "build" in said and said.get("restart") != "no":
            grace = str(said.get("stop_grace_period", _GRACE))
            found[name] = Service(
                command=said["command"],
                replicas=said.get("deploy", {}).get("replicas", 1),
                grace_seconds=float(grace.removesuffix("s")),
            )
    return found, "upgrade" in said_of


def take_out(commit: str, folder: Path) -> None:
    """Write the program as it was at a commit."""
    folder.mkdir()
    with tarfile.open(fileobj=BytesIO(_git("archive", commit, *_FOLDERS))) as packed:
        packed.extractall(folder, filter="data")


def before_the_newest_tables() -> str:
    """Return the commit before the one that brought the newest migration."""
    migration = f"{_MIGRATIONS}/{HEAD}_*"
    return _git("log", "--diff-filter=A", "-1", "--format=%H^", "--", migration).decode().strip()


def _git(*words: str) -> bytes:
    return subprocess.run(("/usr/bin/git", *words), check=True, stdout=subprocess.PIPE).stdout


class Ship:
    """The processes of a compose set-up, and which program they run."""

    def __init__(self, stage: Stage, services: dict[str, Service]) -> None:
        self.stage = stage
        self.services = services
        #: Processes that were killed at the end of their grace.
        self.killed = 0
        self._running: list[tuple[Service, RunningService, AsyncExitStack]] = []

    def take_the_new_program(self) -> None:
        """Start what is started from now on from today's program."""
        del self.stage.settings["PYTHONPATH"]

    async def start(self, service: Service) -> None:
        """Start one process of a service."""
        stack = AsyncExitStack()
        running = await stack.enter_async_context(
            running_service(self.stage, *service.command, within_seconds=_TO_BEGIN_SECONDS)
        )
        self._running.append((service, running, stack))

    async def start_all(self) -> None:
        """Start every service as often as it is wanted."""
        for service in self.services.values():
            for _ in range(service.replicas):
                await self.start(service)

    async def stop_oldest(self) -> Service:
        """Stop the process that has run longest, as compose does."""
        service, running, stack = self._running.pop(0)
        try:
            await running.stop(within_seconds=service.grace_seconds)
        except TimeoutError:
            self.killed += 1
        await stack.aclose()
        return service

    async def stop_all(self) -> None:
        """Stop everything."""
        while self._running:
            await self.stop_oldest()

    async def exchange_all(self) -> None:
        """Exchange one process after the other."""
        for _ in range(len(self._running)):
            await self.start(await self.stop_oldest())
