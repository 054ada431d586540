"""What the registry gets to see of us: name, numbers, pages, pace."""

import json
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from monitor.domain.errors import DamagedRecordError, RegistryUnavailableError
from monitor.domain.ports import Release
from monitor.domain.trial import NctId
from monitor.registry.parse import decode_study
from simulator.serve import Running, running
from simulator.settings import Settings
from tests.fakes.registry import SteppingTime, a_study
from tests.integration.registry.conftest import (
    NUMBERS,
    OpenClient,
    a_source,
    plain,
    saying,
    scripted,
)

ASKED = [NctId(number) for number in NUMBERS]


def a_page(*studies: bytes, token: str | None = None) -> bytes:
    page: dict[str, Any] = {"studies": [json.loads(study) for study in studies]}
    return plain(json.dumps(page | ({"nextPageToken": token} if token else {})).encode())


async def test_name_is_honest_and_keeps_the_librarys_token(
    simulator: Running, open_client: OpenClient
) -> None:
    async with open_client(simulator.url, contact="ops@example.org") as client:
        await client.release(None)

    (seen,) = simulator.requests.all()
    program, contact, library = seen.user_agent.split(" ")
    assert program.startswith("trialwatch/")
    assert contact == "(+ops@example.org)"
    assert library == f"python-httpx/{httpx.__version__}"


async def test_page_size_and_shape_are_always_named(
    simulator: Running, open_client: OpenClient
) -> None:
    async with open_client(simulator.url) as client:
        await client.fetch(ASKED)

    (seen,) = simulator.requests.all("/studies")
    assert parse_qs(seen.query) == {
        "filter.ids": [",".join(ASKED)],
        "pageSize": ["1000"],
        "format": ["json"],
        "markupFormat": ["markdown"],
    }


async def test_alias_redirect_gets_its_query_back(open_client: OpenClient) -> None:
    alias = "NCT99000202"
    source = a_source({NUMBERS[0]: {0: a_study(NUMBERS[0], aliases=(alias,))}})

    async with running(source) as server, open_client(server.url) as client:
        looked = await client.look(NctId(alias))

    first, second = server.requests.all()
    assert looked is not None
    assert (first.path, first.status) == (f"/studies/{alias}", 301)
    assert (second.path, second.query) == (f"/studies/{NUMBERS[0]}", first.query)
    assert second.query


async def test_more_than_a_hundred_numbers_are_several_requests(open_client: OpenClient) -> None:
    numbers = [NctId(f"NCT9910{number:04d}") for number in range(250)]
    source = a_source({number: {0: a_study(number)} for number in numbers})

    async with running(source) as server, open_client(server.url) as client:
        batch = await client.fetch(numbers)

    assert [study.nct_id for study in batch.studies] == numbers
    assert server.requests.count("/studies") == 3


async def test_small_pages_are_followed_to_the_end(
    simulator: Running, open_client: OpenClient
) -> None:
    async with open_client(simulator.url, page_size=2) as client:
        batch = await client.fetch(ASKED)

    assert [study.nct_id for study in batch.studies] == ASKED
    assert simulator.requests.count("/studies") == 4


async def test_study_that_slipped_between_pages_is_asked_for_again(
    open_client: OpenClient,
) -> None:
    one, two = a_study(NUMBERS[0]), a_study(NUMBERS[1])
    answers = saying(a_page(one, token="more"), a_page(one), a_page(two))

    async with scripted(answers) as server, open_client(server.url) as client:
        batch = await client.fetch(ASKED[:2])

    assert {study.nct_id for study in batch.studies} == set(ASKED[:2])
    assert f"filter.ids={NUMBERS[1]}&" in server.heads[2]


async def test_refused_page_token_begins_the_batch_anew(open_client: OpenClient) -> None:
    one, two = a_study(NUMBERS[0]), a_study(NUMBERS[1])
    refused = plain(
        b"Parameter `pageToken` has incorrect format", status="400 Bad Request", kind="text/plain"
    )
    answers = saying(a_page(one, token="old"), refused, a_page(one, token="new"), a_page(two))

    async with scripted(answers) as server, open_client(server.url) as client:
        batch = await client.fetch(ASKED[:2])

    assert [study.nct_id for study in batch.studies] == ASKED[:2]
    assert ["pageToken" in head for head in server.heads] == [False, True, False, True]


async def test_token_that_leads_back_to_itself_ends(open_client: OpenClient) -> None:
    same = a_page(a_study(NUMBERS[0]), token="same")

    async with scripted(saying(same)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError, match="pages that do not fit together"):
            await client.fetch(ASKED)

    assert len(server.heads) == 6


async def test_endless_new_tokens_end(open_client: OpenClient) -> None:
    pages = saying(*(a_page(token=f"t{number}") for number in range(100)))

    async with scripted(pages) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError, match="pages that do not fit together"):
            await client.fetch(ASKED[:3])

    assert len(server.heads) == 12


