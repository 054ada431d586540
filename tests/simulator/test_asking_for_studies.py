"""GET /studies: filters, pages and refusals, traps included."""

import httpx
import pytest

from simulator.serve import Running

IDS = [f"NCT990000{number:02d}" for number in range(1, 12)]


def ids_of(answer: httpx.Response) -> list[str]:
    studies = answer.json()["studies"]
    return [one["protocolSection"]["identificationModule"]["nctId"] for one in studies]


async def test_ten_studies_come_when_no_size_is_asked(client: httpx.AsyncClient) -> None:
    answer = await client.get("/studies", params={"filter.ids": ",".join(IDS)})

    assert len(ids_of(answer)) == 10
    assert "nextPageToken" in answer.json()


@pytest.mark.parametrize(("size", "expected"), [("0", 10), ("3", 3), ("1000", 11), ("5000", 11)])
async def test_page_size_is_coerced_never_refused(
    client: httpx.AsyncClient, size: str, expected: int
) -> None:
    answer = await client.get("/studies", params={"pageSize": size})

    assert answer.status_code == 200
    assert len(ids_of(answer)) == expected


@pytest.mark.parametrize("separator", [",", "|", "%2C", "%7C"])
async def test_ids_are_separated_by_comma_or_pipe(
    client: httpx.AsyncClient, separator: str
) -> None:
    answer = await client.get(f"/studies?filter.ids={IDS[0]}{separator}{IDS[1]}")

    assert sorted(ids_of(answer)) == IDS[:2]


async def test_unknown_ids_are_simply_missing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/studies", params={"filter.ids": f"{IDS[0]},NCT12345678"})

    assert answer.status_code == 200
    assert ids_of(answer) == [IDS[0]]


async def test_an_alias_comes_back_under_the_canonical_number(client: httpx.AsyncClient) -> None:
    answer = await client.get("/studies", params={"filter.ids": "NCT99000090"})

    assert ids_of(answer) == ["NCT99000008"]


async def test_numbers_are_found_in_any_case_and_with_zeros(client: httpx.AsyncClient) -> None:
    answer = await client.get("/studies", params={"filter.ids": "nct0099000001"})

    assert ids_of(answer) == [IDS[0]]


async def test_one_malformed_id_fails_the_whole_request(client: httpx.AsyncClient) -> None:
    answer = await client.get("/studies", params={"filter.ids": f"{IDS[0]},NTC99000002"})

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == "Item 2 in parameter `filter.ids` has incorrect format"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("filter.phase=PHASE3", "`filter.phase` is unknown parameter"),
        ("filter.overallStatus=OPEN", "Invalid value in parameter `overallStatus`: `OPEN`"),
        ("pageSize=many", "Parameter `pageSize` has incorrect format"),
        ("pageToken=abracadabra", "Parameter `pageToken` has incorrect format"),
        ("fields=nctid", "Invalid value in parameter `fields`: `nctid`"),
        ("countTotal=yes", "Invalid value in parameter `countTotal`: `yes`"),
        ("format=xml", "Invalid value in parameter `format`: `xml`"),
        (
            "filter.advanced=AREA[Nowhere]RANGE[2026-03-01,MAX]",
            "Error parsing query in advanced filter: Unknown area name: 'Nowhere'",
        ),
        ("query.term=" + "+".join("abcdefghijklm"), "Too complicated query"),
    ],
)
async def test_wrong_parameters_are_refused_in_plain_text(
    client: httpx.AsyncClient, query: str, words: str
) -> None:
    answer = await client.get(f"/studies?{query}")

    assert answer.status_code == 400
    assert answer.text == words
    assert answer.headers["content-type"].startswith("text/plain")


