"""Rules that are no sentence, or speak of "the patient", said to the reader."""

import pytest

from monitor.eligibility.tree import parse
from monitor.summaries.criteria import plain_criteria, plain_text
from monitor.summaries.explaining import glosses, is_gloss
from monitor.summaries.words import terms_in


@pytest.mark.parametrize(
    ("section", "source", "plain"),
    [
        ("exclusion", "Active tuberculosis", "You have active tuberculosis."),
        ("exclusion", "Active smokers", "You are an active smoker."),
        (
            "exclusion",
            "Women who smoke and have a cold",
            "You are a woman who smokes and has a cold.",
        ),
        ("exclusion", "Wheeze of the ear, HIV", "Wheeze of the ear, HIV."),
        ("exclusion", "Upper ear infection", "You have an upper ear infection."),
        ("exclusion", "Ear infection within 2 weeks", "You had an ear infection within 2 weeks."),
        ("exclusion", "Hodgkin lymphoma", "You have Hodgkin lymphoma."),
        ("inclusion", "7 to 9 years of age", "You are 7 to 9 years old."),
        ("inclusion", "Signed informed consent", "You give signed consent."),
        ("inclusion", "Wheeze Test Score ≥ 7", "Your Wheeze Test Score is at least 7."),
        ("inclusion", "Minimum body weight ≥ 30 kg", "Your body weight is at least 30 kg."),
        ("inclusion", "Minimum life expectancy of 9 weeks", "Minimum life expectancy of 9 weeks."),
        ("exclusion", "Patients who are not ready", "You are not ready."),
        ("exclusion", "Patients with BMI > 40", "Your BMI is more than 40."),
        ("exclusion", "Patients on dialysis", "You are on dialysis."),
        (
            "inclusion",
            "Women who can fly must show their wings",
            "If you are a woman who can fly, you must show your wings.",
        ),
        (
            "exclusion",
            "Complete obstruction of the bowel",
            "You have complete obstruction of the bowel.",
        ),
        ("exclusion", "Uncontrolled infection", "You have an uncontrolled infection."),
        ("inclusion", "Platelet count ≥ 75", "Your platelet count is at least 75."),
        ("inclusion", "AST and ALT < 100 U/L", "Your AST and ALT are less than 100 U/L."),
        ("inclusion", "Karnofsky score ≥ 60", "Your Karnofsky score is at least 60."),
        ("inclusion", "Negative pregnancy test", "You have a negative pregnancy test."),
        ("inclusion", "No history of wheeze", "You have no history of wheeze."),
        ("exclusion", "Prior chemotherapy", "You have had past chemo."),
        ("exclusion", "Use of blue salts within 2 weeks", "You used blue salts within 2 weeks."),
        ("exclusion", "Use of blue salts", "You use blue salts."),
        ("exclusion", "Receipt of a blue vaccine", "You have received a blue vaccine."),
        ("exclusion", "Pregnancy or lactation", "You are pregnant or breastfeeding."),
        ("inclusion", "Age ≥18 and ≤ 65 years", "You are 18 to 65 years old."),
        ("inclusion", "Aged between 18-65 years old (inclusive)", "You are 18 to 65 years old."),
        (
            "inclusion",
            "Age is 18 or older and 65 or younger",
            "Your age is 18 to 65.",
        ),
        (
            "inclusion",
            "Part 2 (adults): Participant must sign the form",
            "Part 2 (adults): You sign the form.",
        ),
        ("inclusion", "The Wheeze Score is ≥ 7", "Your Wheeze Score is at least 7."),
        (
            "exclusion",
            "Active wheeze infection or HIV positive",
            "Active wheeze infection or HIV positive.",
        ),
        ("exclusion", "Disease or medication", "Disease or medicine."),
        (
            "exclusion",
            "Subjects with tumor lesions of the ear",
            "You have tumor lesions of the ear.",
        ),
        ("inclusion", "Patient with (9-12) toys", "Patient with (9 to 12) toys."),
        ("exclusion", "Females who were pregnant", "Females who were pregnant."),
        (
            "exclusion",
            "The female patient who is pregnant",
            "You are a female who is pregnant.",
        ),
        (
            "inclusion",
            "Participant is no longer considered eligible for salt therapy",
            "You are no longer considered eligible for salt treatment.",
        ),
        (
            "inclusion",
            "A male participant is eligible for the study if he agrees to wear a hat with a wide brim on every day of the trial and after it",
            "A male can join the study if he agrees to wear a hat with a wide brim on every day of the study and after it.",
        ),
        (
            "exclusion",
            "A mood that may harm the safety of the patient",
            "A mood that may harm your safety.",
        ),
        (
            "exclusion",
            "The doctor believes that the subject is not ready",
            "The doctor believes that you are not ready.",
        ),
    ],
)
def test_rule_is_said_of_the_reader(section: str, source: str, plain: str) -> None:
    assert [
        line for line in plain_text(source, section=section).sentences if not is_gloss(line)
    ] == [plain]


