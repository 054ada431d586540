"""Addresses that are no search, or another than the one that would be made of them."""

import pytest

from monitor.domain.errors import SearchRefusedError
from monitor.registry.searchaddress import query_from_address

PAGE = "https://clinicaltrials.gov/search?"


def refusal(address: str) -> str:
    with pytest.raises(SearchRefusedError) as refused:
        query_from_address(address)
    return str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://clinicaltrials.gov/study/NCT99000001",
        "https://example.org/search?cond=a",
        " cond=a ",
        "http://[oops/search?cond=a",
    ],
)
def test_another_address_is_refused_with_advice(address: str) -> None:
    assert refusal(address) == (
        f"'{address.strip()}' is no address of a search at ClinicalTrials.gov: search there, and"
        " copy the whole address, which begins with https://clinicaltrials.gov/search?"
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "cond=a&mystery=1&page=2&also=x",
            (
                "The address asks for also, mystery, which is not understood here; take it out of the"
                " search, copy the address again"
            ),
        ),
        (
            "aggFilters=docs:prot",
            (
                "The address filters by 'docs:prot', which is not understood here; take that filter"
                " out of the search, copy the address again"
            ),
        ),
        (
            "aggFilters=status:rec%20xyz",
            (
                "The address filters by 'status:rec xyz', which is not understood here; take that"
                " filter out of the search, copy the address again"
            ),
        ),
        (
            "aggFilters=sex:x",
            (
                "The address filters by 'sex:x', which is not understood here; take that filter"
                " out of the search, copy the address again"
            ),
        ),
        ("aggFilters=phase:9", "The phase '9' is none of early1, 1, 2, 3, 4, na"),
        (
            "lat=a&lng=b&distance=c",
            "'distance(a,b,cmi)' is no distance that the registry knows: copy the address again",
        ),
        ("start=soon", "start='soon' is no span of dates"),
        ("lastUpdPost=_", "lastUpdPost='_' is no span of dates"),
        (
            "",
            (
                "The search says nothing to look for: give a condition, a treatment, a sponsor, a place"
                " or words"
            ),
        ),
        (
            "term=NCT99000001",
            (
                "Nothing but trial numbers is in the words, and the registry then ignores the"
                " rest of the search. Watch them instead: trialwatch watch NCT99000001"
            ),
        ),
    ],
)
def test_what_would_be_another_search_is_refused(query: str, message: str) -> None:
    assert refusal(f"{PAGE}{query}") == message


def test_what_the_api_is_asked_beyond_a_search_is_refused_by_name() -> None:
    assert refusal("https://clinicaltrials.gov/api/v2/studies?filter.ids=NCT99000001") == (
        "The address asks for filter.ids, which is not understood here; take it out of the search,"
        " copy the address again"
    )


@pytest.mark.parametrize(
    ("query", "beginning"),
    [
        (f"{'m' * 201}=1", f"The address asks for {'m' * 200}, which"),
        (f"aggFilters={'g' * 61}", f"The address filters by '{'g' * 60}', which"),
        (f"start={'s' * 41}", f"start='{'s' * 40}' is no span"),
        (f"lat={'1' * 60}&lng=b&distance=c", f"'distance({'1' * 51}' is no distance"),
    ],
)
def test_of_what_is_long_the_beginning_is_shown(query: str, beginning: str) -> None:
    assert refusal(f"{PAGE}{query}").startswith(beginning)


def test_of_a_long_address_the_beginning_is_shown() -> None:
    assert refusal("x" * 61).startswith(f"'{'x' * 60}' is no address")
