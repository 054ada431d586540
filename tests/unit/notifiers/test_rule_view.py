"""What a message shows of a trial's rules, parts and words, and how long each may be."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.summaries import PlainCriterion, SummarySection, WordToKnow
from notifiers.view import ROOMS, Rule, View, view_of
from tests.servers.made import a_rule, a_summary, an_alert


def of_summary(**fields: Any) -> View:
    alert = replace(an_alert(), summary=replace(a_summary(), **fields))
    return view_of(alert, web_url="https://watch.example.org", room=ROOMS[0])


def shown(rule: PlainCriterion) -> Rule:
    [group] = of_summary(eligibility=(rule,)).rules
    [one] = group.rules
    return one


@pytest.mark.parametrize(
    ("method", "plain", "lines", "own"),
    [
        ("rules", ("Plain.", "More."), ("Plain.", "More."), False),
        ("model-checked", ("Plain.",), ("Plain.",), False),
        ("own-words", ("Plain.",), ("Theirs",), True),
        ("own-words", (), ("Theirs",), True),
        ("rules", (), ("Theirs",), True),
    ],
)
def test_rule_without_plain_words_is_shown_in_the_studys_own(
    method: str, plain: tuple[str, ...], lines: tuple[str, ...], *, own: bool
) -> None:
    rule = shown(replace(a_rule(1), source="Theirs", plain=plain, method=method))

    assert (rule.lines, rule.is_own_words, rule.mark) == (lines, own, "")


@pytest.mark.parametrize(("length", "line"), [(2000, "x" * 2000), (2001, "x" * 1999 + "…")])
def test_line_of_a_rule_is_of_bounded_length(length: int, line: str) -> None:
    assert shown(replace(a_rule(1), plain=("x" * length,))).lines == (line,)


@pytest.mark.parametrize(("length", "label"), [(400, "x" * 400), (401, "x" * 399 + "…")])
def test_headings_are_of_bounded_length(length: int, label: str) -> None:
    text = "x" * length
    part = SummarySection(id="p", title=text, sentences=("One.",))
    rule = replace(a_rule(1), group=text)
    view = of_summary(eligibility=(rule,), sections=(part,))

    assert view.rules[0].heading == f"What a person needs to join: {label}"
    assert view.parts[0].title == label


@pytest.mark.parametrize(
    ("term", "meaning", "shown_as"),
    [
        ("x" * 100, "y" * 400, ("x" * 100, "y" * 400)),
        ("x" * 101, "y" * 401, ("x" * 99 + "…", "y" * 399 + "…")),
        ("a\nb", "c\nd", ("a b", "c d")),
    ],
)
def test_words_to_know_are_of_bounded_length(
    term: str, meaning: str, shown_as: tuple[str, str]
) -> None:
    view = of_summary(words_to_know=(WordToKnow(term=term, meaning=meaning),))

    assert view.words == (shown_as,)


def test_part_that_says_nothing_is_left_out() -> None:
    empty = SummarySection(id="p", title="Places", sentences=())
    source = SummarySection(id="source", title="Source", sentences=("From the registry.",))
    full = SummarySection(id="w", title="What", sentences=("x" * 1201,))

    [part] = of_summary(sections=(empty, source, full)).parts

    assert (part.title, part.sentences) == ("What", ("x" * 1199 + "…",))
