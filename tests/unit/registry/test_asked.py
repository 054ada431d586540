"""From what a person looks for to the registry's own parameters."""

import pytest

from monitor.domain.errors import SearchRefusedError
from monitor.domain.searches import Wanted
from monitor.registry.asked import query_of


def asked(**fields: object) -> dict[str, str]:
    return dict(query_of(Wanted(**fields)).parameters)  # type: ignore[arg-type]  # checked by the dataclass


def words_of(**fields: object) -> str:
    return query_of(Wanted(**fields)).words  # type: ignore[arg-type]  # checked by the dataclass


def refusal(**fields: object) -> str:
    with pytest.raises(SearchRefusedError) as refused:
        asked(**fields)
    return str(refused.value)


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


def test_every_part_is_said_in_its_own_words() -> None:
    assert words_of(
        condition="lung  cancer",
        intervention="insulin",
        sponsor="Nowhere Labs",
        place="Leeds",
        words="tired",
        countries=(" United  Kingdom ", "France", "C\u00f4te d'Ivoire"),
        age="Older-Adult",
    ) == (
        'condition "lung cancer"; treatment "insulin"; sponsor "Nowhere Labs"; place "Leeds";'
        ' words "tired"; in United Kingdom, France or C\u00f4te d\'Ivoire; for older adults'
    )


def test_several_countries_are_alternatives_in_quotes() -> None:
    assert asked(countries=("United  Kingdom", "France")) == {
        "filter.advanced": 'AREA[LocationCountry]("United Kingdom" OR "France")'
    }


def test_what_is_named_twice_is_asked_for_once() -> None:
    twice = ("recruiting", "Recruiting", "completed")

    assert asked(statuses=twice) == {"filter.overallStatus": "RECRUITING|COMPLETED"}
    assert words_of(statuses=twice) == "recruiting or completed"
    assert asked(phases=("2", "phase 2")) == {"filter.advanced": "AREA[Phase]PHASE2"}


@pytest.mark.parametrize(
    ("typed", "value", "words"),
    [
        ("0", "EARLY_PHASE1", "early phase 1"),
        ("early1", "EARLY_PHASE1", "early phase 1"),
        ("Early Phase 1", "EARLY_PHASE1", "early phase 1"),
        ("1", "PHASE1", "phase 1"),
        ("PHASE_2", "PHASE2", "phase 2"),
        (" phase-3 ", "PHASE3", "phase 3"),
        ("4", "PHASE4", "phase 4"),
        ("N A", "NA", "no phase"),
    ],
)
def test_phases_are_taken_in_any_spelling(typed: str, value: str, words: str) -> None:
    assert asked(phases=(typed,)) == {"filter.advanced": f"AREA[Phase]{value}"}
    assert words_of(phases=(typed,)) == words


@pytest.mark.parametrize(
    ("typed", "value", "words"),
    [
        ("child", "CHILD", "for children"),
        (" Adult ", "ADULT", "for adults"),
        ("OLDER_ADULT", "OLDER_ADULT", "for older adults"),
    ],
)
def test_a_group_of_ages_is_asked_for_by_name(typed: str, value: str, words: str) -> None:
    assert asked(age=typed) == {"filter.advanced": f"AREA[StdAge]{value}"}
    assert words_of(age=typed) == words


@pytest.mark.parametrize("typed", ["34", " 34 ", "034", "34y", "34 Y", "34 years", "34 Year"])
def test_years_are_taken_in_any_spelling(typed: str) -> None:
    assert words_of(age=typed) == "for people of 34 years"


def test_oldest_age_and_a_newborns_can_be_asked_for() -> None:
    assert words_of(age="120") == "for people of 120 years"
    assert words_of(age="0") == "for people of 0 years"


@pytest.mark.parametrize("typed", ["121", "old", "34 months", "-1", "3.5", "1200"])
def test_an_age_that_cannot_be_asked_for_is_refused_with_advice(typed: str) -> None:
    assert refusal(age=typed) == (
        f"The age '{typed}' cannot be searched for: give years, as in 34, or one of child, adult,"
        " older-adult"
    )


@pytest.mark.parametrize("fields", [{}, {"condition": "   "}, {"age": " "}, {"place": "\n"}])
def test_a_search_that_says_nothing_is_refused(fields: dict[str, object]) -> None:
    assert refusal(**fields) == (
        "The search says nothing to look for: give a condition, a treatment, a sponsor, a place or"
        " words"
    )


@pytest.mark.parametrize(
    ("fields", "label", "named"),
    [
        ({"words": "NCT99000001"}, "words", "NCT99000001"),
        ({"condition": "nct99000001,NCT99000002"}, "condition", "nct99000001 NCT99000002"),
        (
            {"words": "NCT99000001 NCT99000002, NCT99000003 ,NCT99000004"},
            "words",
            "NCT99000001 NCT99000002 NCT99000003",
        ),
    ],
)
def test_trial_numbers_alone_are_to_be_watched_instead(
    fields: dict[str, object], label: str, named: str
) -> None:
    assert refusal(**fields) == (
        f"Nothing but trial numbers is in the {label}, and the registry then ignores the rest"
        f" of the search. Watch them instead: trialwatch watch {named}"
    )


def test_trial_numbers_beside_other_words_are_words() -> None:
    assert asked(words="NCT99000001 robots") == {"query.term": "NCT99000001 robots"}


def test_a_text_may_have_a_thousand_characters() -> None:
    assert asked(condition="x" * 1000) == {"query.cond": "x" * 1000}
    assert refusal(condition="x" * 1001) == (
        "The condition has 1,001 characters, more than 1,000: search for less"
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"intervention": "a\x00b"}, "The treatment holds characters that cannot be printed"),
        (
            {"statuses": ("recruiting", " open ")},
            (
                "The status 'open' is none of recruiting, not-yet-recruiting, enrolling-by-invitation,"
                " active-not-recruiting, completed, suspended, terminated, withdrawn, unknown,"
                " available, no-longer-available, temporarily-not-available, approved-for-marketing,"
                " withheld"
            ),
        ),
        ({"phases": ("2", " 5 ")}, "The phase '5' is none of early1, 1, 2, 3, 4, na"),
        (
            {"countries": ('France" OR "Spain',)},
            (
                "'France\" OR \"Spain' is no name of a country or town: write it as the registry does,"
                " as in United Kingdom"
            ),
        ),
        (
            {"countries": ("AREA[Phase]NA",)},
            (
                "'AREA[Phase]NA' is no name of a country or town: write it as the registry does,"
                " as in United Kingdom"
            ),
        ),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_advice(
    fields: dict[str, object], message: str
) -> None:
    assert refusal(**fields) == message


@pytest.mark.parametrize(
    ("field", "beginning"),
    [("statuses", "The status "), ("phases", "The phase "), ("countries", "")],
)
def test_of_a_long_name_the_beginning_is_shown(field: str, beginning: str) -> None:
    assert refusal(**{field: ("x" * 40 + "yz" * 30,)}).startswith(f"{beginning}'{'x' * 40}' is no")


def test_of_a_long_age_the_beginning_is_shown() -> None:
    assert refusal(age="9" * 41).startswith(f"The age '{'9' * 40}' cannot be searched for:")


def test_a_country_may_have_eighty_characters() -> None:
    assert words_of(countries=("x" * 80,)) == f"in {'x' * 80}"
    assert "is no name of a country" in refusal(countries=("x" * 81,))
