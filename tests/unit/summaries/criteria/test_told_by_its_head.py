"""A rule without a verb is said to the reader by the noun it is about."""

import pytest

from monitor.eligibility.tree import parse
from monitor.summaries.criteria import plain_criteria, plain_text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Any condition that makes the blue tea unsafe", "You have any condition that makes"),
        ("Relevant hiccup abnormality", "You have a relevant hiccup abnormal"),
        ("Other respiratory disease than hay fever", "You have other respiratory disease"),
        ("Ongoing treatment with rose water", "You get current treatment with rose water"),
        ("Any use of green tea or mint", "You use any green tea or mint"),
        ("Chronic use of rose water", "You make chronic use of rose water"),
        ("Medication affecting the hiccups", "You take medicine affecting the hiccups"),
        ("Lactating females", "You are breastfeeding"),
        ("Refusal to drink the tea", "You refuse to drink the tea"),
        ("Requiring rose water each night", "You need rose water each night"),
        ("HIV positive", "You are HIV positive"),
        ("Mean tea score of less than 5", "Your mean tea score is less than 5"),
        ("Age outside the range of the ward", "Your age is outside the range of the ward"),
    ],
)
def test_rule_without_a_verb_is_said_to_the_reader(source: str, expected: str) -> None:
    assert plain_text(source, section="exclusion").sentences[0].startswith(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("At least 8 weeks after the last cup of tea", "It is at least 8 weeks after the last cup"),
        ("Agreement to use two cups", "You agree to use two cups"),
        ("Positive skin testing with blue tea", "You have positive skin testing with blue tea"),
        ("AST and ALT ≤ 3 times the limit of the ward", "Your AST and ALT are at most 3 times"),
        ("In good general health", "You are in good general health"),
    ],
)
def test_rule_for_joining_without_a_verb_is_said_to_the_reader(source: str, expected: str) -> None:
    assert plain_text(source, section="inclusion").sentences[0].startswith(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A hospital admission within 4 weeks before the tea", "You had a hospital stay within 4"),
        ("Any hiccups reaction within the past 2 years", "You had any hiccups reaction within"),
        (
            "Bronchial asthma treated within the past 12 months",
            "You have had bronchial asthma treated within",
        ),
        (
            "Tea therapy within the past 4 weeks or rose therapy within the past 2 weeks",
            "You have had tea treatment within the past 4 weeks or rose treatment",
        ),
        ("Planned surgery within 6 weeks before the tea ends", "You have planned surgery within"),
    ],
)
def test_time_before_tells_whether_it_is_over(source: str, expected: str) -> None:
    """What happened in it is over; an illness and several things may go on; a plan is to come."""
    assert plain_text(source, section="exclusion").sentences[0].startswith(expected)


@pytest.mark.parametrize(
    "source",
    [
        "Patients in whom tea is unsafe",
        "Mothers with a hiccups disorder",
        "Negative tea test for women of the ward",
        "Lung disease occurred within 6 months",
        "Active hiccups infection or tea antigen positive",
        "Cancer or treatment of hiccups",
        "Hiccups therapy at the ward allowed",
        "Any flu vaccine within 14 days before or after the tea",
    ],
)
def test_rule_of_others_or_of_several_kinds_is_left_alone(source: str) -> None:
    said = plain_text(source, section="exclusion").sentences[0]

    assert not said.startswith(("You ", "Your "))


def test_further_part_behind_a_semicolon_gets_its_own_verb() -> None:
    source = (
        "Known hypersensitivity to the rose water of the ward or to any of its many parts; "
        "or history of hiccups that needed rose water at night"
    )

    assert plain_text(source, section="exclusion").sentences == (
        "You have a known allergy to the rose water of the ward or to any of its many parts.",
        "Or you have a history of hiccups that needed rose water at night.",
    )


def test_further_part_of_an_exception_is_not_said_of_the_reader() -> None:
    source = "Any cancer except ear cancer; or treated skin cancer of low risk"

    said = " ".join(plain_text(source, section="exclusion").sentences)

    assert "or you have" not in said.lower()


def test_two_parts_of_a_long_rule_are_told_in_two_sentences() -> None:
    source = (
        "History of hiccups that needed rose water at night for more than a week, "
        "or known hypersensitivity to the rose water of the ward and all of its parts"
    )

    assert plain_text(source, section="exclusion").sentences == (
        "You have a history of hiccups that needed rose water at night for more than a week.",
        "Or you have a known allergy to the rose water of the ward and all of its parts.",
    )


def test_time_behind_the_last_part_keeps_a_long_rule_whole() -> None:
    """It may be meant for both parts."""
    source = (
        "History of hiccups that needed rose water at night, "
        "or surgery on the ear or the nose of whatever kind within the 4 weeks before the tea"
    )

    assert len(plain_text(source, section="exclusion").sentences) == 1


def test_what_behind_who_belongs_to_one_illness_is_no_list_of_illnesses() -> None:
    source = (
        "Diagnosed with ear cancer that harbors a tea gene mutation, a rose gene translocation, "
        "a blue gene translocation or a red gene rearrangement"
    )

    assert all("•" not in line for line in plain_text(source, section="exclusion").sentences)


def test_rule_that_begins_with_somebody_is_not_said_of_the_reader() -> None:
    source = "With a partner who drinks tea, men who are not of the ward must drink rose water"

    assert not plain_text(source, section="inclusion").sentences[0].startswith("You ")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "If of childbearing potential must use two cups",
            "If you are able to get pregnant, you must use two cups.",
        ),
        ("A hospital visit within the past month; or", "You had a hospital visit within"),
        ("Subjects understood the tea and signed the form", "You understood the tea and signed"),
    ],
)
def test_rule_that_opened_badly_is_said_to_the_reader(source: str, expected: str) -> None:
    said = plain_text(f"Negative tea test. {source}", section="inclusion").sentences
    alone = plain_text(source, section="inclusion").sentences

    assert any(line.startswith(expected) for line in (*said, *alone))


def test_things_of_a_list_of_methods_are_not_said_of_the_reader() -> None:
    text = "Exclusion Criteria:\n\n* Any cancer, except:\n  * treated ear cancer\n  * skin cancer"
    told = {rule.source: rule.plain[0] for rule in plain_criteria(parse(text))}

    assert told["treated ear cancer"].startswith("Treated ear cancer")
    assert told["skin cancer"].startswith("Skin cancer")
