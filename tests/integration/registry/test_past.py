"""What the registry's history pages give, and what becomes of a history that cannot be had."""

import json
from datetime import timedelta

import pytest

from monitor.domain.errors import RegistryBlockedError, RegistryUnavailableError
from monitor.domain.ports import PastVersion
from monitor.domain.trial import NctId
from tests.fakes.registry import a_study
from tests.integration.registry.conftest import (
    NUMBERS,
    OpenClient,
    plain,
    saying,
    scripted,
)

ONE = NctId(NUMBERS[0])
STUDY = a_study(ONE)
LIST = plain(json.dumps({"changes": [{"version": 0, "date": "2024-05-17"}]}).encode())


def paths(heads: list[str]) -> list[str]:
    return [head.split(" ")[1] for head in heads]


async def test_history_is_asked_beside_the_api(open_client: OpenClient) -> None:
    past = plain(b'{"study":' + STUDY + b"}")

    async with scripted(saying(LIST, past)) as server, open_client(server.url) as client:
        listed = await client.past_versions(ONE)
        record = await client.past_record(ONE, 3)

    assert listed == (PastVersion(number=0, date="2024-05-17"),)
    assert record is not None
    assert json.loads(record) == {"protocolSection": json.loads(STUDY)["protocolSection"]}
    assert paths(server.heads) == [
        f"/api/int/studies/{ONE}/history",
        f"/api/int/studies/{ONE}/history/3",
    ]


async def test_past_record_of_another_trial_is_none(open_client: OpenClient) -> None:
    past = plain(b'{"study":' + a_study(NUMBERS[1]) + b"}")

    async with scripted(saying(past)) as server, open_client(server.url) as client:
        assert await client.past_record(ONE, 3) is None


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "302 Found", "304 Same"])
async def test_history_that_is_not_there_is_none(open_client: OpenClient, status: str) -> None:
    async with (
        scripted(saying(plain(b"", status=status))) as server,
        open_client(server.url) as client,
    ):
        assert await client.past_versions(ONE) is None
        assert await client.past_record(ONE, 0) is None


async def test_history_that_is_too_large_is_none(open_client: OpenClient) -> None:
    async with (
        scripted(saying(plain(b" " * 101))) as server,
        open_client(server.url, body_cap_bytes=100) as client,
    ):
        assert await client.past_versions(ONE) is None


async def test_refusal_of_us_is_a_verdict(open_client: OpenClient) -> None:
    blocked = plain(b"", status="403 Forbidden")

    async with scripted(saying(blocked)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryBlockedError):
            await client.past_versions(ONE)
        with pytest.raises(RegistryBlockedError):
            await client.past_record(ONE, 0)


async def test_fault_that_may_pass_is_told_after_one_try(open_client: OpenClient) -> None:
    busy = plain(b"", "retry-after: 30", status="503 Busy")

    async with scripted(saying(busy)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError) as listing:
            await client.past_versions(ONE)
        with pytest.raises(RegistryUnavailableError) as reading:
            await client.past_record(ONE, 7)
        host = client.options.host

    assert len(server.heads) == 2
    assert str(listing.value) == (
        f"The registry ({host}) was asked once for the history of {ONE}: status 503. It asks for a"
        " rest of 30 s. Nothing was checked; it is tried again later."
    )
    assert str(reading.value) == (
        f"The registry ({host}) was asked once for past version 7 of {ONE}: status 503. It asks for"
        " a rest of 30 s. Nothing was checked; it is tried again later."
    )
    assert listing.value.retry_after == reading.value.retry_after == timedelta(seconds=30)
