"""The client against real servers on this machine, with a clock that needs no waiting."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

import pytest

from monitor.domain.ports import Registry
from monitor.domain.trial import NctId
from monitor.registry.client import RegistryClient, open_registry
from monitor.registry.options import RegistryOptions
from simulator.records import aliases_of
from simulator.serve import Running, running
from simulator.source import Calendar, Study
from simulator.versions import Version, VersionedStudies
from tests.fakes.registry import SteppingTime, a_study

DAYS = (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))
#: Number to what it is from each release on; None means gone.
Trials: TypeAlias = Mapping[str, Mapping[int, bytes | None]]
NUMBERS = tuple(f"NCT990001{number:02d}" for number in range(1, 8))
OpenClient: TypeAlias = Callable[..., AbstractAsyncContextManager[RegistryClient]]


def a_source(trials: Trials) -> VersionedStudies:
    """Return a source for the stand-in registry."""
    return VersionedStudies(
        Calendar(DAYS),
        {
            nct_id: tuple(_version(nct_id, since, raw) for since, raw in sorted(releases.items()))
            for nct_id, releases in trials.items()
        },
    )


def _version(nct_id: str, since: int, raw: bytes | None) -> Version:
    if raw is None:
        return Version(since=since, study=None)
    study = Study(
        nct_id=nct_id, overall_status="RECRUITING", last_update_posted="", body=lambda: raw
    )
    return Version(since=since, study=study, aliases=aliases_of(json.loads(raw)))


@pytest.fixture
async def simulator() -> AsyncIterator[Running]:
    """A stand-in registry with the seven made studies of ``NUMBERS``."""
    async with running(a_source({number: {0: a_study(number)} for number in NUMBERS})) as server:
        yield server


@pytest.fixture
def time() -> SteppingTime:
    return SteppingTime()


@pytest.fixture
def open_client(time: SteppingTime) -> OpenClient:
    """Opens a client of an address, in stepping time; options by name."""

    def opened(url: str, **options: object) -> AbstractAsyncContextManager[RegistryClient]:
        patience = {"read_timeout": timedelta(seconds=5), "answer_timeout": timedelta(seconds=20)}
        chosen = RegistryOptions(url=url, **{"rate": 0, **patience, **options})  # type: ignore[arg-type]  # names checked by the dataclass
        return open_registry(chosen, timing=time.timing())

    return opened


async def call(registry: Registry, verb: str) -> object:
    """Call ``release``, ``fetch`` or ``look`` for the first of ``NUMBERS``."""
    first = NctId(NUMBERS[0])
    if verb == "release":
        return await registry.release(None)
    return await (registry.fetch([first]) if verb == "fetch" else registry.look(first))


@dataclass
class Scripted:
    """A bare server: what it was asked, and how much it said."""

    url: str = ""
    heads: list[str] = field(default_factory=list)
    #: Bytes written, those that nobody read among them.
    sent: int = 0


#: Writes the answer to one request: its head, the way back, the notebook.
Play: TypeAlias = Callable[[str, asyncio.StreamWriter, Scripted], Awaitable[None]]


@contextlib.asynccontextmanager
async def scripted(play: Play) -> AsyncIterator[Scripted]:
    """Answer each connection with what ``play`` writes, byte for byte."""
    notes = Scripted()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            notes.heads.append(head)
            await play(head, writer, notes)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        notes.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v2"
        yield notes


def plain(
    body: bytes, *headers: str, status: str = "200 OK", kind: str = "application/json"
) -> bytes:
    """Return a whole response."""
    lines = (
        f"HTTP/1.1 {status}",
        f"content-type: {kind}",
        f"content-length: {len(body)}",
        "connection: close",
        *headers,
    )
    return "\r\n".join((*lines, "", "")).encode() + body


def saying(*answers: bytes) -> Play:
    """Give one answer after the other; the last one for good."""
    left = list(answers)

    async def play(_head: str, writer: asyncio.StreamWriter, notes: Scripted) -> None:
        response = left.pop(0) if len(left) > 1 else left[0]
        notes.sent += len(response)
        writer.write(response)
        await writer.drain()

    return play
