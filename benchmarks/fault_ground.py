"""The ground of the fault matrix: the service's neighbours, a road to each, and what is true."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.crash_ground import LAST
from benchmarks.crash_places import Server
from benchmarks.crash_truth import steps_told
from benchmarks.liars import LyingDatabase, LyingReceiver, LyingRegistry
from benchmarks.name_trouble import name_of, names_for
from benchmarks.own_postgresql import own_postgresql
from benchmarks.troubles import Trouble, road_to
from simulator.made import open_stories
from tests.acceptance.stage import ALL, Stage, on_stage
from tests.servers.receiver import Receiver, receiver
from tests.servers.smtp import SmtpSink, smtp_sink

ROADS = ("registry", "relay", "webhook", "database", "names")


class Way(Protocol):
    """What can be in trouble."""

    async def become(self, trouble: Trouble) -> None:
        """Change how it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Everything that cells are played on."""

    stage: Stage
    places: Server
    ways: Mapping[str, Way]
    #: Those that say they have taken what they let fall.
    liars: tuple[SmtpSink, Receiver]
    #: How the service reaches its database.
    through: str
    truth: list[dict[str, Any]]

    @property
    def told(self) -> frozenset[tuple[str, int]]:
        """Steps of trials that are told of."""
        return steps_told(self.truth)

    @property
    def let_fall(self) -> int:
        """How many messages the liars took, counted once."""
        mails, hooks = self.liars
        taken = {request.headers["webhook-id"] for request in hooks.requests}
        return len({mail.content for mail in mails.mails}) + len(taken)

    def begin(self) -> None:
        """Go back to the release that everybody knows, with nothing in mailbox and receiver."""
        self.places.copy("kept", "played")
        self.stage.registry.publish(0)
        for messages in (self.stage.hook.requests, self.stage.mail.mails):
            messages.clear()
        for messages in (self.liars[0].mails, self.liars[1].requests):
            messages.clear()


@asynccontextmanager
async def ground(folder: Path, *, by_name: bool) -> AsyncIterator[Ground]:
    """Set up: the neighbours, a road to each, and what is found and told when all is well."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(own_postgresql())
        places = Server(server)
        places.make("played")
        stage = await stack.enter_async_context(on_stage(open_stories(), folder))
        liars = (
            await stack.enter_async_context(smtp_sink()),
            await stack.enter_async_context(receiver()),
        )
        ports = (stage.registry.port, stage.mail.port, stage.hook.port, server.port)
        roads = {
            name: await stack.enter_async_context(road_to(port))
            for name, port in zip(ROADS, ports, strict=False)
        }
        ways: dict[str, Way] = {
            "registry": LyingRegistry(roads["registry"], stage.registry.faults),
            "relay": LyingReceiver(roads["relay"], stage.mail.port, liars[0].port),
            "webhook": LyingReceiver(roads["webhook"], stage.hook.port, liars[1].port),
            "database": LyingDatabase(roads["database"], server),
        }
        if by_name:
            ways["names"] = await stack.enter_async_context(names_for(roads))
        hosts = {name: name_of(name) if by_name else "127.0.0.1" for name in roads}
        # A receiver that says yes has taken it, whatever follows.
        roads["webhook"].status = "500 Internal Server Error"
        stage.hook.host, stage.hook.port = hosts["webhook"], roads["webhook"].port
        stage.settings |= {
            "TRIALWATCH_DATABASE_URL": places.url("played"),
            "TRIALWATCH_POLL_EVERY": "1",
            "TRIALWATCH_REGISTRY_URL": stage.registry.url.replace(
                f"127.0.0.1:{stage.registry.port}", f"{hosts['registry']}:{roads['registry'].port}"
            ),
            "TRIALWATCH_SMTP_URL": f"smtp://{hosts['relay']}:{roads['relay'].port}?starttls=never",
        }
        through = f"postgresql://postgres@{hosts['database']}:{roads['database'].port}/played"
        truth = await _truth(stage, places)
        yield Ground(
            stage=stage, places=places, ways=ways, liars=liars, through=through, truth=truth
        )


async def _truth(stage: Stage, places: Server) -> list[dict[str, Any]]:
    """Watch everything, keep that as where each cell begins, and return what a good run finds."""
    await stage.watch(*ALL)
    await stage.check()
    places.copy("played", "kept")
    stage.registry.publish(LAST)
    return await stage.check()
