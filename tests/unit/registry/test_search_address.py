"""Searches as addresses, copied from the registry's pages and made for them."""

from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.domain.errors import SearchRefusedError
from monitor.domain.searches import Wanted
from monitor.registry.asked import query_of
from monitor.registry.searchaddress import query_from_address, search_url

PAGE = "https://clinicaltrials.gov/search?"


def pasted(query: str) -> dict[str, str]:
    return dict(query_from_address(f"{PAGE}{query}").parameters)


def test_words_of_the_page_become_the_registrys_parameters() -> None:
    assert pasted("cond=Lupus%20Nephritis&term=renal&intr=insulin&spons=Nowhere&lead=Labs") == {
        "query.cond": "Lupus Nephritis",
        "query.term": "renal",
        "query.intr": "insulin",
        "query.spons": "Nowhere",
        "query.lead": "Labs",
    }


def test_codes_of_the_page_become_filters() -> None:
    assert pasted("cond=a&aggFilters=status:rec%20not,phase:2%203,sex:f,results:without") == {
        "query.cond": "a",
        "filter.overallStatus": "RECRUITING|NOT_YET_RECRUITING",
        "filter.advanced": "AREA[Phase](PHASE2 OR PHASE3) AND AREA[Sex](FEMALE OR ALL)"
        " AND AREA[ResultsFirstPostDate]MISSING",
    }


def test_several_codes_of_a_group_are_alternatives() -> None:
    assert pasted("aggFilters=ages:child%20adult") == {
        "filter.advanced": "(AREA[StdAge]CHILD OR AREA[StdAge]ADULT)"
    }


def test_a_distance_comes_before_the_name_of_its_place() -> None:
    near = "lat=53.8&lng=-1.55&distance=50&locStr=Leeds,%20UK&country=United%20Kingdom"
    query = query_from_address(f"{PAGE}{near}")

    assert dict(query.parameters) == {"filter.geo": "distance(53.8,-1.55,50mi)"}
    assert query.words == "within 50 miles of Leeds, UK"


def test_a_place_without_a_distance_is_searched_by_its_parts() -> None:
    assert pasted("country=France&state=Nord&locStr=Nord,%20France") == {
        "filter.advanced": 'AREA[LocationCountry]"France" AND AREA[LocationState]"Nord"'
    }
    assert pasted("locStr=Lille") == {"query.locn": "Lille"}


def test_spans_of_dates_may_be_open() -> None:
    assert pasted("cond=a&start=2026-01-01_&primComp=_2027-06") == {
        "query.cond": "a",
        "filter.advanced": "AREA[StartDate]RANGE[2026-01-01, MAX]"
        " AND AREA[PrimaryCompletionDate]RANGE[MIN, 2027-06]",
    }


def test_how_the_page_looks_does_not_matter() -> None:
    assert pasted("cond=a&viewType=Table&sort=@relevance&page=3&limit=100&term=") == {
        "query.cond": "a"
    }


def test_an_address_of_the_api_is_taken_as_it_is() -> None:
    address = (
        "https://clinicaltrials.gov/api/v2/studies?query.cond=lupus&filter.overallStatus=RECRUITING"
        "&filter.advanced=AREA%5BPhase%5DPHASE2&filter.geo=distance(53.8,-1.55,80km)&pageSize=100"
    )

    assert dict(query_from_address(address).parameters) == {
        "query.cond": "lupus",
        "filter.overallStatus": "RECRUITING",
        "filter.geo": "distance(53.8,-1.55,80km)",
        "filter.advanced": "(AREA[Phase]PHASE2)",
    }


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://clinicaltrials.gov/study/NCT99000001", "no address of a search"),
        ("https://example.org/search?cond=a", "no address of a search"),
        ("cond=a", "no address of a search"),
        ("http://[oops/search?cond=a", "no address of a search"),
        (f"{PAGE}cond=a&mystery=1", "asks for mystery"),
        (f"{PAGE}aggFilters=phase:9", "none of early1"),
        (f"{PAGE}aggFilters=status:xyz", "'status:xyz', which is not understood"),
        (f"{PAGE}aggFilters=docs:prot", "'docs:prot', which is not understood"),
        (f"{PAGE}lat=a&lng=b&distance=c", "no distance"),
        (f"{PAGE}start=soon", "no span of dates"),
        (PAGE, "says nothing to look for"),
        (f"{PAGE}term=NCT99000001", "trial numbers and nothing else"),
        ("https://clinicaltrials.gov/api/v2/studies?filter.ids=NCT99000001", "asks for filter.ids"),
    ],
)
def test_what_would_be_another_search_is_refused(address: str, words: str) -> None:
    with pytest.raises(SearchRefusedError, match=words):
        query_from_address(address)


def test_the_way_back_leads_to_the_registrys_page() -> None:
    query = query_of(Wanted(condition="lupus", words="renal", statuses=("recruiting",), age="34"))

    parts = urlsplit(search_url(query.parameters))
    asked = parse_qs(parts.query)

    assert (parts.hostname, parts.path) == ("clinicaltrials.gov", "/search")
    assert asked["cond"] == ["lupus"]
    assert asked["aggFilters"] == ["status:rec"]
    assert asked["term"][0].startswith("(renal) AND ((AREA[MinimumAge]")


@pytest.mark.parametrize(
    "query",
    [
        "cond=lupus&aggFilters=status%3Arec",
        "term=renal&intr=insulin&locStr=Leeds",
        "lat=53.8&lng=-1.55&distance=50",
    ],
)
def test_there_and_back_is_the_same_search(query: str) -> None:
    once = query_from_address(f"{PAGE}{query}").parameters

    assert set(query_from_address(search_url(once)).parameters) == set(once)
