"""One study, one release: what is taken for it, what is not, and how long it is waited for."""

import json
import logging
from datetime import timedelta

import pytest

from monitor.domain.errors import DamagedRecordError, RegistryUnavailableError
from monitor.domain.ports import Release
from monitor.domain.trial import NctId
from tests.fakes.registry import FIRST_STAMP, SteppingTime, a_study
from tests.integration.registry.conftest import (
    NUMBERS,
    OpenClient,
    plain,
    saying,
    scripted,
)

ASKED = [NctId(number) for number in NUMBERS]
STUDIES = [a_study(number) for number in NUMBERS]


def a_release(stamp: str, *headers: str) -> bytes:
    return plain(json.dumps({"dataTimestamp": stamp}).encode(), *headers)


def refused(words: bytes, status: str = "400 Bad Request") -> bytes:
    return plain(words, status=status, kind="text/plain")


async def test_look_at_a_record_without_number_is_refused(open_client: OpenClient) -> None:
    async with scripted(saying(plain(b"{}"))) as server, open_client(server.url) as client:
        with pytest.raises(DamagedRecordError) as error:
            await client.look(ASKED[0])

    assert str(error.value) == (
        f"The registry was asked for {ASKED[0]} and gave a record without number. Nothing was"
        " compared; it is tried again later."
    )


async def test_look_at_another_record_is_refused_by_its_number(open_client: OpenClient) -> None:
    async with scripted(saying(plain(STUDIES[1]))) as server, open_client(server.url) as client:
        with pytest.raises(DamagedRecordError) as error:
            await client.look(ASKED[0])

    assert str(error.value) == (
        f"The registry was asked for {ASKED[0]} and gave {ASKED[1]}. Nothing was compared; it is"
        " tried again later."
    )


async def test_look_takes_a_record_that_lists_the_number_as_its_alias(
    open_client: OpenClient,
) -> None:
    merged = a_study(NUMBERS[1], aliases=(NUMBERS[0],))

    async with scripted(saying(plain(merged))) as server, open_client(server.url) as client:
        looked = await client.look(ASKED[0])

    assert looked is not None
    assert (looked.requested, looked.nct_id, looked.raw) == (ASKED[0], ASKED[1], merged)


async def test_redirect_out_of_the_registry_ends_at_once(open_client: OpenClient) -> None:
    away = plain(b"", "location: https://elsewhere.example.org/login", status="302 Found")

    async with scripted(saying(away)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError, match="to another place"):
            await client.look(ASKED[0])

    assert len(server.heads) == 1


async def test_any_study_is_the_first_of_a_page(open_client: OpenClient) -> None:
    page = plain(b'{"studies":[' + STUDIES[2] + b"," + STUDIES[0] + b"]}")

    async with (
        scripted(saying(page, plain(b'{"studies":[]}'))) as server,
        open_client(server.url) as client,
    ):
        some, none = await client.any_study(), await client.any_study()

    assert (some, none) == (STUDIES[2], None)
    assert "pageSize=1 " in server.heads[0]


async def test_release_without_tag_is_asked_for_without_one(open_client: OpenClient) -> None:
    known = Release(data_timestamp=FIRST_STAMP, etag=None)
    answers = saying(a_release(FIRST_STAMP), a_release("2026-03-03T09:00:05", "etag: new"))

    async with scripted(answers) as server, open_client(server.url) as client:
        same, newer = await client.release(known), await client.release(known)

    assert same is None
    assert newer == Release(data_timestamp="2026-03-03T09:00:05", etag="new")
    assert not any("if-none-match" in head.lower() for head in server.heads)


async def test_failed_try_and_the_rest_after_it_are_reported(
    open_client: OpenClient, time: SteppingTime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="monitor.registry")
    busy = plain(b"Busy", "retry-after: 60", status="503 Busy", kind="text/plain")

    async with (
        scripted(saying(refused(b"", "500 Sorry"), busy, a_release(FIRST_STAMP))) as server,
        open_client(server.url, longest_rest=timedelta(seconds=60)) as client,
    ):
        await client.release(None)

    assert time.rests == [0.5, 60]
    assert [one.message for one in caplog.records if one.name == "monitor.registry.asking"] == [
        "registry: try 1 for its release failed (status 500); resting 0.5 s",
        "registry: try 2 for its release failed (status 503: Busy); resting 60.0 s",
    ]


async def test_rest_longer_than_the_longest_is_left_to_the_caller(open_client: OpenClient) -> None:
    busy = plain(b"", "retry-after: 61", status="503 Busy")

    async with (
        scripted(saying(refused(b"", "500 Sorry"), busy)) as server,
        open_client(server.url, longest_rest=timedelta(seconds=60)) as client,
    ):
        with pytest.raises(RegistryUnavailableError) as error:
            await client.release(None)
        host = client.options.host

    assert str(error.value) == (
        f"The registry ({host}) was asked 2 times for its release: status 503. It asks for a rest"
        " of 61 s. Nothing was checked; it is tried again later."
    )
    assert error.value.retry_after == timedelta(seconds=61)


async def test_only_try_is_neither_rested_after_nor_repeated(
    open_client: OpenClient, time: SteppingTime
) -> None:
    async with (
        scripted(saying(refused(b"", "500 Sorry"))) as server,
        open_client(server.url, attempts=1) as client,
    ):
        with pytest.raises(RegistryUnavailableError, match="was asked once for its release"):
            await client.release(None)

    assert len(server.heads) == 1
    assert time.rests == []
