"""What is over is told as past, and only that: the tense of a sentence about the reader."""

import pytest

from monitor.summaries.criteria import plain_text
from monitor.summaries.tenses import in_its_time


def _said(source: str, section: str = "exclusion") -> str:
    return " ".join(plain_text(source, section=section).sentences)


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (
            "Hospitalized for wheeze within the 6 months prior to study entry",
            "You were in the hospital for wheeze within the 6 months before joining the study.",
        ),
        (
            "Subjects with ear visits or ear infections within the last six weeks",
            "You had ear visits or ear infections within the last six weeks.",
        ),
        (
            "Patients with other active malignancies within 5 years prior to the first dose",
            "You had other active cancers within 5 years before the first dose.",
        ),
        (
            "Chronic or active infection within 2 weeks before screening",
            "You had a chronic or active infection within 2 weeks before screening.",
        ),
        (
            "Any participation in another study within 4 weeks prior to screening",
            "You took part in another study within 4 weeks before screening.",
        ),
        ("Enrollment in another trial of salts", "You have joined another trial of salts."),
        (
            "Patients who had undergone surgery of the ear",
            "You had surgery of the ear.",
        ),
        (
            "Participants participating in another study within 30 days of screening",
            "You took part in another study within 30 days of screening.",
        ),
    ],
)
def test_what_is_over_is_told_as_past(source: str, plain: str) -> None:
    assert _said(source) == plain


@pytest.mark.parametrize(
    "line",
    [
        "You have an autoimmune disease that has needed treatment in the past 2 years.",
        "You have uncontrolled diabetes or a stroke within 6 months before the first dose.",
        "You have asthma with a flare-up within the last year.",
        "You have a history of cancer within the past 3 years.",
        "You have had surgery within the past 3 years.",
        "You are willing to stop salts within 2 weeks before the first dose.",
        "You are getting salts within 2 weeks before the study or during the study.",
        "You have signs of infection, and any treatment needs to be over within 7 days before joining.",
        "You are taking other salts, or any other drug within the past 3 weeks.",
        "You have an infection.",
    ],
)
def test_time_that_may_belong_to_a_part_leaves_the_tense(line: str) -> None:
    assert in_its_time(line) == line


@pytest.mark.parametrize(
    "sentence",
    [
        "You are required to stop salts within 7 days before the first dose.",
        "You are allowed to take salts in the past 2 weeks.",
        "You need an operation within 3 months of the first dose.",
    ],
)
def test_duty_and_what_may_lie_ahead_are_not_told_as_over(sentence: str) -> None:
    assert in_its_time(sentence) == sentence