async def test_following_tokens_visits_every_study_once(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    token: dict[str, str] = {}
    for _ in range(4):
        answer = await client.get("/studies", params={"pageSize": "3", **token})
        seen += ids_of(answer)
        token = {"pageToken": answer.json().get("nextPageToken", "")}

    assert seen == IDS
    assert token == {"pageToken": ""}


async def test_total_is_told_on_the_first_page_only(client: httpx.AsyncClient) -> None:
    first = await client.get("/studies", params={"countTotal": "true", "pageSize": "6"})
    token = first.json()["nextPageToken"]
    second = await client.get("/studies", params={"countTotal": "true", "pageToken": token})

    assert first.json()["totalCount"] == 11
    assert "totalCount" not in second.json()


async def test_a_token_with_other_parameters_gives_wrong_rows(client: httpx.AsyncClient) -> None:
    first = await client.get("/studies", params={"pageSize": "2"})
    token = first.json()["nextPageToken"]

    wrong = await client.get(
        "/studies", params={"filter.ids": ",".join(IDS[:4]), "pageToken": token}
    )

    assert wrong.status_code == 200
    assert len(ids_of(wrong)) == 2


async def test_named_studies_come_in_no_promised_order(
    client: httpx.AsyncClient, registry: Running
) -> None:
    asked = {"filter.ids": ",".join(IDS[:6]), "pageSize": "100"}
    orders = set()
    for _ in range(2):
        orders.add(tuple(ids_of(await client.get("/studies", params=asked))))
        registry.publish_next()

    assert len(orders) == 2
    assert {tuple(sorted(order)) for order in orders} == {tuple(IDS[:6])}


async def test_statuses_filter(client: httpx.AsyncClient) -> None:
    asked = {"filter.overallStatus": "NOT_YET_RECRUITING|COMPLETED"}

    assert ids_of(await client.get("/studies", params=asked)) == [IDS[0], IDS[5]]


async def test_update_date_filters_between_its_bounds(
    client: httpx.AsyncClient, registry: Running
) -> None:
    registry.publish_next()
    since = {"filter.advanced": "AREA[LastUpdatePostDate]RANGE[2026-03-03,MAX]"}
    until = {"filter.advanced": "AREA[LastUpdatePostDate]RANGE[MIN,2024-12-31]"}

    assert ids_of(await client.get("/studies", params=since)) == [IDS[0], IDS[1], IDS[3], IDS[10]]
    assert ids_of(await client.get("/studies", params=until)) == [IDS[4]]


async def test_a_query_of_numbers_alone_ignores_filters(client: httpx.AsyncClient) -> None:
    asked = {"query.term": f"{IDS[0]}, {IDS[1]}", "filter.overallStatus": "COMPLETED"}

    assert sorted(ids_of(await client.get("/studies", params=asked))) == IDS[:2]


async def test_words_are_searched_in_their_part_of_the_record(client: httpx.AsyncClient) -> None:
    assert ids_of(await client.get("/studies", params={"query.cond": "kidney stone"})) == [IDS[4]]
    assert ids_of(await client.get("/studies", params={"query.locn": "kidney"})) == []


async def test_fields_cut_the_study_down(client: httpx.AsyncClient) -> None:
    asked = {
        "filter.ids": IDS[0],
        "fields": "NCTId|StatusModule,protocolSection.designModule.phases",
    }

    (study,) = (await client.get("/studies", params=asked)).json()["studies"]

    assert set(study) == {"protocolSection"}
    assert set(study["protocolSection"]) == {"identificationModule", "statusModule", "designModule"}
    assert study["protocolSection"]["identificationModule"] == {"nctId": IDS[0]}
    assert study["protocolSection"]["designModule"] == {"phases": ["PHASE3"]}
    assert study["protocolSection"]["statusModule"]["overallStatus"] == "NOT_YET_RECRUITING"


async def test_fields_reach_into_lists(client: httpx.AsyncClient) -> None:
    asked = {"filter.ids": IDS[3], "fields": "LocationCity"}

    (study,) = (await client.get("/studies", params=asked)).json()["studies"]

    sites = study["protocolSection"]["contactsLocationsModule"]["locations"]
    assert sites[0] == {"city": "Phoenix"}
    assert len(sites) == 7


async def test_legacy_markup_has_line_ends_of_two_and_no_escapes(client: httpx.AsyncClient) -> None:
    asked = {"filter.ids": IDS[0], "markupFormat": "legacy", "fields": "EligibilityModule"}

    (study,) = (await client.get("/studies", params=asked)).json()["studies"]

    criteria = study["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]
    assert "\r\n* FEV1 before bronchodilator <80%" in criteria
    assert "\\" not in criteria
