"""Made-up people are judged alike by a rule and by its plain words."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.plain_people import Limit, judged_alike, limits_in
from monitor.summaries.criteria import RULES, plain_text

_LEAST = ("≥", ">=", "at least", "more than", ">", "greater than or equal to", "no less than")
_MOST = ("≤", "<", "less than", "at most", "no more than", "<=", "less than or equal to")
_TESTS = ("Hemoglobin", "Platelet count", "Serum creatinine", "Total bilirubin", "FEV1")
_DEEDS = (
    "Use of blue salts",
    "Treatment with red salts",
    "Major surgery",
    "Received a live vaccine",
)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Rules on age, on a test value, and on the time since a drug."""
    sign = draw(st.sampled_from(_LEAST + _MOST))
    low = draw(st.integers(1, 60))
    high = low + draw(st.integers(1, 40))
    unit = draw(st.sampled_from(["days", "weeks", "months", "years"]))
    return draw(
        st.sampled_from(
            [
                f"Age {sign} {low} years",
                f"Aged {low} to {high} years",
                f"Patients {low} years of age or older",
                f"{draw(st.sampled_from(_TESTS))} {sign} {low}.{high % 10} g/dL",
                f"{draw(st.sampled_from(_TESTS))} {sign} {low} g/dL and {draw(st.sampled_from(_TESTS))} < {high} mg/dL",
                f"{draw(st.sampled_from(_DEEDS))} within {low + 1} {unit} prior to the first dose",
                f"{draw(st.sampled_from(_DEEDS))} within {low + 1} {unit} of screening or fever {sign} {high} days",
                f"Life expectancy {sign} {low} months",
            ]
        )
    )


@given(rules(), st.sampled_from(["inclusion", "exclusion"]), st.integers(0, 2**32))
def test_people_are_judged_alike_by_the_rule_and_by_its_plain_words(
    source: str, section: str, seed: int
) -> None:
    written = plain_text(source, section=section)

    alike, drawn = judged_alike(source, " ".join(written.sentences), random.Random(seed), 20)

    assert limits_in(source)
    assert alike == drawn


def test_the_rules_drawn_are_said_in_our_words() -> None:
    assert plain_text("Age ≥ 18 years", section="inclusion").method == RULES


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("Age ≥ 18 years", [Limit(">=", 18)]),
        ("You are 18 years or older", [Limit(">=", 18)]),
        ("between 6 to 17 years", [Limit(">=", 6), Limit("<=", 17)]),
        ("within four weeks of the visit", [Limit("within", 4)]),
        ("a dose of no more than 10 mg, for over 3 days", [Limit("<=", 10), Limit(">", 3)]),
    ],
)
def test_limits_are_read(text: str, limits: list[Limit]) -> None:
    assert limits_in(text) == limits


@pytest.mark.parametrize(
    "spoilt",
    [
        "You are at least 19 years old",
        "You are more than 18 years old",
        "You are at most 18",
        "You are old",
    ],
)
def test_a_spoilt_limit_judges_somebody_otherwise(spoilt: str) -> None:
    alike, drawn = judged_alike("Age ≥ 18 years", spoilt, random.Random(1), 200)

    assert alike < drawn
