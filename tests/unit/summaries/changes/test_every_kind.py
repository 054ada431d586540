"""Every kind of change has its sentences; golden.json is the table they were reviewed in."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from monitor.domain.changes import KINDS
from monitor.summaries.changes import describe
from tests.unit.summaries.changes.making import a_difference, a_study

GOLDEN: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("golden.json").read_text(encoding="utf-8")
)
ENUM = re.compile(r"\b[A-Z0-9]{2,}(?:_[A-Z0-9]+)+\b")
QUOTED = re.compile(r'"[^"]*"|“[^”]*”')


def told(row: dict[str, Any]) -> tuple[str, str]:
    difference = a_difference(
        row["kind"], row["subject"], row["before"], row["after"], **row["notes"]
    )
    return describe(difference, a_study(), a_study())


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: f"{row['kind']}-{row['subject'][:20]}")
def test_sentence_is_the_reviewed_one(row: dict[str, Any]) -> None:
    assert told(row) == (row["sentence"], row["meaning"])


def test_every_kind_of_the_contract_is_in_the_table() -> None:
    assert {row["kind"] for row in GOLDEN} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, None),
        ("old", None),
        (None, "new"),
        (True, 7),
        ([], {}),
        ({"date": None}, {"count": "x"}),
        (["A", None], [{"type": None}]),
    ],
)
def test_values_of_other_shapes_still_give_clean_sentences(
    kind: str, before: Any, after: Any
) -> None:
    sentence, meaning = describe(a_difference(kind, "x", before, after), a_study(), a_study())

    assert sentence.endswith((".", "?", '"', "”"))
    for text in (sentence, meaning):
        assert "  " not in text
        assert "\\" not in text
        assert not re.search(r"\b(None|null|True|False)\b", QUOTED.sub("", text))
        assert not ENUM.search(QUOTED.sub("", text))


def test_kind_that_no_writer_knows_shows_both_values() -> None:
    difference = a_difference("moon.phase", "moon", "half", "full")

    sentence, meaning = describe(difference, a_study(), a_study())

    assert sentence == 'The record changed in "moon.phase". Now: "full". Before: "half".'
    assert meaning == ""


def test_text_of_unknown_hands_cannot_put_in_links_or_markup() -> None:
    evil = "See https://evil.example/x \\> now\n\n**bold** &lt;b&gt;"
    difference = a_difference("why_stopped", "why_stopped", None, evil)

    sentence, _ = describe(difference, a_study(), a_study())

    assert '"See [web address] > now bold <b>"' in sentence


def test_long_rule_is_cut_and_marked() -> None:
    rule = "Blood count must be in range. " * 100
    difference = a_difference("eligibility.added", "inclusion 1", None, rule, section="inclusion")

    sentence, _ = describe(difference, a_study(), a_study())

    assert len(sentence) < 800
    assert '...".' in sentence or '..."' in sentence


def test_meaning_does_not_invite_to_a_study_that_takes_no_one() -> None:
    difference = a_difference(
        "eligibility.age", "maximum_age", "65 Years", "75 Years", direction="easier"
    )

    _, open_meaning = describe(difference, a_study(), a_study("RECRUITING"))
    _, closed_meaning = describe(difference, a_study(), a_study("COMPLETED"))

    assert "may be able to join" in open_meaning
    assert closed_meaning == ""


@pytest.mark.parametrize("side", ["inclusion", "exclusion"])
@pytest.mark.parametrize(
    "rule",
    [
        "High calcium score is allowed in place of a past heart attack",
        "People with treated depression are eligible",
        "Prior radiation may have been given",
    ],
)
def test_rule_that_lets_somebody_in_is_not_told_as_a_demand_or_a_bar(side: str, rule: str) -> None:
    added = a_difference("eligibility.added", f"{side} 1", None, rule, section=side)
    removed = a_difference("eligibility.removed", f"{side} 1", rule, None, section=side)

    told, _ = describe(added, a_study(), a_study())
    gone, _ = describe(removed, a_study(), a_study())

    assert told == f'A new rule for joining was added: "{rule}". Before, it was not listed.'
    assert gone == (
        f'One rule for joining is gone. Before, it was: "{rule}". It is no longer listed.'
    )