async def test_registry_that_ignores_the_numbers_is_not_believed(
    open_client: OpenClient,
) -> None:
    others = a_page(*(a_study(f"NCT9920{number:04d}") for number in range(50)))

    async with scripted(saying(others)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError, match="does not heed which were asked for"):
            await client.fetch(ASKED)


async def test_study_nobody_asked_for_is_dropped_and_reported(
    open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = a_study("NCT99200001")

    async with (
        scripted(saying(a_page(a_study(NUMBERS[0]), stranger))) as server,
        open_client(server.url) as client,
    ):
        batch = await client.fetch(ASKED[:1])

    assert [study.nct_id for study in batch.studies] == ASKED[:1]
    assert batch.kept_aside == ()
    assert "1 studies came that nobody asked for, and were dropped: NCT99200001" in caplog.text


async def test_look_that_gives_another_trial_is_refused(open_client: OpenClient) -> None:
    other = plain(a_study(NUMBERS[1]))

    async with scripted(saying(other)) as server, open_client(server.url) as client:
        with pytest.raises(DamagedRecordError, match=f"{NUMBERS[0]} and gave {NUMBERS[1]}"):
            await client.look(ASKED[0])


async def test_too_long_address_is_halved_and_remembered(
    time: SteppingTime, open_client: OpenClient
) -> None:
    source = a_source({number: {0: a_study(number)} for number in NUMBERS})
    narrow = Settings(url_limit=160)

    async with running(source, settings=narrow) as server, open_client(server.url) as client:
        first = await client.fetch(ASKED)
        refused = sum(seen.status == 414 for seen in server.requests.all())
        again = await client.fetch(ASKED)
        refused_again = sum(seen.status == 414 for seen in server.requests.all())

    assert [study.nct_id for study in first.studies] == ASKED
    assert again == first
    assert refused == refused_again > 0
    assert time.rests == []


async def test_400_too_long_is_halved_too(open_client: OpenClient) -> None:
    long = plain(b"Request URI is too long", status="400 Bad Request", kind="text/plain")
    pages = (a_page(a_study(number)) for number in NUMBERS[:2])

    async with scripted(saying(long, *pages)) as server, open_client(server.url) as client:
        batch = await client.fetch(ASKED[:2])

    assert [study.nct_id for study in batch.studies] == ASKED[:2]


async def test_requests_keep_to_the_rate(
    simulator: Running, open_client: OpenClient, time: SteppingTime
) -> None:
    async with open_client(simulator.url, rate=2, batch=1) as client:
        await client.fetch(ASKED)
        await client.release(None)

    assert len(simulator.requests.all()) == 8
    assert sum(time.rests) == pytest.approx(7 / 2)


async def test_unchanged_release_is_asked_with_its_tag(
    simulator: Running, open_client: OpenClient
) -> None:
    async with open_client(simulator.url) as client:
        known = await client.release(None)
        assert known is not None
        assert await client.release(known) is None

    first, second = simulator.requests.all("/version")
    assert (first.if_none_match, first.status) == ("", 200)
    assert (second.if_none_match, second.status) == (known.etag, 304)


async def test_new_tag_of_the_same_data_is_the_same_release(
    simulator: Running, open_client: OpenClient
) -> None:
    stamp = simulator.registry.release.timestamp
    known = Release(data_timestamp=stamp, etag='"from/before/the/deploy"')

    async with open_client(simulator.url) as client:
        assert await client.release(known) is None

    assert simulator.requests.count() == 1


async def test_not_modified_without_being_asked_is_no_answer(open_client: OpenClient) -> None:
    unasked = plain(b"", status="304 Not Modified")

    async with (
        scripted(saying(unasked)) as server,
        open_client(server.url, attempts=2) as client,
    ):
        with pytest.raises(RegistryUnavailableError, match="status 304 out of place"):
            await client.release(None)


async def test_older_release_is_still_told(simulator: Running, open_client: OpenClient) -> None:
    simulator.publish_next()
    async with open_client(simulator.url) as client:
        known = await client.release(None)
        simulator.faults.ask("older")
        older = await client.release(known)

    assert older is not None
    assert older.data_timestamp == "2026-03-02T09:00:05"


async def test_study_left_out_is_missing(simulator: Running, open_client: OpenClient) -> None:
    simulator.faults.ask("missing", nct_ids=[NUMBERS[2]])

    async with open_client(simulator.url) as client:
        batch = await client.fetch(ASKED)

    assert batch.missing == (ASKED[2],)
    assert len(batch.studies) == 6


async def test_fetched_studies_decode(simulator: Running, open_client: OpenClient) -> None:
    async with open_client(simulator.url) as client:
        batch = await client.fetch(ASKED)

    assert [decode_study(study.raw).nct_id for study in batch.studies] == ASKED
