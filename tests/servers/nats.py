"""A NATS server of its own on loopback, with JetStream, that can be stopped and started again."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import nats
from nats.js.api import DiscardPolicy, RetentionPolicy, StreamConfig

from tests.conftest import unavailable

#: Where Debian puts it; it is on the PATH of the superuser alone.
_COMMAND = shutil.which("nats-server") or "/usr/sbin/nats-server"
_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that the stream keeps."""

    subject: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class NatsServer:
    """The server."""

    port: int
    folder: Path
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"nats://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it on what it has kept."""
        words = ("-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self.folder))
        self.process = await asyncio.create_subprocess_exec(
            _COMMAND,
            *words,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not await self._answers():
                assert self.process.returncode is None, "nats-server ended at once"
                await asyncio.sleep(0.05)

    async def _answers(self) -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.close()
            await writer.wait_closed()
            return True
        return False

    async def stop(self) -> None:
        """Kill it; what it said it keeps stays on the disk."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def keep(self, subject: str, *, most: int = -1) -> None:
        """Make a stream that keeps what begins with a subject, at most so many messages."""
        client = await nats.connect(self.url)
        await client.jetstream().add_stream(
            StreamConfig(
                name="events",
                subjects=[f"{subject}.>"],
                retention=RetentionPolicy.LIMITS,
                max_msgs=most,
                discard=DiscardPolicy.NEW,
                duplicate_window=3600,
            )
        )
        await client.close()

    async def kept(self) -> list[Kept]:
        """Return all that the stream keeps, oldest first."""
        client = await nats.connect(self.url)
        stream = client.jetstream()
        state = (await stream.stream_info("events")).state
        found = [
            await stream.get_msg("events", number)
            for number in range(state.first_seq, state.last_seq + 1)
            if state.messages
        ]
        await client.close()
        return [
            Kept(one.subject or "", dict(one.headers or {}), bytes(one.data or b""))
            for one in found
        ]


@asynccontextmanager
async def nats_server(folder: Path) -> AsyncIterator[NatsServer]:
    """Run a server until the block is left."""
    if shutil.which(_COMMAND) is None:
        unavailable("no nats-server: the Debian package has this name")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = NatsServer(port, folder)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
