"""Rules with the facts that a reader sees in them: the table is ``facts.txt``."""

from pathlib import Path

import pytest

from monitor.eligibility.facts import Fact, facts
from monitor.eligibility.text import comparison_text

_LINES = Path(__file__).with_name("facts.txt").read_text(encoding="utf-8").split("| ")[1:]


def line_of(fact: Fact) -> str:
    """Return all there is to a fact: kind, bound, limits, unit, anchor, denial, words."""
    low, high = ("" if limit is None else limit for limit in (fact.low, fact.high))
    parts = [
        fact.kind.value,
        fact.bound.value,
        f"{low}..{high}",
        repr(fact.unit),
        repr(fact.anchor),
    ]
    return " ".join([*parts, "denied" if fact.negated else "said", repr(fact.text)])


@pytest.mark.parametrize("case", _LINES)
def test_rule_states_what_was_told(case: str) -> None:
    rule, *told = case.splitlines()

    assert [line_of(fact) for fact in facts(rule)] == [line.removeprefix("> ") for line in told]


@pytest.mark.parametrize("case", _LINES)
def test_facts_point_at_their_words(case: str) -> None:
    form = comparison_text(case.splitlines()[0])

    for fact in facts(form):
        assert form[fact.start : fact.end].strip() == fact.text
