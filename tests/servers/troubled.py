"""Receivers for many targets at once, each target a path: well, or badly in four ways."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

#: ``(reader, writer)`` of one connection.
Meet = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_ANSWER = b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
LOOPBACK = "127.0.0.1"


@dataclass
class Arrivals:
    """When each message came to a receiver that answers, by ``webhook-id``."""

    at: dict[str, float] = field(default_factory=dict)
    repeats: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, message_id: str) -> None:
        self.repeats += message_id in self.at
        self.at.setdefault(message_id, time.time())
        self._news.set()

    async def until(self, count: int) -> None:
        """Wait until so many messages arrived."""
        while len(self.at) < count:
            self._news.clear()
            await self._news.wait()


@dataclass(frozen=True)
class Troubled:
    """Where each kind of receiver listens."""

    arrivals: Arrivals
    well: str
    hangs: str
    drips: str
    stalls_in_tls: str
    swallows_packets: str


@asynccontextmanager
async def troubled() -> AsyncIterator[Troubled]:
    """Run one receiver of each kind; a path behind its address is a target of its own."""
    arrivals = Arrivals()
    async with AsyncExitStack() as stack:

        async def serve(meet: Meet) -> str:
            port = await stack.enter_async_context(_serving(meet))
            return f"{LOOPBACK}:{port}"

        yield Troubled(
            arrivals=arrivals,
            well=f"http://{await serve(_well(arrivals))}",
            hangs=f"http://{await serve(_hang)}",
            drips=f"http://{await serve(_drip)}",
            stalls_in_tls=f"https://{await serve(_hang)}",
            swallows_packets=f"http://{LOOPBACK}:{stack.enter_context(_Full()).port}",
        )


@asynccontextmanager
async def _serving(meet: Meet) -> AsyncIterator[int]:
    tasks: set[asyncio.Task[None]] = set()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await meet(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the sender went away, as it may
        finally:
            writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(met(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(begin, LOOPBACK, 0, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def _well(arrivals: Arrivals) -> Meet:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        headers = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
        await reader.readexactly(int(headers["content-length"]))
        arrivals.note(headers["webhook-id"].upper())
        writer.write(_ANSWER)
        await writer.drain()

    return answer


async def _hang(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nx-drip: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.2)


class _Full:
    """A listener whose queue is full and that never accepts: packets to it go nowhere."""

    def __init__(self) -> None:
        self._listening = socket.socket()
        self._listening.bind((LOOPBACK, 0))
        self._listening.listen(0)
        self.port: int = self._listening.getsockname()[1]
        self._filling: list[socket.socket] = []

    def __enter__(self) -> Self:
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex((LOOPBACK, self.port))
            self._filling.append(one)
        return self

    def __exit__(self, *_: object) -> None:
        for one in (*self._filling, self._listening):
            one.close()
