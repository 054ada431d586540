"""Connections to the registry over real TLS, and what becomes of one that is still being made."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from monitor.domain.errors import RegistryError
from monitor.registry import questions
from monitor.registry.asking import Asker
from monitor.registry.connections import Connections, open_pool
from monitor.registry.options import RegistryOptions
from monitor.registry.wire import exchange
from tests.fakes.registry import SteppingTime
from tests.integration.registry.conftest import plain, saying, scripted
from tests.servers.certificates import make_authority

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Door:
    """A server that shakes hands only when it is told to."""

    url: str = ""
    knocked: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def slow_door(tls: ssl.SSLContext) -> AsyncIterator[Door]:
    door = Door()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        door.knocked.set()
        await door.opened.wait()
        await writer.start_tls(tls)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await reader.read()
        door.closed.set()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        door.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v2"
        yield door


async def test_connection_made_while_its_pool_was_closed_is_closed_after_its_answer(
    tmp_path: Path,
) -> None:
    authority = make_authority(tmp_path)
    trusting = authority.client()
    async with slow_door(authority.server("127.0.0.1")) as door:
        connections = Connections(lambda: open_pool(RegistryOptions(url=door.url), trusting))
        request = httpx.Request("GET", door.url)
        asked = asyncio.create_task(exchange(connections.pool, request, cap_bytes=100, seconds=10))
        await door.knocked.wait()

        await connections.renew()
        door.opened.set()
        answer = await asked

        assert answer.body == b"{}"
        async with asyncio.timeout(10):
            await door.closed.wait()
        await connections.aclose()


async def pools_after(response: bytes) -> list[bool]:
    """Ask once of a server that says so; tell of each pool opened whether it is closed."""
    opened = list[httpx.AsyncClient]()
    async with scripted(saying(response)) as server:
        options = RegistryOptions(url=server.url, body_cap_bytes=100)

        def a_pool() -> httpx.AsyncClient:
            opened.append(open_pool(options, None))
            return opened[-1]

        connections = Connections(a_pool)
        asker = Asker(connections, options, SteppingTime().timing())
        with suppress(RegistryError):
            await asker.once(questions.version())
        closed = [pool.is_closed for pool in opened]
        await connections.aclose()
    return closed


@pytest.mark.parametrize(
    ("response", "closed"),
    [
        pytest.param(plain(b" " * 100), [False], id="read to its end"),
        pytest.param(plain(b"", status="503 Busy"), [False], id="a fault read to its end"),
        pytest.param(plain(b" " * 101), [True, False], id="left before its end"),
        pytest.param(plain(b" " * 5000, status="503 Busy"), [True, False], id="a long fault"),
        pytest.param(b"", [True, False], id="broken off"),
    ],
)
async def test_pool_is_begun_anew_only_after_an_answer_that_was_not_read_to_its_end(
    response: bytes, closed: list[bool]
) -> None:
    assert await pools_after(response) == closed
