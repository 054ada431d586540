"""A rule about somebody else, about several people, or about what may be so now, is not bent to "you"."""

import pytest

from monitor.summaries.criteria import plain_text


def _said(source: str, section: str = "exclusion") -> str:
    return " ".join(plain_text(source, section=section).sentences)


@pytest.mark.parametrize(
    "source",
    [
        "Caregiver depression",
        "Caregiver burden score >= 17",
        "Caregiver Burden Scale score >= 17",
        "Fetal heart rate > 160",
        "Fetal anemia",
        "Dog weight > 10 kg",
        "Hospital volume > 100",
        "Drug concentration > 5",
        "Teacher rating score > 4",
        "Caregiver Burden Score > 4",
        "Ejection fraction < 40% on echocardiogram of the father",
        "Hypertension of the husband",
        "Physicians treating patients",
        "Smokers, ex-smokers",
        "Healthy volunteers or patients",
        "Spouse smokers",
        "Women who are nursing home residents",
        "Women who are pregnant or whose partner is pregnant",
        "Written consent",
    ],
)
def test_rule_of_others_or_of_several_is_not_said_of_you(source: str) -> None:
    assert "you" not in _said(source).lower().split()
    assert "your" not in _said(source).lower().split()


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("CD4 count < 200", "Your CD4 count is less than 200."),
        ("Child-Pugh score > 7", "Child-Pugh score of more than 7."),
        ("Rye grass specific IgE > 3", "Your rye grass specific IgE is more than 3."),
        ("Dog allergy", "You have a dog allergy."),
        ("Diabetes patients", "You are a diabetes patient."),
        ("Healthy male or female volunteers", "You are a healthy male or female."),
        (
            "Men with female partners who plan to fly",
            "You are a man with female partners who plan to fly.",
        ),
        ("Adults with asthma who use salts", "You are an adult with asthma who uses salts."),
        ("Women who are pregnant or nursing", "You are pregnant or breastfeeding."),
    ],
)
def test_rule_of_one_kind_is_said_of_you(source: str, plain: str) -> None:
    assert _said(source) == plain


def test_rule_for_both_sexes_is_not_put_to_one() -> None:
    said = _said("Women who can fly and nonsterile males must use condoms", "inclusion")

    assert not said.startswith("If you are a woman")


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("Stroke within 6 months", "You had stroke within 6 months."),
        (
            "Uncontrolled hypertension, or myocardial infarction within 6 months",
            "You have uncontrolled hypertension, or heart attack within 6 months.",
        ),
        (
            "Chronic liver disease or stroke within 6 months",
            "You have chronic liver disease or stroke within 6 months.",
        ),
        (
            "Heart failure in the last 5 years, uncontrolled hypertension",
            "You have heart failure in the last 5 years, uncontrolled hypertension.",
        ),
    ],
)
def test_only_one_thing_in_a_time_is_told_as_past(source: str, plain: str) -> None:
    assert _said(source) == plain


def test_what_is_so_now_is_not_told_as_past_behind_surgery() -> None:
    assert not _said("Surgery within 4 weeks, uncontrolled hypertension").startswith("You had")


def test_what_must_not_be_done_is_not_told_as_done() -> None:
    said = _said(
        "Women who can get pregnant must agree not to donate eggs for any reproduction whatever "
        "throughout the study and for 90 days after the last dose of the study drug",
        "inclusion",
    )

    assert "not to" in said
    assert "This is done" not in said


def test_time_is_no_limit_of_something() -> None:
    said = _said("Platelets ≥ 75 and without transfusion < 7 days", "inclusion")

    assert said == "Your platelets are at least 75 and without transfusion less than 7 days."


def test_consent_is_given_only_where_it_lets_in() -> None:
    assert _said("Written consent", "inclusion") == "You give written consent."


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (
            "under 18 years of age or over 65 years of age",
            "You are under 18 years or over 65 years old.",
        ),
        ("Fetal growth restriction", "Fetal growth restriction."),
    ],
)
def test_swap_stays_out_of_another_phrase(source: str, plain: str) -> None:
    assert _said(source) == plain
