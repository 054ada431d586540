"""The common families of rules, from the study's words to ours. All texts are made up."""

import pytest

from monitor.eligibility.tree import parse
from monitor.summaries.criteria import plain_criteria, plain_text


@pytest.mark.parametrize(
    ("section", "source", "expected"),
    [
        # age
        ("inclusion", "Age ≥ 18 years", ["You are at least 18 years old."]),
        ("inclusion", "Aged 18-65 years, inclusive", ["You are 18 to 65 years old."]),
        ("exclusion", "Age < 12 years", ["You are less than 12 years old."]),
        ("inclusion", "Patients must be ≥ 21 years of age", ["You are at least 21 years old."]),
        # survival
        ("inclusion", "Life expectancy of at least 3 months", ["You are expected to live at least 3 months."]),
        ("inclusion", "Expected survival > 12 weeks", ["You are expected to live more than 12 weeks."]),
        # proof
        (
            "inclusion",
            "Histologically or cytologically confirmed adenocarcinoma of the lung",
            ["You have adenocarcinoma of the lung.", "This is proven by a tissue or cell test."],
        ),
        # pregnancy
        ("exclusion", "Pregnant or breastfeeding women", ["You are pregnant or breastfeeding."]),
        ("exclusion", "Pregnant and lactating women", ["Pregnant women and breastfeeding women."]),
        # frames
        ("exclusion", "Patients with active tuberculosis", ["You have active tuberculosis."]),
        ("exclusion", "History of renal disease", ["You have a history of kidney disease."]),
        ("exclusion", "Known allergy to placebo tablets", ["You have a known allergy to placebo tablets."]),
        ("exclusion", "Subject has received a live vaccine within 30 days prior to screening",
         ["You have received a live vaccine within 30 days before screening."]),
        ("exclusion", "Subjects with uncontrolled seizures will be excluded from the study",
         ["You have uncontrolled seizures."]),
        ("inclusion", "Participants must agree to use contraception", ["You agree to use birth control."]),
        ("inclusion", "Patients must not have received prior chemotherapy",
         ["You have not received past chemo."]),
        ("inclusion", "Willing and able to comply with study requirements",
         ["You are willing and able to follow study rules."]),
        ("exclusion", "Inability to swallow tablets", ["You cannot swallow tablets."]),
        ("inclusion", "ECOG performance status of 0 or 1", ["Your ECOG score is 0 or 1."]),
        ("inclusion", "Total bilirubin ≤ 1.5 x ULN", ["Your total bilirubin is at most 1.5 times ULN."]),
        # joints
        ("exclusion", "Any serious heart disease, including angina, heart failure and stroke",
         ["You have any serious heart disease, including angina, heart failure and stroke."]),
        ("exclusion", "Chronic lung disease other than asthma",
         ["You have chronic lung disease other than asthma."]),
        ("exclusion", "Use of sedatives (e.g., made-up-zepam, sleepwell)",
         ["You use sedatives (such as made-up-zepam, sleepwell)."]),
    ],
)  # fmt: skip
def test_rule_reads_as_expected(section: str, source: str, expected: list[str]) -> None:
    written = plain_text(source, section=section)

    assert (list(written.sentences), written.method) == (expected, "rules")


@pytest.mark.parametrize(
    ("section", "source", "never"),
    [
        ("exclusion", "Patients must not be pregnant", "You are not pregnant."),
        ("inclusion", "Patients with heart failure are excluded", "You have heart failure."),
        ("exclusion", "Patients with mild asthma are eligible", "You have mild asthma."),
        ("exclusion", "Allergic rhinitis", "You are allergic rhinitis."),
        ("exclusion", "Currently active infection", "You are currently active infection."),
        ("exclusion", "Multiple myeloma", "Many myeloma."),
        ("inclusion", "Patients who are eligible for surgery", "can join for surgery"),
    ],
)
def test_rule_is_never_turned_into_another(section: str, source: str, never: str) -> None:
    written = plain_text(source, section=section)

    assert never not in " ".join(written.sentences)


def test_protected_name_keeps_its_words() -> None:
    source = "Treatment with Renal Support Formula within 2 weeks"

    written = plain_text(source, section="exclusion", names=frozenset({"renal support formula"}))

    assert written.sentences == ("You had treatment with Renal Support Formula within 2 weeks.",)


def test_text_in_capitals_is_quoted() -> None:
    source = "PATIENTS WITH ACTIVE INFECTION ARE NOT TO BE TAKEN"

    written = plain_text(source, section="exclusion")

    assert written == ((source,), "own-words")


def test_alternative_at_the_end_of_an_item_is_kept() -> None:
    written = plain_text("Prior chemotherapy; or", section="exclusion")

    assert " ".join(written.sentences).rstrip().endswith("or")


def test_rule_that_opens_a_list_ends_with_a_colon() -> None:
    written = plain_text(
        "Patients must meet one of the following criteria:", section="inclusion", opens_list=True
    )

    assert written.sentences == ("You meet one of these rules:",)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Asthma that is mild intermittent, mild- persistent or moderate persistent", "persistent"),
        ("All patients with suspicion of hay fever", "You have suspected hay fever."),
        ("Hiccups may be accompanied by red eyes", "Hiccups may come with red eyes."),
        (
            "Under treatment of the ward including rose water, mint tea, green tea, chamomile tea, or stop of the above for less than one month before the first cup of the study",
            "including rose water",
        ),
    ],
)
def test_word_is_said_in_the_sense_that_it_has_there(source: str, said: str) -> None:
    assert said in " ".join(plain_text(source, section="exclusion").sentences)


@pytest.mark.parametrize(
    ("source", "meaning"),
    [
        ("Cancer of the larynx", "Larynx: the voice box, in the throat."),
        ("Laryngeal cancer", "Laryngeal: of the voice box, in the throat."),
        ("Cancer of the hypopharynx", "Hypopharynx: the lowest part of the throat."),
    ],
)
def test_part_of_the_throat_is_told_from_the_others(source: str, meaning: str) -> None:
    [rule] = plain_criteria(parse(f"Exclusion Criteria:\n\n* {source}"))

    assert meaning in rule.plain
