"""The registry's query language, as far as the stand-in plays it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from simulator.essie import Document, QuerySyntaxError, parsed
from simulator.given import given_studies
from simulator.serve import running

STUDY = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT99000001", "briefTitle": "Lanterin for Robots"},
        "statusModule": {
            "overallStatus": "RECRUITING",
            "studyFirstPostDateStruct": {"date": "2026-01-15"},
        },
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["EARLY_PHASE1", "PHASE2"]},
        "eligibilityModule": {
            "minimumAge": "6 Months",
            "maximumAge": "65 Years",
            "healthyVolunteers": False,
            "stdAges": ["CHILD", "ADULT"],
        },
        "contactsLocationsModule": {
            "locations": [
                {
                    "city": "Leeds",
                    "country": "United Kingdom",
                    "geoPoint": {"lat": 53.8, "lon": -1.55},
                },
                {"city": "Lille", "country": "France"},
            ]
        },
    }
}
LATER = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT99000002", "briefTitle": "Lanterin for Clocks"},
        "statusModule": {
            "overallStatus": "COMPLETED",
            "studyFirstPostDateStruct": {"date": "2026-02-15"},
        },
        "contactsLocationsModule": {
            "locations": [{"city": "York", "geoPoint": {"lat": 53.96, "lon": -1.08}}]
        },
    }
}


def matches(expression: str) -> bool:
    return parsed(expression)(Document(study=STUDY, text="lanterin for tired robots"))


@pytest.mark.parametrize(
    "expression",
    [
        "robots tired",
        '"tired robots"',
        "robots AND lanterin",
        "clocks OR robots",
        "robots NOT clocks",
        "(clocks OR robots) AND (lanterin OR placebo)",
        "AREA[Phase]PHASE2",
        "AREA[Phase](PHASE3 OR PHASE2)",
        "AREA[Phase]EARLY_PHASE1",
        'AREA[LocationCountry]"United Kingdom"',
        "AREA[LocationCountry]France AND robots",
        "AREA[LocationCity]COVERAGE[FullMatch]Leeds",
        "AREA[MinimumAge]RANGE[MIN, 34 years]",
        "AREA[MaximumAge]RANGE[34 years, MAX]",
        "AREA[MinimumAge]RANGE[5 months, 7 months]",
        "AREA[ResultsFirstPostDate]MISSING",
        "(AREA[MaximumAge]RANGE[90 years, MAX] OR AREA[Phase]PHASE2)",
        "AREA[StudyFirstPostDate]RANGE[2026-01-01, 2026-01-31]",
        "AREA[HealthyVolunteers]false",
        "NOT AREA[Phase]PHASE4",
        "AREA[StdAge]CHILD",
    ],
)
def test_expression_matches(expression: str) -> None:
    assert matches(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "clocks",
        '"robots tired"',
        "robots AND clocks",
        "NOT robots",
        "AREA[Phase]PHASE1",
        "AREA[Phase]MISSING",
        "AREA[LocationCountry]Kingdom AND AREA[LocationCountry]Spain",
        "AREA[MinimumAge]RANGE[1 year, MAX]",
        "AREA[ResultsFirstPostDate]RANGE[MIN, MAX]",
        "AREA[StudyFirstPostDate]RANGE[2026-02-01, MAX]",
        "AREA[StdAge]OLDER_ADULT",
    ],
)
def test_expression_does_not_match(expression: str) -> None:
    assert not matches(expression)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ('"open', "Unbalanced quotes"),
        ("(robots", r"Missing '\)'"),
        ("robots)", r"Unexpected '\)'"),
        ("AND robots", "Unexpected 'AND'"),
        ("robots AND", "Unexpected end"),
        ("AREA[Nowhere]a", "Unknown area name: 'Nowhere'"),
        ("RANGE[1,2]", "without AREA"),
        ("AREA[Phase]", "Unexpected end"),
    ],
)
def test_expression_that_cannot_be_read_is_refused(expression: str, words: str) -> None:
    with pytest.raises(QuerySyntaxError, match=words):
        parsed(expression)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    source = given_studies({"NCT99000001": STUDY, "NCT99000002": LATER})
    async with running(source) as served, httpx.AsyncClient(base_url=served.url) as client:
        yield client


async def ids(client: httpx.AsyncClient, **asked: str) -> list[str]:
    answer = await client.get(
        "/studies", params={key.replace("_", "."): v for key, v in asked.items()}
    )
    assert answer.status_code == 200, answer.text
    return [
        study["protocolSection"]["identificationModule"]["nctId"]
        for study in answer.json()["studies"]
    ]


async def test_filters_and_queries_go_together(client: httpx.AsyncClient) -> None:
    assert await ids(client, query_titles="lanterin") == ["NCT99000001", "NCT99000002"]
    assert await ids(client, query_titles="lanterin", filter_advanced="AREA[Phase]PHASE2") == [
        "NCT99000001"
    ]


async def test_distance_is_to_any_place_of_a_study(client: httpx.AsyncClient) -> None:
    near_leeds = "distance(53.8,-1.5,10km)"

    assert await ids(client, filter_geo=near_leeds) == ["NCT99000001"]
    assert len(await ids(client, filter_geo="distance(53.8,-1.5,30mi)")) == 2
    assert await ids(client, filter_geo="distance(0,0,50mi)") == []


async def test_dates_sort_in_pages(client: httpx.AsyncClient) -> None:
    order = {"sort": "StudyFirstPostDate:desc", "pageSize": "1"}
    first = await client.get("/studies", params=order)
    token = {"pageToken": first.json()["nextPageToken"]}
    second = await client.get("/studies", params={**order, **token})

    assert [page.json()["studies"][0]["protocolSection"]["identificationModule"]["nctId"]
            for page in (first, second)] == ["NCT99000002", "NCT99000001"]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("query.cond", '"open', "Error parsing query in parameter `query.cond`: Unbalanced quotes"),
        ("filter.geo", "near Leeds", "Parameter `filter.geo` has incorrect format"),
        ("sort", "BriefTitle", "Unsupported sort field type: text"),
    ],
)
async def test_what_is_wrong_is_refused_in_words(
    client: httpx.AsyncClient, name: str, value: str, words: str
) -> None:
    answer = await client.get("/studies", params={name: value})

    assert (answer.status_code, answer.text) == (400, words)
