"""One answer over the wire: how much of it is read, and what is said when it breaks."""

import asyncio
import gzip
from datetime import timedelta

import httpx
import pytest

from monitor.registry.connections import open_pool
from monitor.registry.options import RegistryOptions
from monitor.registry.wire import Answer, BrokenAnswerError, exchange
from tests.integration.registry.conftest import Play, Scripted, plain, saying, scripted

PIECE = 256 * 1024
NOTHING_PACKED = gzip.compress(b"")


async def asked(
    play: Play, *, cap_bytes: int = 1000, seconds: float = 20, silence: float = 20
) -> Answer:
    async with scripted(play) as server:
        options = RegistryOptions(url=server.url, read_timeout=timedelta(seconds=silence))
        async with open_pool(options, None) as pool:
            request = httpx.Request("GET", server.url)
            return await exchange(pool, request, cap_bytes=cap_bytes, seconds=seconds)


async def broken(play: Play, *, seconds: float = 20, silence: float = 20) -> str:
    with pytest.raises(BrokenAnswerError) as error:
        await asked(play, seconds=seconds, silence=silence)
    return str(error.value)


async def broken_by_silence(*, seconds: float = 20, silence: float = 20) -> str:
    over, closed = asyncio.Event(), asyncio.Event()

    async def play(_head: str, writer: asyncio.StreamWriter, _notes: Scripted) -> None:
        await over.wait()
        writer.close()
        await writer.wait_closed()
        closed.set()

    said = await broken(play, seconds=seconds, silence=silence)
    over.set()
    async with asyncio.timeout(10):
        await closed.wait()
    return said


def packed(body: bytes, coding: str = "gzip") -> Play:
    return saying(plain(body, f"content-encoding: {coding}"))


async def test_answer_is_what_came() -> None:
    answer = await asked(saying(plain(b"{}", "etag: abc", status="203 Other")))

    assert (answer.status, answer.body, answer.whole) == (203, b"{}", True)
    assert (answer.headers["etag"], answer.http_version) == ("abc", "HTTP/1.1")


@pytest.mark.parametrize(
    ("status", "cap_bytes", "read"),
    [("200 OK", 1000, 1000), ("500 Sorry", 1000, 4096), ("500 Sorry", 9000, 4096)],
)
async def test_body_is_read_up_to_its_cap(status: str, cap_bytes: int, read: int) -> None:
    whole = await asked(saying(plain(b"x" * read, status=status)), cap_bytes=cap_bytes)
    longer = await asked(saying(plain(b"x" * (read + 1), status=status)), cap_bytes=cap_bytes)

    assert (len(whole.body), whole.whole) == (read, True)
    assert (len(longer.body), longer.whole) == (read, False)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", " gzip "])
async def test_gzip_is_unpacked_by_any_of_its_names(coding: str) -> None:
    assert (await asked(packed(gzip.compress(b"{}"), coding))).body == b"{}"


@pytest.mark.parametrize("coding", ["identity", "Identity", ""])
async def test_what_is_not_packed_is_taken_as_it_is(coding: str) -> None:
    assert (await asked(packed(b"{}", coding))).body == b"{}"


async def test_no_byte_at_all_is_an_empty_body() -> None:
    answer = await asked(packed(b""))

    assert (answer.body, answer.whole) == (b"", True)


async def test_body_of_many_pieces_is_unpacked_whole() -> None:
    body = b"x" * (2 * PIECE)

    answer = await asked(packed(gzip.compress(body)), cap_bytes=3 * PIECE)

    assert answer.body == body


async def test_packing_nobody_asked_for_is_named() -> None:
    assert await broken(packed(b"{}", "BR")) == (
        "the body is packed as 'br', which was not asked for"
    )
    assert await broken(packed(b"{}", "z" * 21)) == (
        f"the body is packed as '{'z' * 20}', which was not asked for"
    )


async def test_gzip_that_ends_too_early_is_broken() -> None:
    assert await broken(packed(gzip.compress(b"{}")[:-1])) == ("the compressed body ends too early")


async def test_gzip_that_is_none_is_broken() -> None:
    assert await broken(packed(b"{}")) == (
        "the compressed body is damaged (Error -3 while decompressing data: incorrect header check)"
    )


async def test_bytes_that_unpack_to_nothing_are_read_up_to_a_bound() -> None:
    # Of these, so many make the cap and one piece together, to the byte.
    members = (PIECE + 96) // len(NOTHING_PACKED)
    assert members * len(NOTHING_PACKED) == PIECE + 96

    answer = await asked(packed(NOTHING_PACKED * members), cap_bytes=96)
    with pytest.raises(BrokenAnswerError) as error:
        await asked(packed(NOTHING_PACKED * (members + 1)), cap_bytes=96)

    assert (answer.body, answer.whole) == (b"", True)
    assert str(error.value) == "more bytes arrived than its contents account for"


async def test_answer_that_takes_too_long_is_broken() -> None:
    assert await broken_by_silence(seconds=0.25) == "no whole answer within 0.25 s"


async def test_silence_within_an_answer_is_broken() -> None:
    assert await broken_by_silence(silence=0.25) == "no answer in time (ReadTimeout)"


async def test_connection_that_ends_without_an_answer_is_broken() -> None:
    assert await broken(saying(b"")) == (
        "RemoteProtocolError: Server disconnected without sending a response."
    )


async def test_of_a_long_reason_the_beginning_is_said() -> None:
    garbled = b"HTTP/1.1 200 OK\r\n" + b"x" * 300 + b"\r\n\r\n"

    said = await broken(saying(garbled))

    assert said == f"RemoteProtocolError: illegal header line: bytearray(b'{'x' * 167}"
    assert len(said.removeprefix("RemoteProtocolError: ")) == 200
