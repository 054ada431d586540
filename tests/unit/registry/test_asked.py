"""From what a person looks for to the registry's own parameters."""

import pytest

from monitor.domain.errors import SearchRefusedError
from monitor.domain.searches import Wanted
from monitor.registry.asked import query_of


def asked(**fields: object) -> dict[str, str]:
    return dict(query_of(Wanted(**fields)).parameters)  # type: ignore[arg-type]  # checked by the dataclass


def test_words_go_as_they_are_typed() -> None:
    assert asked(
        condition="lung  cancer",
        intervention="(insulin OR metformin)",
        sponsor="Nowhere Labs",
        place="Leeds",
        words='"tired robots" NOT children',
    ) == {
        "query.cond": "lung cancer",
        "query.intr": "(insulin OR metformin)",
        "query.spons": "Nowhere Labs",
        "query.locn": "Leeds",
        "query.term": '"tired robots" NOT children',
    }


def test_statuses_are_taken_in_any_spelling() -> None:
    assert asked(statuses=("recruiting", "Not yet recruiting", "ACTIVE_NOT_RECRUITING")) == {
        "filter.overallStatus": "RECRUITING|NOT_YET_RECRUITING|ACTIVE_NOT_RECRUITING"
    }
    assert query_of(Wanted(statuses=("recruiting", "completed"))).words == "recruiting or completed"


def test_phases_countries_and_groups_are_filters() -> None:
    assert asked(phases=("2", "phase3"), countries=("United Kingdom",), age="older adult") == {
        "filter.advanced": "AREA[Phase](PHASE2 OR PHASE3)"
        ' AND AREA[LocationCountry]"United Kingdom" AND AREA[StdAge]OLDER_ADULT'
    }


def test_an_age_lets_records_without_a_limit_in() -> None:
    assert asked(age="34") == {
        "filter.advanced": "(AREA[MinimumAge]RANGE[MIN, 34 years] OR AREA[MinimumAge]MISSING)"
        " AND (AREA[MaximumAge]RANGE[34 years, MAX] OR AREA[MaximumAge]MISSING)"
    }


def test_the_same_is_said_in_words() -> None:
    query = query_of(
        Wanted(condition="lupus", statuses=("recruiting",), phases=("2", "3"), age="34")
    )

    assert (
        query.words == 'condition "lupus"; recruiting; phase 2 or phase 3; for people of 34 years'
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "says nothing to look for"),
        ({"condition": "   "}, "says nothing to look for"),
        ({"words": "NCT99000001, NCT99000002"}, "trialwatch watch NCT99000001 NCT99000002"),
        ({"condition": "x" * 1001}, "1,001 characters"),
        ({"condition": "tired\x00robots"}, "cannot be printed"),
        ({"statuses": ("open",)}, "none of recruiting, not-yet-recruiting"),
        ({"phases": ("5",)}, "none of early1, 1, 2, 3, 4, na"),
        ({"countries": ('France" OR "Spain',)}, "no name of a country"),
        ({"countries": ("AREA[Phase]NA",)}, "no name of a country"),
        ({"age": "old"}, "give years, as in 34"),
        ({"age": "121"}, "give years, as in 34"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_advice(
    fields: dict[str, object], words: str
) -> None:
    with pytest.raises(SearchRefusedError, match=words.replace("(", r"\(")):
        asked(**fields)