@pytest.mark.parametrize(
    ("section", "source"),
    [
        ("exclusion", "No history of wheeze"),
        ("exclusion", "Men and women who smoke"),
        ("inclusion", "Women who smoke"),
        ("exclusion", "Severe asthma or use of blue salts"),
        ("exclusion", "Negative urine test for female patients"),
        ("exclusion", "The parents of the patient are unable to read"),
        ("exclusion", "The donor must not share a room with the patient"),
        ("inclusion", "Hemoglobin ≥ 9 g/dL is required"),
    ],
)
def test_rule_that_may_be_of_somebody_else_or_of_another_kind_is_not_turned(
    section: str, source: str
) -> None:
    said = " ".join(plain_text(source, section=section).sentences)

    assert not said.startswith(("You have", "You complete", "Your", "You are"))


def test_things_behind_what_an_illness_needs_are_no_items() -> None:
    source = "Uncontrolled infection requiring antibiotics, antiviral agents, or antifungal agents"

    assert not any("•" in line for line in plain_text(source, section="exclusion").sentences)


def test_examples_of_the_last_thing_excepted_stay_beside_it() -> None:
    source = (
        "Other cancers in the past 3 years except for skin cancer, carcinoma in situ (such as cervix "
        "and bladder)"
    )
    said = plain_text(source, section="exclusion").sentences

    assert any("in situ (such as" in line for line in said)


def test_who_decides_stands_behind_the_examples() -> None:
    source = (
        "Any condition which, in the opinion of the investigator, would make the visit a hard one for "
        "the nurse of the green ward next door to the blue ward, such as wheeze or sneezing fits"
    )
    said = plain_text(source, section="exclusion").sentences

    assert said[-1] == "The study doctor decides this."


def test_no_exclusion_says_for_whom_it_is() -> None:
    source = (
        "Patients with treated tumors of the green and blue sort who walk each day may join the study "
        "when the ward has seen them walk up and down the hill"
    )

    assert "This is for" not in " ".join(plain_text(source, section="exclusion").sentences)


def test_terms_of_one_meaning_share_a_line() -> None:
    text = "Active hepatitis B or hepatitis C."
    lines = glosses(terms_in(text), text)

    assert lines == ("Hepatitis B and hepatitis C: each is a virus that harms the liver.",)
    assert all(map(is_gloss, lines))


def test_hard_words_are_explained_before_easy_ones() -> None:
    source = (
        "Exclusion Criteria:\n\n* Tumor, stroke, diabetes, insulin, pneumonia, asthma, condom, thyroid or "
        "cachexia, dysphagia and ascites"
    )
    (rule,) = plain_criteria(parse(source))
    told = [line.split(":")[0] for line in rule.plain if is_gloss(line)]

    assert "Dysphagia" in told
    assert len(told) <= 6


@pytest.mark.parametrize(
    ("inner", "cut"),
    [("not including inhaled or topical steroids", True), ("excluding wheeze and sneezing", False)],
)
def test_exception_is_told_behind_only_where_it_is_surely_of_the_noun_before(
    inner: str, *, cut: bool
) -> None:
    source = (
        f"Participants who were receiving systemic steroid therapy ({inner}) or any other treatment "
        "of the same green and blue sort in the seven weeks before the visit"
    )
    said = plain_text(source, section="exclusion").sentences

    assert any(line.startswith("This does not count as") for line in said) is cut


def test_condition_that_opens_a_list_is_a_sentence_of_its_own() -> None:
    source = "People with a sore wrist or a sore knee may be enrolled, provided they meet the following criteria:"
    said = plain_text(source, section="inclusion", opens_list=True).sentences

    assert said[-1].startswith("This is so provided")
    assert said[-1].endswith(":")


def test_rule_of_men_and_women_is_said_to_neither_alone() -> None:
    source = "Male subjects with body weight of 9 kg or above; female subjects of 7 kg or above"

    assert plain_text(source, section="inclusion").sentences[0] == (
        "Males with body weight of 9 kg or above."
    )
