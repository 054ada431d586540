"""How far the client goes along with an odd answer, and the words it stops with."""

import json
from typing import Any

import pytest

from monitor.domain.errors import (
    RegistryRefusedError,
    RegistryUnavailableError,
)
from monitor.domain.ports import KeptAside
from monitor.domain.trial import NctId
from tests.fakes.registry import a_study
from tests.integration.registry.conftest import (
    NUMBERS,
    OpenClient,
    plain,
    saying,
    scripted,
)

ASKED = [NctId(number) for number in NUMBERS]
STUDIES = [a_study(number) for number in NUMBERS]
STRANGERS = [a_study(f"NCT9920000{number}") for number in range(8)]


def a_page(*studies: bytes, token: str | None = None) -> bytes:
    page: dict[str, Any] = {"studies": [json.loads(study) for study in studies]}
    return plain(json.dumps(page | ({"nextPageToken": token} if token else {})).encode())


def refused(words: bytes, status: str = "400 Bad Request") -> bytes:
    return plain(words, status=status, kind="text/plain")


async def test_pages_that_do_not_fit_together_are_told(open_client: OpenClient) -> None:
    same = a_page(STUDIES[0], token="same")

    async with scripted(saying(same)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError) as error:
            await client.fetch(ASKED)
        host = client.options.host

    assert str(error.value) == (
        f"The registry ({host}) gives pages that do not fit together for 7 trials, {ASKED[0]} to"
        f" {ASKED[-1]}. Nothing was checked; it is tried again later."
    )


async def test_as_many_pages_as_studies_and_one_more_are_followed(open_client: OpenClient) -> None:
    pages = [a_page(STUDIES[0], token="a"), a_page(STUDIES[1], token="b"), a_page()]

    async with scripted(saying(*pages)) as server, open_client(server.url) as client:
        batch = await client.fetch(ASKED[:2])

    assert [study.nct_id for study in batch.studies] == ASKED[:2]
    assert len(server.heads) == 3


async def test_one_page_that_lacks_a_study_is_not_asked_for_anew(open_client: OpenClient) -> None:
    async with scripted(saying(a_page(STUDIES[0]))) as server, open_client(server.url) as client:
        batch = await client.fetch(ASKED[:2])

    assert batch.missing == (ASKED[1],)
    assert len(server.heads) == 1


