"""A name server that goes wrong in as many ways as name servers do, and names for every road.

glibc of the service under test asks it as any other: ``/etc/resolv.conf`` of this process and its
children names it, in a mount namespace of their own.
"""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode

from benchmarks.troubles import Road, Trouble, reset
from tests.servers.dns import NameServer

#: Where it listens, and where a name leads when it lies.
ADDRESS, STRANGER = "127.0.0.77", "127.0.0.78"
_PORT = 53
#: Troubles that a datagram cannot have: it says that the answer is too long for one, and has them
#: on the connection that follows.
_BY_CONNECTION = {Trouble.DRIP, Trouble.RESET, Trouble.HALF_CLOSE, Trouble.HUGE}
#: Addresses in an answer without end, as many as one can hold.
_MANY = 3900
_PARKED = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>This domain is parked</html>"


def name_of(road: str) -> str:
    """Return the name that a road is reached by."""
    return f"{road}.clinic.test"


def ask_it_alone(folder: Path) -> None:
    """Let this process and its children look names up there; wants a mount namespace of its own."""
    file = folder / "resolv.conf"
    file.write_text(f"nameserver {ADDRESS}\n", encoding="ascii")
    subprocess.run(("/usr/bin/mount", "--bind", file, "/etc/resolv.conf"), check=True)


@dataclass
class Names:
    """The name server, and how it is just now."""

    #: What breaks off as its trouble begins, so that everybody has to look names up again.
    roads: Sequence[Road]
    known: NameServer = field(default_factory=NameServer)
    trouble: Trouble = Trouble.NONE
    #: Answers without end by their question: each takes long to make.
    _long_of: dict[bytes, bytes] = field(default_factory=dict)
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def become(self, trouble: Trouble) -> None:
        """Change how it is."""
        self.trouble = trouble
        await self._opened.aclose()
        # A transport gives its port back in the loop's next turn.
        await asyncio.sleep(0.1)
        leads_to = STRANGER if trouble is Trouble.LYING else "127.0.0.1"
        for name in {name for name, _ in self.known.records}:
            self.known.has(name, "A", leads_to)
        if trouble is not Trouble.DOWN:
            await self._open()
        for road in self.roads:
            await road.become(Trouble.NONE)

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self), local_addr=(ADDRESS, _PORT)
        )
        self._opened.callback(transport.close)
        server = await asyncio.start_server(self._met, ADDRESS, _PORT)
        self._opened.callback(server.close)

    def asked(
        self, wire: bytes, transport: asyncio.DatagramTransport, who: tuple[str, int]
    ) -> None:
        """Answer a datagram, now or later."""
        task = asyncio.create_task(self._answer(wire, transport, who))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(
        self, wire: bytes, transport: asyncio.DatagramTransport, who: tuple[str, int]
    ) -> None:
        if self.trouble is Trouble.SLOW:
            await asyncio.sleep(3)
        if not transport.is_closing():
            transport.sendto(self._datagram(wire), who)

    def _datagram(self, wire: bytes) -> bytes:
        if self.trouble is Trouble.GARBAGE:
            return wire[:2] + os.urandom(500)
        flaps = self.trouble is Trouble.FLAPPING and int(time.monotonic()) % 2
        if flaps or self.trouble in _BY_CONNECTION:
            reply = dns.message.make_response(dns.message.from_wire(wire))
            reply.set_rcode(dns.rcode.SERVFAIL if flaps else dns.rcode.NOERROR)
            reply.flags |= dns.flags.RA | (0 if flaps else dns.flags.TC)
            return reply.to_wire()
        return self.known.answer(wire) or b""

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            size = int.from_bytes(await reader.readexactly(2))
            wire = await reader.readexactly(size)
            if self.trouble is Trouble.RESET:
                reset(writer)
                return
            if self.trouble is not Trouble.HALF_CLOSE:
                await self._write(self._long(wire), writer)
        writer.close()

    def _long(self, wire: bytes) -> bytes:
        if self.trouble is not Trouble.HUGE:
            return self.known.answer(wire) or b""
        if wire[2:] not in self._long_of:
            question = dns.message.from_wire(wire).question[0]
            many = NameServer()
            spread = (f"127.{at >> 8}.{at & 255}.9" for at in range(256, 256 + _MANY))
            many.has(question.name.to_text(omit_final_dot=True).lower(), "A", *spread)
            self._long_of[wire[2:]] = many.answer(wire) or b""
        return wire[:2] + self._long_of[wire[2:]][2:]

    async def _write(self, answer: bytes, writer: asyncio.StreamWriter) -> None:
        whole = len(answer).to_bytes(2) + answer
        pieces = (
            [whole[at : at + 1] for at in range(len(whole))]
            if self.trouble is Trouble.DRIP
            else [whole]
        )
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            if len(pieces) > 1:
                await asyncio.sleep(0.1)

    async def close(self) -> None:
        """Stop listening."""
        await self._opened.aclose()
        for task in tuple(self._tasks):
            task.cancel()


@dataclass
class _Datagrams(asyncio.DatagramProtocol):
    names: Names
    #: A ``DatagramTransport`` in all but its name: asyncio's own says so since Python 3.12.
    transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.names.asked(data, self.transport, addr)


@asynccontextmanager
async def names_for(roads: dict[str, Road]) -> AsyncIterator[Names]:
    """Open a name server that knows every road, and the stranger it leads to when it lies.

    The stranger has a parked page at every door but the webhook's: over plain http, which only
    networks that the operator named may have, a page that says 200 is believed.
    """
    names = Names(roads=tuple(roads.values()))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(names.close)
        for name, road in roads.items():
            names.known.has(name_of(name), "A", "127.0.0.1")
            if name != "webhook":
                parked = await asyncio.start_server(_parked, STRANGER, road.port)
                stack.callback(parked.close)
        await names.become(Trouble.NONE)
        yield names


async def _parked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        writer.write(_PARKED)
        await writer.drain()
        await reader.read(4096)
    writer.close()
