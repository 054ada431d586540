"""One exclusion more or fewer: who can join is told only where nothing else may have changed it."""

import pytest

from monitor.eligibility.align import align
from monitor.eligibility.tree import parse

KEPT = ("Wears a red hat", "Owns a goat")


def bars(*rules: str, heading: str = "Exclusion Criteria:") -> str:
    lines = "\n".join(f"* {rule}" for rule in rules)
    return f"Inclusion Criteria:\n\n* Signs a form\n\n{heading}\n\n{lines}\n"


def told(before: str, after: str) -> list[tuple[str, str]]:
    deltas = align(parse(before), parse(after))
    return [(delta.op.value, delta.direction.value) for delta in deltas]


def test_one_exclusion_fewer_is_less_strict_and_one_more_is_stricter() -> None:
    few, many = bars(*KEPT), bars(*KEPT, "Has a broken bicycle")

    assert told(many, few) == [("removed", "easier")]
    assert told(few, many) == [("added", "harder")]


def test_several_that_only_went_are_all_less_strict() -> None:
    assert told(bars(*KEPT, "Broken bicycle", "Fear of ladders"), bars(*KEPT)) == [
        ("removed", "easier"),
        ("removed", "easier"),
    ]


def test_why_is_told_with_it() -> None:
    (delta,) = align(parse(bars(*KEPT, "Broken bicycle")), parse(bars(*KEPT)))

    assert delta.reasons == ("a rule that kept people out is gone",)


@pytest.mark.parametrize(
    "rule",
    [
        "People with a broken bicycle are allowed",
        "A broken bicycle may be permitted by the doctor",
        "Must own a bicycle",
        "Broken bicycle and",
        "And a broken bicycle",
        "Except a broken bicycle",
        "No broken bicycle unless it was mended",
    ],
)
def test_rule_that_does_not_bar_by_itself_is_left_open(rule: str) -> None:
    assert told(bars(rule, *KEPT), bars(*KEPT)) == [("removed", "unclear")]


def test_rule_behind_an_and_is_left_open() -> None:
    before = bars("Owns a goat and", "Broken bicycle", "Wears a red hat")

    assert ("removed", "easier") not in told(before, bars("Owns a goat and", "Wears a red hat"))


def test_rule_behind_a_list_that_was_opened_is_left_open() -> None:
    before = bars(
        "Owns a goat, but not if it is one of these:", "Wears a red hat", "Broken bicycle"
    )
    after = bars("Owns a goat, but not if it is one of these:", "Wears a red hat")

    assert ("removed", "easier") not in told(before, after)


def test_rule_that_may_stand_elsewhere_now_is_left_open() -> None:
    before = bars(*KEPT, "Broken bicycle")

    assert ("removed", "unclear") in told(before, bars(*KEPT, "Fear of ladders in any season"))
    assert ("removed", "unclear") in told(before, bars("Wears a red hat or bicycle", "Owns a goat"))


def test_inclusion_that_went_is_left_open() -> None:
    before = "Inclusion Criteria:\n\n* Signs a form\n* Broken bicycle\n"

    assert told(before, "Inclusion Criteria:\n\n* Signs a form\n") == [("removed", "unclear")]


def test_list_that_bars_only_as_a_whole_is_left_open() -> None:
    heading = "Exclusion Criteria: all of the following"

    assert ("removed", "easier") not in told(
        bars(*KEPT, "Broken bicycle", heading=heading), bars(*KEPT, heading=heading)
    )
