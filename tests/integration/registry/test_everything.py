"""Going through all studies, a page at a time."""

from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.domain.errors import RegistryRefusedError
from monitor.domain.ports import FetchedStudy
from monitor.domain.trial import NctId
from monitor.registry.verdicts import OversizeError
from simulator.serve import Running
from tests.fakes.registry import a_study
from tests.integration.registry.conftest import (
    NUMBERS,
    OpenClient,
    plain,
    saying,
    scripted,
)

ONE, TWO = a_study(NUMBERS[0]), a_study(NUMBERS[1])
REFUSED = plain(b"Wrong", status="400 Bad Request", kind="text/plain")
TOO_LARGE = plain(b" " * 5000)


def sizes(heads: list[str]) -> list[str]:
    return [parse_qs(urlsplit(head.split(" ")[1]).query)["pageSize"][0] for head in heads]


async def test_all_studies_come_page_by_page(simulator: Running, open_client: OpenClient) -> None:
    async with open_client(simulator.url, page_size=4) as client:
        first = await client.page_of_all(None)
        assert first is not None
        last = await client.page_of_all(first.token)

    assert last is not None
    came = [study.nct_id for page in (first, last) for study in page.studies]
    assert sorted(came) == sorted(NUMBERS)
    assert (len(first.studies), first.total) == (4, 7)
    assert (len(last.studies), last.total, last.token) == (3, None, None)
    assert first.holders == last.holders == {"2026-03-02"}


async def test_page_holds_each_study_once_and_none_without_number(
    open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    later = ONE.replace(b'"versionHolder":"2026-03-02"', b'"versionHolder":"2026-03-09"')
    other = TWO.replace(b'"versionHolder":"2026-03-02"', b'"versionHolder":"2026-03-03"')
    body = b'{"studies":[' + b",".join([ONE, b"{}", later, other]) + b"]}"

    async with scripted(saying(plain(body))) as server, open_client(server.url) as client:
        page = await client.page_of_all(None)

    assert page is not None
    assert page.studies == tuple(
        FetchedStudy(requested=NctId(number), nct_id=NctId(number), raw=raw)
        for number, raw in ((NUMBERS[0], ONE), (NUMBERS[1], other))
    )
    assert page.holders == {"2026-03-02", "2026-03-03"}
    assert caplog.messages == ["registry: a page of all studies held a record without number"]


async def test_page_of_numbered_studies_is_nothing_to_report(
    simulator: Running, open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_client(simulator.url) as client:
        await client.page_of_all(None)

    assert caplog.messages == []


async def test_page_that_is_too_large_is_asked_for_in_halves(open_client: OpenClient) -> None:
    page = plain(b'{"studies":[' + ONE + b"]}")

    async with (
        scripted(saying(TOO_LARGE, TOO_LARGE, page)) as server,
        open_client(server.url, body_cap_bytes=4000, page_size=50) as client,
    ):
        came = await client.page_of_all("here")

    assert came is not None
    assert [study.raw for study in came.studies] == [ONE]
    assert sizes(server.heads) == ["50", "25", "12"]
    assert all("pageToken=here" in head for head in server.heads)


async def test_eight_studies_that_are_too_large_are_not_halved(open_client: OpenClient) -> None:
    async with (
        scripted(saying(TOO_LARGE)) as server,
        open_client(server.url, body_cap_bytes=4000, page_size=16) as client,
    ):
        with pytest.raises(OversizeError) as error:
            await client.page_of_all(None)

    assert sizes(server.heads) == ["16", "8"]
    assert str(error.value) == (
        "The registry's answer for all studies is larger than 4,000 bytes and was not read to its"
        " end. Nothing was compared; look at the record on the registry's site."
    )


async def test_token_that_is_not_taken_back_gives_no_page(open_client: OpenClient) -> None:
    async with scripted(saying(REFUSED)) as server, open_client(server.url) as client:
        assert await client.page_of_all("old") is None

    assert len(server.heads) == 1


async def test_first_page_that_is_refused_is_an_error(open_client: OpenClient) -> None:
    async with scripted(saying(REFUSED)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryRefusedError) as error:
            await client.page_of_all(None)

    assert error.value.words == "Wrong"
