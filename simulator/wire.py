"""Putting an answer on the wire, whole or spoiled.

What is sent is decided in ``simulator.edge``; here it only leaves.
"""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from starlette.types import Receive, Scope, Send

from simulator.faults import Fault, FaultKind

_WORTH_PACKING_BYTES = 500
_CRUMB_BYTES = 16
_BLOCK_BYTES = 1024 * 1024
#: Key under which the server puts the connection into a request's scope.
TRANSPORT = "simulator.transport"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response as it is to leave."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def with_body(self, body: bytes, *headers: tuple[str, str]) -> "Answer":
        """Return the same answer with another body and further headers."""
        return replace(self, body=body, headers=(*self.headers, *headers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The way back to one client."""

    scope: Scope
    receive: Receive
    send: Send

    def transport(self) -> asyncio.Transport | None:
        """Return the connection below, ``None`` when the server does not show it."""
        found = self.scope.get("extensions", {}).get(TRANSPORT)
        return found if isinstance(found, asyncio.Transport) else None


def packed(answer: Answer, accepted: str) -> Answer:
    """Return the answer gzipped when the client takes that and it is worth it."""
    if "gzip" not in accepted or len(answer.body) < _WORTH_PACKING_BYTES:
        return answer
    return answer.with_body(
        gzip.compress(answer.body, compresslevel=1, mtime=0),
        ("content-encoding", "gzip"),
        ("vary", "accept-encoding"),
    )


def bomb(answer: Answer, size: int) -> Answer:
    """Return a small gzip body that unpacks to the answer and blanks, ``size`` bytes in all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    blocks = max(0, size - len(answer.body)) // _BLOCK_BYTES
    parts = [packer.compress(part) for part in (answer.body, *[b" " * _BLOCK_BYTES] * blocks)]
    parts.append(packer.flush())
    return answer.with_body(b"".join(parts), ("content-encoding", "gzip"))


async def send_whole(line: Line, answer: Answer, _fault: Fault | None = None) -> None:
    """Send the answer as it is."""
    await _start(line, answer)
    await line.send({"type": "http.response.body", "body": answer.body})


async def _cut(line: Line, answer: Answer, _fault: Fault) -> None:
    await _start(line, answer)
    half = answer.body[: len(answer.body) // 2]
    await line.send({"type": "http.response.body", "body": half, "more_body": True})
    await _hang_up(line)


async def _reset(line: Line, _answer: Answer, _fault: Fault) -> None:
    await _hang_up(line)


async def _hang(line: Line, _answer: Answer, _fault: Fault) -> None:
    while (await line.receive())["type"] != "http.disconnect":
        pass


async def _drip(line: Line, answer: Answer, fault: Fault) -> None:
    await _start(line, answer)
    gone = asyncio.ensure_future(_hang(line, answer, fault))
    try:
        for start in range(0, len(answer.body), _CRUMB_BYTES):
            crumb = answer.body[start : start + _CRUMB_BYTES]
            await line.send({"type": "http.response.body", "body": crumb, "more_body": True})
            if (await asyncio.wait((gone,), timeout=fault.seconds))[0]:
                return
        await line.send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


_WAYS: dict[FaultKind, Callable[[Line, Answer, Fault], Awaitable[None]]] = {
    FaultKind.CUT: _cut,
    FaultKind.RESET: _reset,
    FaultKind.HANG: _hang,
    FaultKind.DRIP: _drip,
}


async def deliver(line: Line, answer: Answer, fault: Fault | None) -> None:
    """Send the answer, or as much of it as the fault lets through."""
    way = _WAYS.get(fault.kind) if fault else None
    if fault is None or way is None:
        await send_whole(line, answer)
    else:
        await way(line, answer, fault)


async def _start(line: Line, answer: Answer) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    length = [(b"content-length", b"%d" % len(answer.body))]
    status: dict[str, Any] = {"type": "http.response.start", "status": answer.status}
    await line.send({**status, "headers": headers + length})


async def _hang_up(line: Line) -> None:
    if transport := line.transport():
        transport.close()
    await _hang(line, _NOTHING, _NO_FAULT)


_NOTHING = Answer(status=0, headers=(), body=b"")
_NO_FAULT = Fault(kind=FaultKind.RESET)
