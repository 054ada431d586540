"""A rule without a verb is said to the reader by the noun it is about."""

import pytest

from monitor.eligibility.tree import parse
from monitor.summaries.criteria import plain_criteria, plain_text
from monitor.summaries.fidelity import check


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Any condition that makes the blue tea unsafe", "You have any condition that makes"),
        ("Relevant hiccup abnormality", "You have a relevant hiccup abnormal"),
        ("Other respiratory disease than hay fever", "You have other respiratory disease"),
        ("Ongoing treatment with rose water", "You get current treatment with rose water"),
        ("Known or suspected mint-cell trait", "You have known or suspected mint-cell trait"),
        ("Past or current hiccup vasculitis.", "You have past or current hiccup vasculitis"),
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
        "Hiccups occur or receive any medication of the ward",
        "Medications",
        "Concomitant medications",
        "Discontinued treatment with rose water",
        "Previously received rose water therapy",
        "Awaiting surgery",
        "Any prior rose inhibitors",
        "Chemotherapy for ear cancer in 2010",
        "Radiotherapy to the chest",
        "Stroke after surgery in the past year",
        "Transfusion within the next 3 months",
        "Live vaccine within 30 days of the last dose",
        "Treatment with rose water during the study",
        "Current use of rose water, or diabetes",
        "Refusal to treat by the doctor",
        "Use of two cups by the females of the ward",
        "Rose therapy allowed",
        "Allergy to roses in the mother",
        "Platelet transfusion > 2 units",
        "Subjects accepted for surgery",
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


@pytest.mark.parametrize(
    "source",
    [
        "Absence of infection and stable weight",
        "Absence of either hiccups or asthma",
        "No severe hiccups, but mild hiccups",
        "No severe allergy in siblings",
        "Absence of adequate contraception",
    ],
)
def test_what_is_not_there_is_not_said_to_go_on_to_what_is(source: str) -> None:
    assert not plain_text(source, section="inclusion").sentences[0].startswith("You ")


@pytest.mark.parametrize(
    ("section", "source"),
    [
        ("exclusion", "Any cancer except treated ear or nose cancer of low grade for years, or cancer of the skin that was cured"),
        ("inclusion", "No history of any severe reaction to the rose water of the ward in the past, or current allergy to roses or tea"),
        ("inclusion", "No history of hiccups that needed treatment at the ward. And use of rose water at night for a week."),
        ("exclusion", "Rose water is allowed. And use of tea at night in more than two cups for a week or longer."),
        ("exclusion", "Parents refuse the consent form of the ward. Or history of hiccups at night for more than a week."),
        ("exclusion", "Patients with a sibling who has severe hiccups that a doctor saw at night, or known allergy to roses with a positive test"),
    ],
)  # fmt: skip
def test_part_behind_a_denial_an_exception_or_somebody_else_is_not_said_of_the_reader(
    section: str, source: str
) -> None:
    said = " ".join(plain_text(source, section=section).sentences)

    assert not any(told in said for told in ("Or you", "And you"))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Allergy to antibiotics", "You take allergy to antibiotics."),
        ("Antibiotics within 4 weeks before screening", "You take antibiotics within 4 weeks before screening."),
        ("Current antibiotics for a cold", "You took current antibiotics for a cold."),
        ("Hypersensitivity to beta-blockers or steroids", "You have hypersensitivity to beta-blockers. Or you take steroids."),
        ("Allergy to chemotherapy or dialysis", "You have an allergy to chemotherapy. Or you get dialysis."),
        ("Refused chemotherapy", "You get refused chemotherapy."),
        ("Treatment given to the donor", "You get treatment given to the donor."),
        ("Failure to use contraception", "You make failure to use contraception."),
        ("Child's current use of insulin", "You now use insulin child's."),
        ("Agreement to participate by parents", "You agree to take part by parents."),
        ("Refusal to consent by parents", "You refuse to consent by parents."),
        ("Caring for infants", "You take infants."),
    ],
)  # fmt: skip
def test_check_lets_no_verb_be_said_that_the_noun_does_not_call_for(source: str, said: str) -> None:
    assert check(source, [said], section="exclusion")


def test_thing_of_an_exception_with_a_figure_is_not_said_of_the_reader() -> None:
    text = "Exclusion Criteria:\n\n* Use of steroids, EXCEPT for the following:\n  * systemic steroids at ≤ 10 mg/day"
    told = [rule.plain[0] for rule in plain_criteria(parse(text))]

    assert not any(line.startswith("You take") for line in told)
