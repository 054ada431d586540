"""Bodies without end and bombs: memory stays bounded, nobody else pays."""

import asyncio
import gzip
import tracemalloc
import zlib

import pytest

from monitor.domain.errors import DamagedRecordError, RegistryUnavailableError
from monitor.domain.trial import NctId
from simulator.serve import Running
from tests.fakes.registry import a_study
from tests.integration.registry.conftest import (
    NUMBERS,
    OpenClient,
    Play,
    Scripted,
    plain,
    saying,
    scripted,
)

ASKED = [NctId(number) for number in NUMBERS]
MEBIBYTE = 1024 * 1024
CAP = 2 * MEBIBYTE


def endless(block: bytes, blocks: int, *headers: str) -> Play:
    """Write ``blocks`` blocks for as long as somebody reads."""

    async def play(_head: str, writer: asyncio.StreamWriter, notes: Scripted) -> None:
        length = f"content-length: {len(block) * blocks}"
        head = ("HTTP/1.1 200 OK", "content-type: application/json", length, *headers)
        writer.write("\r\n".join((*head, "", "")).encode())
        for _ in range(blocks):
            writer.write(block)
            await writer.drain()
            notes.sent += len(block)

    return play


def a_bomb(unpacked_bytes: int) -> bytes:
    """Return gzip of that many blanks, packed twice as tight as a server ever would."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    blocks = [packer.compress(b" " * MEBIBYTE) for _ in range(unpacked_bytes // MEBIBYTE)]
    return b"".join((*blocks, packer.flush()))


async def test_100_megabytes_are_not_read_to_the_end(open_client: OpenClient) -> None:
    large = endless(b" " * 65_536, 1600)

    async with (
        scripted(large) as server,
        open_client(server.url, body_cap_bytes=CAP) as client,
    ):
        tracemalloc.start()
        batch = await client.fetch(ASKED[:1])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    (aside,) = batch.kept_aside
    assert aside.nct_id == ASKED[0]
    assert "larger than 2,097,152 bytes" in aside.reason
    assert len(aside.raw) <= 65_536
    assert server.sent < 10 * MEBIBYTE
    assert peak < 4 * CAP


async def test_gzip_bomb_is_counted_after_unpacking(open_client: OpenClient) -> None:
    bomb = plain(a_bomb(200 * MEBIBYTE), "content-encoding: gzip")
    assert len(bomb) < MEBIBYTE

    async with (
        scripted(saying(bomb)) as server,
        open_client(server.url, body_cap_bytes=CAP) as client,
    ):
        tracemalloc.start()
        batch = await client.fetch(ASKED[:1])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert [aside.nct_id for aside in batch.kept_aside] == ASKED[:1]
    assert peak < 4 * CAP


async def test_look_at_an_endless_record_raises(open_client: OpenClient) -> None:
    large = endless(b" " * 65_536, 1600)

    async with (
        scripted(large) as server,
        open_client(server.url, body_cap_bytes=CAP) as client,
    ):
        with pytest.raises(DamagedRecordError, match=f"{NUMBERS[0]} is larger than 2,097,152"):
            await client.look(ASKED[0])


@pytest.mark.parametrize("kind", ["huge", "bomb"])
async def test_one_large_record_does_not_take_its_neighbours(
    simulator: Running, open_client: OpenClient, kind: str
) -> None:
    simulator.faults.ask(kind, size=4 * MEBIBYTE, query=NUMBERS[2], times=None)

    async with open_client(simulator.url, body_cap_bytes=CAP) as client:
        batch = await client.fetch(ASKED)

    assert [aside.nct_id for aside in batch.kept_aside] == [ASKED[2]]
    assert {study.nct_id for study in batch.studies} == set(ASKED) - {ASKED[2]}
    assert batch.missing == ()


async def test_pages_count_together(simulator: Running, open_client: OpenClient) -> None:
    two_studies = 2 * len(a_study(NUMBERS[0]))

    async with open_client(simulator.url, page_size=1, body_cap_bytes=two_studies + 100) as client:
        batch = await client.fetch(ASKED)

    assert [study.nct_id for study in batch.studies] == ASKED
    assert batch.kept_aside == ()


async def test_many_gzip_members_are_one_body(open_client: OpenClient) -> None:
    body = b'{"studies":[' + a_study(NUMBERS[0]) + b"]}"
    packed = b"".join(
        gzip.compress(body[start : start + 100]) for start in range(0, len(body), 100)
    )

    async with (
        scripted(saying(plain(packed, "content-encoding: gzip"))) as server,
        open_client(server.url) as client,
    ):
        batch = await client.fetch(ASKED[:1])

    assert [study.raw for study in batch.studies] == [a_study(NUMBERS[0])]


async def test_gzip_that_ends_too_early_is_a_fault(open_client: OpenClient) -> None:
    packed = gzip.compress(b'{"studies":[]}' + b" " * 500)

    async with (
        scripted(saying(plain(packed[:-9], "content-encoding: gzip"))) as server,
        open_client(server.url, attempts=2) as client,
    ):
        with pytest.raises(RegistryUnavailableError, match="ends too early"):
            await client.fetch(ASKED[:1])


async def test_packing_nobody_asked_for_is_a_fault(open_client: OpenClient) -> None:
    async with (
        scripted(saying(plain(b"{}", "content-encoding: br"))) as server,
        open_client(server.url, attempts=1) as client,
    ):
        with pytest.raises(RegistryUnavailableError, match="packed as 'br'"):
            await client.release(None)
        assert "\r\naccept-encoding: gzip\r\n" in server.heads[0].lower()
