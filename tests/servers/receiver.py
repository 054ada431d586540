"""A webhook receiver on loopback that answers as told, well or badly.

It speaks raw HTTP/1.1 so that it can also speak it wrong.
"""

import asyncio
import ssl
import struct
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from socket import SO_LINGER, SOL_SOCKET
from typing import TypeAlias

#: Writes an answer in its own way; the connection is closed after it.
Behaviour: TypeAlias = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """What came in."""

    line: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers 204 unless told otherwise; each answer told is used once, in order."""

    host: str = "127.0.0.1"
    port: int = 0
    secure: bool = False
    requests: list[Request] = field(default_factory=list)
    #: Connections opened, also those that sent nothing.
    connections: int = 0
    answers: deque[Behaviour] = field(default_factory=deque)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _arrival: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"{'https' if self.secure else 'http'}://{self.host}:{self.port}/hooks"

    def answer(self, *behaviours: Behaviour) -> None:
        self.answers.extend(behaviours)

    def usual(self, _: Request) -> Behaviour:
        """Answer where nothing was told."""
        return status(204)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            request = await _read(reader)
            self.requests.append(request)
            self._arrival.set()
            behaviour = self.answers.popleft() if self.answers else self.usual(request)
            await behaviour(writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the far side went away, as it may
        finally:
            self._tasks.discard(task)
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def until(self, requests: int) -> None:
        """Wait until so many requests came in, ten seconds at most."""
        async with asyncio.timeout(10):
            while len(self.requests) < requests:
                self._arrival.clear()
                await self._arrival.wait()

    async def until_left(self) -> None:
        """Wait until every connection has been left by its other side, ten seconds at most.

        A receiver that writes notices that; one that only waits does not.
        """
        async with asyncio.timeout(10):
            while self._tasks:
                await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def receiver(
    *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, name: str | None = None
) -> AsyncIterator[Receiver]:
    """Run a receiver; ``name`` is what its address calls it."""
    running = Receiver(host=name or host, secure=tls is not None)
    server = await asyncio.start_server(running.meet, host, 0, ssl=tls)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        await running.stop()
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *rest = head.split("\r\n")
    pairs = (text.partition(":") for text in rest if text)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(line=line, headers=headers, body=body)


def status(code: int, body: bytes = b"", **headers: str) -> Behaviour:
    """Answer properly; ``retry_after="5"`` becomes the header ``retry-after``."""
    lines = [f"HTTP/1.1 {code} Made", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return raw("\r\n".join([*lines, "", ""]).encode() + body)


def raw(content: bytes) -> Behaviour:
    """Write these bytes and close."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(content)
        await writer.drain()

    return write


def hang() -> Behaviour:
    """Take the request and never answer."""

    async def wait(_: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    return wait


def reset() -> Behaviour:
    """Break the connection off with a TCP reset."""

    async def abort(writer: asyncio.StreamWriter) -> None:
        sock = writer.get_extra_info("socket")
        sock.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return abort


def drip(start: bytes, drop: bytes, *, every: float = 0.02) -> Behaviour:
    """Write ``start``, then ``drop`` again and again, for as long as anybody listens."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(every)

    return write


def endless(start: bytes, chunk: bytes = b"x" * 65536) -> Behaviour:
    """Write without end, as fast as it is taken."""
    return drip(start, chunk, every=0)
