"""A registry that fails: what is tried again, what is not, and what people are told."""

from datetime import timedelta
from typing import Any

import pytest

from monitor.domain.errors import (
    RegistryBlockedError,
    RegistryRefusedError,
    RegistryUnavailableError,
)
from monitor.domain.trial import NctId
from simulator.serve import Running
from tests.fakes.registry import SteppingTime
from tests.integration.registry.conftest import NUMBERS, OpenClient, call, plain, saying, scripted

ASKED = [NctId(number) for number in NUMBERS]
#: Short enough to wait for, long enough for a busy machine to answer in.
SHORT = {"read_timeout": timedelta(seconds=0.8), "answer_timeout": timedelta(seconds=1)}
PASSING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("status", {"status": 429}),
    ("status", {"status": 500}),
    ("status", {"status": 502}),
    ("status", {"status": 503}),
    ("hang", {}),
    ("reset", {}),
    ("cut", {}),
    ("drip", {"seconds": 0.05}),
    ("html", {}),
    ("html", {"status": 502}),
    ("garbage", {}),
    ("truncated", {}),
    ("empty", {}),
    ("shape", {}),
    ("bad_gzip", {}),
)
WAYS = [
    pytest.param(kind, wish, id="-".join([kind, *map(str, wish.values())]))
    for kind, wish in PASSING
]


def _patience(kind: str) -> dict[str, timedelta]:
    return SHORT if kind in {"hang", "drip"} else {}


@pytest.mark.parametrize(("kind", "wish"), WAYS)
async def test_passing_fault_is_tried_again(
    simulator: Running, open_client: OpenClient, kind: str, wish: dict[str, Any]
) -> None:
    simulator.faults.ask(kind, **wish)

    async with open_client(simulator.url, **_patience(kind)) as client:
        batch = await client.fetch(ASKED)

    assert [study.requested for study in batch.studies] == ASKED
    assert simulator.requests.count("/studies") == 2


@pytest.mark.parametrize(("kind", "wish"), WAYS)
async def test_lasting_fault_is_given_up_after_all_attempts(
    simulator: Running, open_client: OpenClient, kind: str, wish: dict[str, Any]
) -> None:
    simulator.faults.ask(kind, times=None, **wish)

    async with open_client(simulator.url, attempts=3, **_patience(kind)) as client:
        with pytest.raises(RegistryUnavailableError, match=r"asked 3 times for 7 trials.*Nothing"):
            await client.fetch(ASKED)

    assert simulator.requests.count("/studies") == 3


@pytest.mark.parametrize("kind", ["html", "garbage", "empty", "truncated", "shape", "cut"])
async def test_unreadable_release_is_no_release(
    simulator: Running, open_client: OpenClient, kind: str
) -> None:
    simulator.faults.ask(kind, times=None)

    async with open_client(simulator.url, attempts=3) as client:
        with pytest.raises(RegistryUnavailableError, match="asked 3 times for its release"):
            await client.release(None)


@pytest.mark.parametrize("kind", ["html", "garbage", "empty", "truncated", "cut"])
async def test_outage_never_reads_as_vanished_trial(
    simulator: Running, open_client: OpenClient, kind: str
) -> None:
    simulator.faults.ask(kind, times=None)

    async with open_client(simulator.url, attempts=3) as client:
        with pytest.raises(RegistryUnavailableError, match=NUMBERS[0]):
            await client.look(ASKED[0])


async def test_rests_grow_between_attempts(
    simulator: Running, open_client: OpenClient, time: SteppingTime
) -> None:
    simulator.faults.ask("status", status=503, times=4)

    async with open_client(simulator.url) as client:
        await client.fetch(ASKED)

    assert time.rests == [0.5, 1, 2, 4]


async def test_retry_after_in_seconds_is_honoured(
    simulator: Running, open_client: OpenClient, time: SteppingTime
) -> None:
    simulator.faults.ask("status", status=429, retry_after="17")

    async with open_client(simulator.url) as client:
        await client.fetch(ASKED)

    assert time.rests == [17]


async def test_retry_after_as_date_is_honoured(
    simulator: Running, open_client: OpenClient, time: SteppingTime
) -> None:
    simulator.faults.ask("status", status=503, retry_after="Mon, 02 Mar 2026 15:00:42 GMT")

    async with open_client(simulator.url) as client:
        await client.fetch(ASKED)

    assert time.rests == [42]


