"""Texts of unknown length are shown whole up to a bound, and cut and marked beyond it."""

from collections.abc import Callable
from typing import Any

import pytest

from monitor.domain.changes import Difference
from monitor.summaries.changes import describe
from tests.unit.summaries.changes.making import a_difference, a_study

#: Makes a difference with a text somewhere in it.
Made = Callable[[str], Difference]


def valued(kind: str, subject: str = "", **parts: Any) -> Made:
    """Put the text where a part of the value after is None."""

    def made(text: str) -> Difference:
        after = {name: text if part is None else part for name, part in parts.items()}
        return a_difference(kind, subject, None, after)

    return made


def named(kind: str, before: Any = None, after: Any = None) -> Made:
    """Make the text the subject."""
    return lambda text: a_difference(kind, text, before, after)


def plain(kind: str, subject: str = "") -> Made:
    """Make the text the value after."""
    return lambda text: a_difference(kind, subject, None, text)


def told(difference: Difference) -> str:
    return describe(difference, a_study(), a_study())[0]


BOUNDS = [
    pytest.param(plain("status", "overall_status"), 80, id="status"),
    pytest.param(plain("site.status", "A"), 80, id="status of a place"),
    pytest.param(plain("why_stopped"), 600, id="reason to stop"),
    pytest.param(valued("expanded_access", available=True, nct_id=None), 40, id="its record"),
    pytest.param(valued("date.start", date="2026", type=None), 40, id="kind of a date"),
    pytest.param(valued("enrollment", count=1, type=None), 40, id="kind of a size"),
    pytest.param(plain("study_type"), 80, id="type of study"),
    pytest.param(plain("design", "allocation"), 80, id="value of the design"),
    pytest.param(plain("design", "bio_spec_description"), 300, id="text of the design"),
    pytest.param(named("design"), 80, id="piece of the design"),
    pytest.param(valued("ipd", "ds1", comment=None), 300, id="data set"),
    pytest.param(plain("title", "brief_title"), 400, id="title"),
    pytest.param(valued("responsible_party", name=None), 160, id="who answers"),
    pytest.param(valued("official", name=None), 160, id="lead"),
    pytest.param(valued("official", name="Jo", affiliation=None), 160, id="lead's place"),
    pytest.param(plain("conditions"), 160, id="illness"),
    pytest.param(valued("arm.added", label=None), 200, id="group"),
    pytest.param(valued("intervention.added", name="A", description=None), 300, id="description"),
    pytest.param(valued("outcome.primary.added", measure=None), 300, id="thing measured"),
    pytest.param(
        valued("outcome.primary.added", measure="A", time_frame=None), 200, id="time of it"
    ),
    pytest.param(plain("eligibility.added", "inclusion 1"), 600, id="rule"),
    pytest.param(valued("site.added", facility=None), 160, id="place"),
    pytest.param(valued("site.added", facility="A", city=None), 160, id="town"),
    pytest.param(named("site.contact"), 160, id="name of a place"),
    pytest.param(valued("reference", citation=None), 300, id="paper"),
    pytest.param(valued("link", label=None), 120, id="link"),
    pytest.param(valued("document", label=None), 120, id="file"),
    pytest.param(named("results.updated"), 120, id="part of the results"),
    pytest.param(valued("results.submitted", "events", type=None), 80, id="step of results"),
    pytest.param(valued("record.damaged", reason=None), 300, id="damage"),
    pytest.param(plain("record.merged"), 40, id="new number"),
    pytest.param(lambda text: a_difference(f"m.{text[2:]}"), 80, id="kind of change"),
]


@pytest.mark.parametrize(("made", "bound"), BOUNDS)
def test_text_is_cut_where_it_is_longer_than_its_bound(made: Made, bound: int) -> None:
    whole, longer = told(made("x" * bound)), told(made("x" * (bound + 1)))

    assert whole.count("x" * (bound - 2)) == 1
    assert "..." not in whole
    assert f"{'x' * (bound - 2)} ..." in longer
    assert "x" * (bound + 1) not in longer


def test_group_of_a_rule_is_cut() -> None:
    def of_group(text: str) -> str:
        return told(a_difference("eligibility.added", "inclusion 1", None, "A", group=text))

    assert f'This rule is for: "{"x" * 120}".' in of_group("x" * 120)
    assert f'This rule is for: "{"x" * 120} ..."' in of_group("x" * 121)


@pytest.mark.parametrize(("groups", "said"), [(1, " The study now has 1 group."), (0, "")])
def test_groups_are_counted_where_the_record_lists_any(groups: int, said: str) -> None:
    difference = a_difference("arm.added", "A", None, {"label": "A"})

    sentence, _ = describe(difference, a_study(), a_study(groups=groups))

    assert sentence == f'A group was added: "A".{said}'
