"""A stretch of road to any server that goes wrong in as many ways as roads do."""

import asyncio
import os
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum


class Trouble(StrEnum):
    """What the road does."""

    NONE = "none"
    #: Nobody listens.
    DOWN = "down"
    #: Every piece of an answer comes three seconds late.
    SLOW = "slow"
    #: Answers come a byte at a time, ten a second.
    DRIP = "drip"
    #: The connection is reset as soon as something is asked.
    RESET = "reset"
    #: What is asked gets through, then the road back is closed without an answer.
    HALF_CLOSE = "half-close"
    #: Noise comes back instead of an answer.
    GARBAGE = "garbage"
    #: An answer without end comes back, as fast as it is taken.
    HUGE = "huge"
    #: Well for a second, reset for a second.
    FLAPPING = "flapping"
    #: Well; who answers at its end says what is not true.
    LYING = "lying"


@dataclass
class Road:
    """The road, and how it is just now."""

    behind: int
    trouble: Trouble = Trouble.NONE
    #: What an answer without end begins with: where a status says yes, it has to say no.
    status: str = "200 OK"
    port: int = 0
    server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def close(self) -> None:
        """End it, and everything that is under way."""
        await self.become(Trouble.DOWN)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def become(self, trouble: Trouble) -> None:
        """Change how it is; connections that are open break off."""
        self.trouble = trouble
        if self.server is not None:
            self.server.close()
            self.server = None
        for writer in tuple(self._open):
            writer.transport.abort()
        if trouble is not Trouble.DOWN:
            self.server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
            self.port = self.server.sockets[0].getsockname()[1]

    @property
    def carries(self) -> bool:
        """Whether anything is on it just now."""
        return bool(self._open)

    @property
    def _now(self) -> Trouble:
        if self.trouble is not Trouble.FLAPPING:
            return self.trouble
        return Trouble.RESET if int(time.monotonic()) % 2 else Trouble.NONE

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._met(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError, OSError):
            await self._carry(reader, writer)
        self._open.discard(writer)
        writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._now is Trouble.RESET:
            await reader.read(1)
            reset(writer)
            return
        if self._now in {Trouble.GARBAGE, Trouble.HUGE}:
            await _noise(writer, status=self.status if self._now is Trouble.HUGE else "")
            return
        back, forth = await asyncio.open_connection("127.0.0.1", self.behind)
        self._open.add(forth)
        try:
            ways = (
                asyncio.create_task(_pass_on(reader, forth)),
                asyncio.create_task(self._answer(back, writer)),
            )
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(ways, timeout=0.2)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self._open.discard(forth)
            forth.transport.abort()

    async def _answer(self, back: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await back.read(65536):
            if self._now is Trouble.RESET:
                reset(writer)
                return
            if self._now is Trouble.HALF_CLOSE:
                return
            if self._now is Trouble.SLOW:
                await asyncio.sleep(3)
            if self._now is Trouble.DRIP:
                for place in range(len(piece)):
                    writer.write(piece[place : place + 1])
                    await writer.drain()
                    await asyncio.sleep(0.1)
            else:
                writer.write(piece)
                await writer.drain()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65536):
        writer.write(piece)
        await writer.drain()


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as one does whose process has died."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _noise(writer: asyncio.StreamWriter, *, status: str) -> None:
    if not status:
        writer.write(os.urandom(4096))
        await writer.drain()
        return
    writer.write(f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\n\r\n".encode())
    while True:
        writer.write(b"[" * 65536)
        await writer.drain()


@asynccontextmanager
async def road_to(port: int) -> AsyncIterator[Road]:
    """Open a road to a port of this machine; well at first."""
    road = Road(behind=port)
    await road.become(Trouble.NONE)
    try:
        yield road
    finally:
        await road.close()