async def test_twice_as_many_studies_as_asked_for_are_borne(
    open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    page = a_page(STUDIES[0], STUDIES[1], *STRANGERS[:2])

    async with scripted(saying(page)) as server, open_client(server.url) as client:
        batch = await client.fetch(ASKED[:2])

    assert [study.nct_id for study in batch.studies] == ASKED[:2]
    assert caplog.messages == [
        "registry: 2 studies came that nobody asked for, and were dropped: NCT99200000, NCT99200001"
    ]


async def test_more_than_twice_as_many_are_not(open_client: OpenClient) -> None:
    page = a_page(STUDIES[0], STUDIES[1], *STRANGERS[:3])

    async with scripted(saying(page)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError) as error:
            await client.fetch(ASKED[:2])
        host = client.options.host

    assert str(error.value) == (
        f"The registry ({host}) was asked for 2 trials and gave 5 or more: it does not heed which"
        " were asked for. Nothing was checked; it is tried again later."
    )


@pytest.mark.parametrize(("strange", "end"), [(5, "NCT99200004"), (6, "NCT99200004, ...")])
async def test_of_many_strangers_five_are_named(
    open_client: OpenClient, caplog: pytest.LogCaptureFixture, strange: int, end: str
) -> None:
    page = a_page(*STUDIES, *STRANGERS[:strange])

    async with scripted(saying(page)) as server, open_client(server.url) as client:
        await client.fetch(ASKED)

    assert caplog.messages == [
        (
            f"registry: {strange} studies came that nobody asked for, and were dropped:"
            f" NCT99200000, NCT99200001, NCT99200002, NCT99200003, {end}"
        )
    ]


async def test_pages_may_be_as_large_together_as_one_answer(open_client: OpenClient) -> None:
    pages = [a_page(STUDIES[0], token="a"), a_page(STUDIES[1])]
    # A page brings its studies as it wrote them, with blanks.
    written = sum(len(json.dumps(json.loads(study))) for study in STUDIES[:2])

    async with (
        scripted(saying(*pages)) as server,
        open_client(server.url, body_cap_bytes=written) as client,
    ):
        batch = await client.fetch(ASKED[:2])

    assert (len(batch.studies), batch.kept_aside) == (2, ())


async def test_pages_that_are_larger_together_are_asked_for_in_halves(
    open_client: OpenClient,
) -> None:
    written = [len(json.dumps(json.loads(study))) for study in STUDIES[:2]]
    pages = [
        a_page(STUDIES[0], token="a"),
        a_page(STUDIES[1]),
        a_page(STUDIES[0]),
        a_page(STUDIES[1]),
    ]

    async with (
        scripted(saying(*pages)) as server,
        open_client(server.url, body_cap_bytes=sum(written) - 1) as client,
    ):
        batch = await client.fetch(ASKED[:2])

    assert [study.nct_id for study in batch.studies] == ASKED[:2]
    assert len(server.heads) == 4


async def test_lone_study_that_is_too_large_is_kept_aside_with_its_beginning(
    open_client: OpenClient,
) -> None:
    large = plain(b"x" * 70_001)

    async with (
        scripted(saying(large)) as server,
        open_client(server.url, body_cap_bytes=70_000) as client,
    ):
        batch = await client.fetch(ASKED[:1])

    assert (batch.studies, batch.missing) == ((), ())
    assert batch.kept_aside == (
        KeptAside(
            nct_id=ASKED[0],
            reason=f"The registry's answer for {ASKED[0]} is larger than 70,000 bytes and was not"
            " read to its end. Nothing was compared; look at the record on the registry's site.",
            raw=b"x" * 65_536,
        ),
    )


async def test_lone_study_over_pages_that_is_too_large_is_kept_aside(
    open_client: OpenClient,
) -> None:
    pages = [a_page(STUDIES[0], token="a"), a_page(STUDIES[0])]
    written = json.dumps(json.loads(STUDIES[0])).encode()

    async with (
        scripted(saying(*pages)) as server,
        open_client(server.url, body_cap_bytes=2 * len(written) - 1) as client,
    ):
        batch = await client.fetch(ASKED[:1])

    assert batch.kept_aside == (
        KeptAside(
            nct_id=ASKED[0], reason="The pages of one request are too large together", raw=written
        ),
    )


async def test_address_for_one_study_that_is_too_long_is_an_error(open_client: OpenClient) -> None:
    async with (
        scripted(saying(refused(b"", "414 URI Too Long"))) as server,
        open_client(server.url) as client,
    ):
        with pytest.raises(RegistryRefusedError) as error:
            await client.fetch(ASKED[:1])

    assert error.value.too_long
    assert len(server.heads) == 1


async def test_token_that_makes_the_address_too_long_halves_the_batch(
    open_client: OpenClient,
) -> None:
    answers = [
        a_page(STUDIES[0], token="endless"),
        refused(b"Request URI is too long"),
        a_page(STUDIES[0]),
        a_page(STUDIES[1]),
    ]

    async with scripted(saying(*answers)) as server, open_client(server.url) as client:
        batch = await client.fetch(ASKED[:2])

    assert [study.nct_id for study in batch.studies] == ASKED[:2]
    assert len(server.heads) == 4


async def test_batch_once_found_too_long_stays_at_its_half(open_client: OpenClient) -> None:
    too_long = refused(b"Request URI is too long")
    whole = [a_page(*STUDIES[start : start + 3]) for start in (0, 3, 6)]

    async with (
        scripted(saying(too_long, a_page(*STUDIES[:3]), a_page(*STUDIES[3:]), *whole)) as server,
        open_client(server.url) as client,
    ):
        await client.fetch(ASKED)
        await client.fetch(ASKED)

    numbers = [head.split("filter.ids=")[1].partition("&")[0].count("NCT") for head in server.heads]
    assert numbers == [7, 3, 4, 3, 3, 1]
