"""Pages of a search that are odd in themselves, and what is said of them."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.domain.errors import RegistryUnavailableError
from monitor.domain.searches import Found, Hit
from monitor.domain.trial import NctId
from tests.integration.registry.conftest import (
    NUMBERS,
    OpenClient,
    plain,
    saying,
    scripted,
)

ROBOTS = (("query.cond", "robots"),)
IDS = [NctId(number) for number in NUMBERS]


def a_hit(number: str, *, title: str = "Lamp", stamp: str = "2026-03-02") -> dict[str, Any]:
    return {
        "protocolSection": {
            "identificationModule": {"nctId": number, "briefTitle": title},
            "statusModule": {"overallStatus": "RECRUITING"},
        },
        "derivedSection": {"miscInfoModule": {"versionHolder": stamp}},
    }


def a_page(*hits: dict[str, Any], total: int | None = None, token: str | None = None) -> bytes:
    page: dict[str, Any] = {"studies": list(hits)}
    page |= {} if total is None else {"totalCount": total}
    return plain(json.dumps(page | ({"nextPageToken": token} if token else {})).encode())


def asked(head: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(head.split(" ")[1]).query)


async def test_first_trials_are_asked_for_with_their_count(open_client: OpenClient) -> None:
    page = a_page(*map(a_hit, IDS[:3]), total=9)

    async with scripted(saying(page)) as server, open_client(server.url) as client:
        found = await client.find(ROBOTS, most=2)

    assert found == Found(
        total=9,
        hits=tuple(Hit(nct_id=one, title="Lamp", status="RECRUITING") for one in IDS[:2]),
    )
    assert asked(server.heads[0]) == {
        "query.cond": ["robots"],
        "format": ["json"],
        "fields": ["NCTId|BriefTitle|OverallStatus|VersionHolder"],
        "sort": ["StudyFirstPostDate:desc"],
        "pageSize": ["2"],
        "countTotal": ["true"],
    }


async def test_search_that_finds_nothing_has_no_trials(open_client: OpenClient) -> None:
    async with scripted(saying(a_page(total=0))) as server, open_client(server.url) as client:
        assert await client.find(ROBOTS, most=2) == Found(total=0, hits=())
        assert await client.find_all(ROBOTS, most=0) == Found(total=0, hits=())


async def test_trial_of_which_nothing_else_is_known_is_found(open_client: OpenClient) -> None:
    bare = {"protocolSection": {"identificationModule": {"nctId": IDS[0]}}}

    async with scripted(saying(a_page(bare, total=1))) as server, open_client(server.url) as client:
        found = await client.find(ROBOTS, most=1)

    assert found.hits == (Hit(nct_id=IDS[0], title="", status=""),)


async def test_title_is_kept_up_to_a_length(open_client: OpenClient) -> None:
    page = a_page(a_hit(IDS[0], title="x" * 500), a_hit(IDS[1], title="x" * 501), total=2)

    async with scripted(saying(page)) as server, open_client(server.url) as client:
        found = await client.find(ROBOTS, most=2)

    assert [hit.title for hit in found.hits] == ["x" * 500, "x" * 500]


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (a_page(), "a search without the count that was asked for"),
        (a_page(total=-1), "a search without the count that was asked for"),
        (a_page(a_hit("NCT9900010"), total=1), "a page with a study that has no number"),
        (a_page(a_hit("NCT990001011"), total=1), "a page with a study that has no number"),
        (a_page(a_hit("XYZ99000101"), total=1), "a page with a study that has no number"),
        (
            plain(b"<html>"),
            "an answer that cannot be read (JSON is malformed: invalid character (byte 0))",
        ),
    ],
)
async def test_page_that_makes_no_sense_is_a_fault(
    open_client: OpenClient, page: bytes, fault: str
) -> None:
    async with scripted(saying(page)) as server, open_client(server.url, attempts=2) as client:
        with pytest.raises(RegistryUnavailableError) as error:
            await client.find(ROBOTS, most=1)
        host = client.options.host

    assert str(error.value) == (
        f"The registry ({host}) was asked 2 times for a search: {fault}. Nothing was checked; it is"
        " tried again later."
    )


async def test_as_many_as_wanted_are_fetched_and_one_more_is_not(open_client: OpenClient) -> None:
    page = a_page(*map(a_hit, IDS[:2]), total=2)

    async with scripted(saying(page)) as server, open_client(server.url) as client:
        whole = await client.find_all(ROBOTS, most=2)
        counted = await client.find_all(ROBOTS, most=1)

    assert ([hit.nct_id for hit in whole.hits], whole.total) == (IDS[:2], 2)
    assert (counted.hits, counted.total) == ((), 2)


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([a_page(a_hit(IDS[0]), total=2)], id="too few"),
        pytest.param([a_page(*map(a_hit, IDS[:3]), total=2)], id="too many"),
        pytest.param([a_page(a_hit(IDS[0]), a_hit(IDS[0]), total=2)], id="twice the same"),
        pytest.param([a_page(a_hit(IDS[0]), a_hit(IDS[0]), total=1)], id="one of one, twice"),
        pytest.param(
            [a_page(a_hit(IDS[0]), a_hit(IDS[1], stamp="2026-03-03"), total=2)], id="two releases"
        ),
        pytest.param(
            [a_page(a_hit(IDS[0]), total=3, token="same"), a_page(a_hit(IDS[1]), token="same")],
            id="a token that leads back",
        ),
        pytest.param(
            [
                a_page(a_hit(IDS[0]), total=1, token="a"),
                a_page(a_hit(IDS[1]), token="b"),
            ],
            id="pages beyond the count",
        ),
        pytest.param(
            [
                a_page(a_hit(IDS[0]), total=2, token="a"),
                plain(b"Wrong", status="400 Bad Request", kind="text/plain"),
            ],
            id="a token that is not taken back",
        ),
    ],
)
async def test_set_that_is_not_whole_is_begun_three_times(
    open_client: OpenClient, pages: list[bytes]
) -> None:
    async with scripted(saying(*pages * 3)) as server, open_client(server.url) as client:
        with pytest.raises(RegistryUnavailableError) as error:
            await client.find_all(ROBOTS, most=1000)
        host = client.options.host

    assert len(server.heads) == 3 * len(pages)
    assert str(error.value) == (
        f"The registry ({host}) gives pages of a search that do not fit together: trials it counts"
        " are missing, or come twice. Nothing was taken from them; it is tried again later."
    )


async def test_last_page_may_be_empty(open_client: OpenClient) -> None:
    pages = [a_page(*map(a_hit, IDS[:2]), total=2, token="a"), a_page()]

    async with scripted(saying(*pages)) as server, open_client(server.url) as client:
        found = await client.find_all(ROBOTS, most=2)

    assert [hit.nct_id for hit in found.hits] == IDS[:2]
    assert asked(server.heads[1])["pageToken"] == ["a"]
    assert "countTotal" not in asked(server.heads[1])


async def test_trials_are_seen_in_batches_by_number(open_client: OpenClient) -> None:
    pages = [a_page(*map(a_hit, IDS[1::-1])), a_page(a_hit(IDS[2]), a_hit(IDS[6]))]

    async with (
        scripted(saying(*pages)) as server,
        open_client(server.url, batch=2, page_size=9) as client,
    ):
        seen = await client.sight([IDS[3], IDS[2], IDS[1], IDS[0], IDS[1]])

    assert list(seen) == IDS[:3]
    assert seen[IDS[2]] == Hit(nct_id=IDS[2], title="Lamp", status="RECRUITING")
    assert [asked(head)["filter.ids"] for head in server.heads] == [
        [f"{IDS[0]}|{IDS[1]}"],
        [f"{IDS[2]}|{IDS[3]}"],
    ]
    assert asked(server.heads[0])["pageSize"] == ["9"]


async def test_sight_of_no_trial_asks_for_nothing(open_client: OpenClient) -> None:
    async with scripted(saying(a_page())) as server, open_client(server.url) as client:
        assert await client.sight([]) == {}

    assert server.heads == []
