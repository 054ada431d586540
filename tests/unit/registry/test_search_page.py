"""The way back: the registry's own page for a search."""

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from monitor.domain.searches import Wanted
from monitor.registry.asked import query_of
from monitor.registry.searchaddress import query_from_address, search_url

PAGE = "https://clinicaltrials.gov/search?"


def on_the_page(*parameters: tuple[str, str]) -> list[tuple[str, str]]:
    address = search_url(parameters)
    assert address.startswith(PAGE)
    return parse_qsl(address.removeprefix(PAGE))


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


def test_each_text_goes_back_to_its_area() -> None:
    areas = ("cond", "intr", "spons", "lead", "titles", "outc", "id", "patient")

    page = on_the_page(("query.locn", "here"), *((f"query.{name}", name) for name in areas))

    assert sorted(page) == sorted([("locStr", "here"), *((name, name) for name in areas)])


def test_words_alone_and_an_expression_alone_are_the_term() -> None:
    assert on_the_page(("query.term", "renal")) == [("term", "renal")]
    assert on_the_page(("filter.advanced", "AREA[Sex]ALL")) == [("term", "AREA[Sex]ALL")]
    assert on_the_page(("filter.advanced", "b"), ("query.term", "a")) == [("term", "(a) AND (b)")]


def test_statuses_that_the_page_has_a_code_for_go_back() -> None:
    assert on_the_page(("filter.overallStatus", "RECRUITING|WITHHELD|UNKNOWN")) == [
        ("aggFilters", "status:rec unk")
    ]
    assert on_the_page(("filter.overallStatus", "WITHHELD"), ("query.cond", "a")) == [("cond", "a")]


def test_a_distance_goes_back_in_its_parts() -> None:
    assert on_the_page(("filter.geo", "distance(53.8,-1.55,50mi)")) == [
        ("lat", "53.8"),
        ("lng", "-1.55"),
        ("distance", "50"),
    ]
    assert on_the_page(("filter.geo", "nowhere"), ("query.cond", "a")) == [("cond", "a")]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("distance(53.8,-1.55,80km)", "distance=49.7"),
        ("distance(53.8,-1.55,80mi)", "distance=80"),
        ("distance(53.8,-1.55,2.5mi)", "distance=2.5"),
    ],
)
def test_page_shows_a_distance_in_the_miles_it_reads(asked: str, shown: str) -> None:
    assert shown in search_url((("filter.geo", asked),)).split("?")[1].split("&")
