"""Reasons are quoted as they stand; plain words only when one family alone fits."""

import pytest

from monitor.summaries.why_stopped import plain_reason, reason_sentences


@pytest.mark.parametrize(
    ("reason", "plain"),
    [
        ("Slow accrual", "not enough people joined"),
        ("Poor recruitment of patients", "not enough people joined"),
        ("Unable to meet the study's recruitment goals", "not enough people joined"),
        ("Lack of funding", "there was not enough money"),
        ("Business decision", "it was a business choice"),
        ("Safety concerns led to an early end.", "there were worries about safety"),
        ("Stopped for futility", "the treatment did not seem to work well enough"),
        ("COVID-19", "COVID-19 got in the way"),
        ("PI left institution", "the lead doctor or scientist left"),
        ("Drug supply problems", "the study drug or supplies could not be had"),
        ("On FDA hold", "a regulator or review board put it on hold"),
        ("Replaced by another protocol", "another study took its place"),
        ("Completed primary objective", "the study met its goal"),
    ],
)
def test_one_family_gives_a_plain_reading(reason: str, plain: str) -> None:
    assert plain_reason(reason) == plain


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "FDA",
        "Sponsor decision",
        "Business decision, not driven by safety concerns",
        "Not due to safety concerns",
        "Slow accrual and lack of funding",
        "Trial stopped by COVID-19 and slow enrollment",
        "Strategic decision; no safety issues",
        "Safety concerns were ruled out, but the drug was late",
    ],
)
def test_doubtful_reason_is_only_quoted(reason: str) -> None:
    assert plain_reason(reason) == ""


def test_words_of_the_team_are_kept_letter_by_letter() -> None:
    assert reason_sentences("Sponser's R\\&D \\> plan") == (
        'The study team gave this reason: "Sponser\'s R&D > plan".'
    )