async def test_long_retry_after_is_left_to_the_caller(
    simulator: Running, open_client: OpenClient, time: SteppingTime
) -> None:
    simulator.faults.ask("status", status=429, retry_after="3600", times=None)

    async with open_client(simulator.url) as client:
        with pytest.raises(RegistryUnavailableError, match="a rest of 3600 s") as caught:
            await client.fetch(ASKED)

    assert caught.value.retry_after == timedelta(hours=1)
    assert simulator.requests.count() == 1
    assert time.rests == []


@pytest.mark.parametrize("verb", ["release", "fetch", "look"])
async def test_403_is_a_verdict_and_not_tried_again(
    simulator: Running, open_client: OpenClient, verb: str
) -> None:
    simulator.faults.ask("status", status=403, times=None)

    async with open_client(simulator.url) as client:
        with pytest.raises(
            RegistryBlockedError, match=r"refuses this program.*Nothing was checked"
        ):
            await call(client, verb)

    assert simulator.requests.count() == 1


async def test_404_without_the_registrys_words_is_an_outage(
    simulator: Running, open_client: OpenClient
) -> None:
    simulator.faults.ask("html", status=404)

    async with open_client(simulator.url) as client:
        with pytest.raises(RegistryUnavailableError, match="wrong address or an outage"):
            await client.look(ASKED[0])


async def test_404_about_another_number_is_an_outage(open_client: OpenClient) -> None:
    other = plain(b"NCT number NCT99009999 not found", status="404 Not Found", kind="text/plain")

    async with scripted(saying(other)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError, match="wrong address or an outage"):
            await client.look(ASKED[0])


async def test_wrong_base_address_says_so(simulator: Running, open_client: OpenClient) -> None:
    async with open_client(f"{simulator.root}/api/other/api/v2") as client:
        with pytest.raises(RegistryUnavailableError, match="TRIALWATCH_REGISTRY_URL"):
            await client.release(None)


async def test_nobody_listening_is_unavailable(open_client: OpenClient) -> None:
    async with open_client("http://127.0.0.1:1/api/v2", attempts=2) as client:
        with pytest.raises(RegistryUnavailableError, match=r"127\.0\.0\.1:1\) was asked 2 times"):
            await client.release(None)


async def test_refused_request_carries_the_registrys_words_in_one_short_line(
    open_client: OpenClient,
) -> None:
    words = b"Item 1 in parameter\r\n`filter.ids`\x1b[31m has incorrect format" + b" x" * 5000
    refused = plain(words, status="400 Bad Request", kind="text/plain;charset=utf-8")

    async with scripted(saying(refused)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryRefusedError) as caught:
            await client.fetch(ASKED)

    message = str(caught.value)
    assert "Item 1 in parameter `filter.ids` [31m has incorrect format" in message
    assert message.isprintable()
    assert len(message) < 400
    assert len(server.heads) == 1


async def test_web_page_in_a_refusal_is_not_quoted(open_client: OpenClient) -> None:
    page = plain(b"<script>alert(1)</script>", status="400 Bad Request", kind="text/html")

    async with scripted(saying(page)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryRefusedError) as caught:
            await client.fetch(ASKED)

    assert "script" not in str(caught.value)


@pytest.mark.parametrize("verb", ["release", "fetch", "look"])
async def test_redirect_to_another_place_is_not_followed(
    open_client: OpenClient, verb: str
) -> None:
    async with scripted(saying(plain(b"not the registry"))) as elsewhere:
        away = plain(b"", f"location: {elsewhere.url}/studies/{NUMBERS[0]}", status="302 Found")
        async with scripted(saying(away)) as server, open_client(server.url) as client:
            with pytest.raises(RegistryUnavailableError, match="to another place"):
                await call(client, verb)

    assert elsewhere.heads == []


async def test_redirects_in_a_circle_end(open_client: OpenClient) -> None:
    circle = plain(b"", f"location: /api/v2/studies/{NUMBERS[1]}", status="301 Moved Permanently")

    async with scripted(saying(circle)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError, match="to another place"):
            await client.look(ASKED[0])

    assert len(server.heads) == 3


async def test_cookies_are_not_kept(open_client: OpenClient) -> None:
    version = plain(b'{"dataTimestamp":"2026-03-02T09:00:05"}', "set-cookie: who=you; path=/")

    async with scripted(saying(version)) as server, open_client(server.url) as client:
        await client.release(None)
        await client.release(None)

    assert len(server.heads) == 2
    assert not any("cookie" in head.lower() for head in server.heads)
