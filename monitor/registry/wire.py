"""One request and its answer, with a bound on every byte and every second.

Knows HTTP, not the registry: what an answer means is read in ``monitor.registry.verdicts``.
Bodies are unpacked here, in small pieces, so that a bomb is seen before it goes off; httpx
would unpack each chunk whole.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Final

import httpx

_PIECE_BYTES: Final = 256 * 1024
#: Most of an error's body that is read.
_ERROR_BYTES: Final = 4096
_OK: Final = 200
_PLAIN: Final = frozenset({"", "identity"})


class BrokenAnswerError(Exception):
    """The answer cannot be read to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response whose body was read, whole or up to the cap."""

    status: int
    headers: httpx.Headers
    body: bytes
    #: False when there was more than the cap.
    whole: bool
    http_version: str


async def exchange(
    http: httpx.AsyncClient, request: httpx.Request, *, cap_bytes: int, seconds: float
) -> Answer:
    """Send ``request`` and read its answer.

    Args:
        http: The pool to use.
        request: What to send; redirects are not followed.
        cap_bytes: Most bytes of body, before and after decompression.
        seconds: Most time until the last byte.

    Raises:
        BrokenAnswerError: The time is up, the connection failed, or the body is damaged.
    """
    try:
        async with asyncio.timeout(seconds):
            return await _exchange(http, request, cap_bytes)
    except TimeoutError as error:
        raise BrokenAnswerError(f"no whole answer within {seconds:g} s") from error
    except httpx.TimeoutException as error:
        raise BrokenAnswerError(f"no answer in time ({type(error).__name__})") from error
    except httpx.TransportError as error:
        raise BrokenAnswerError(_one_line(error)) from error
    except zlib.error as error:
        raise BrokenAnswerError(f"the compressed body is damaged ({error})") from error


def _one_line(error: Exception) -> str:
    words = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


async def _exchange(http: httpx.AsyncClient, request: httpx.Request, cap_bytes: int) -> Answer:
    response = await http.send(request, stream=True)
    try:
        cap = cap_bytes if response.status_code == _OK else _ERROR_BYTES
        body, whole = await _read(response, cap)
    finally:
        await response.aclose()
        if http.is_closed:
            # The pool was closed while this connection was still being made, and so did not
            # close it.
            await response.extensions["network_stream"].aclose()
    return Answer(
        status=response.status_code,
        headers=response.headers,
        body=body,
        whole=whole,
        http_version=response.http_version,
    )


async def _read(response: httpx.Response, cap_bytes: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for piece in _pieces(response, cap_bytes):
        body += piece
        if len(body) > cap_bytes:
            return bytes(memoryview(body)[:cap_bytes]), False
    return bytes(body), True


async def _pieces(response: httpx.Response, cap_bytes: int) -> AsyncIterator[bytes]:
    unpack = _unpacker(response)
    arrived = 0
    async for chunk in response.aiter_raw(_PIECE_BYTES):
        arrived += len(chunk)
        if arrived > cap_bytes + _PIECE_BYTES:
            raise BrokenAnswerError("more bytes arrived than its contents account for")
        for piece in unpack.feed(chunk) if unpack else (chunk,):
            yield piece
    if unpack and not unpack.finished:
        raise BrokenAnswerError("the compressed body ends too early")


def _unpacker(response: httpx.Response) -> "_Gunzip | None":
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in _PLAIN:
        return None
    if coding in {"gzip", "x-gzip"}:
        return _Gunzip()
    raise BrokenAnswerError(f"the body is packed as {coding[:20]!r}, which was not asked for")


class _Gunzip:
    """Unpacks gzip, one member after the other, never more than a piece at once."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._untouched = True

    @property
    def finished(self) -> bool:
        """Whether the last member begun has ended; no byte at all counts as an empty body."""
        return self._member.eof or self._untouched

    def feed(self, packed: bytes) -> Iterator[bytes]:
        piece = b""
        # A full piece may have more behind it even when all input is used up.
        while packed or len(piece) == _PIECE_BYTES:
            if self._member.eof and packed:
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            self._untouched = False
            piece = self._member.decompress(packed, _PIECE_BYTES)
            packed = self._member.unconsumed_tail or self._member.unused_data
            yield piece
