"""A relay on loopback that counts what the server behind it sends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass
class Relay:
    """The relay, and its count."""

    behind: int
    port: int = 0
    #: Bytes that went from the server to whoever asks.
    sent: int = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self.behind)
        await asyncio.gather(
            self._carry(reader, back_writer, counted=False),
            self._carry(back_reader, writer, counted=True),
        )

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool
    ) -> None:
        try:
            while chunk := await reader.read(65536):
                self.sent += len(chunk) if counted else 0
                writer.write(chunk)
                await writer.drain()
        except ConnectionError:
            pass  # the other side is gone, and so is this one
        finally:
            writer.close()


@asynccontextmanager
async def relay(behind: int) -> AsyncIterator[Relay]:
    """Run a relay in front of a port."""
    carrying = Relay(behind=behind)
    server = await asyncio.start_server(carrying.meet, "127.0.0.1", 0)
    carrying.port = server.sockets[0].getsockname()[1]
    try:
        yield carrying
    finally:
        server.close()
