from collections.abc import Iterable
from decimal import Decimal

import pytest

from monitor.eligibility.facts import Bound, Fact, FactKind, facts
from monitor.eligibility.marks import MAX_WORDS, Mark, marked
from monitor.eligibility.text import comparison_text, plain_text
from monitor.eligibility.wording import same_wording


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Age \\>= 18", "Age ≥ 18"),
        ("Age >/= 18", "Age ≥18"),
        ("Age => 18", "Age &gt;= 18"),
        ("Age \\&gt; 18", "Age > 18"),
        ("Age =< 18", "Age ≤ 18"),
        ("5 µg", "5 μg"),
        ("18 – 65 years", "18-65 years"),  # noqa: RUF001
        ("patient’s “own” dog", 'patient\'s "own" dog'),  # noqa: RUF001
        ("10⁹/L", "10\\^9/L"),
        ("mg / dL", "mg/dL"),
        ("a  dog \n and\ta cat", "a dog and a cat"),
        ("1. Has a dog", "* Has a dog;"),
        ("(a) Has a dog", "Has a dog."),
        ("2\\. Has a dog", "2) Has a dog"),
        ("**Has** a dog", "Has a dog"),
        ("Cafe\u0301", "Café"),
        ("Ａge", "Age"),  # noqa: RUF001
        ("<!-- --> Dog", "Dog"),
        ("20 %", "20%"),
    ],
)
def test_two_renderings_have_one_form(one: str, other: str) -> None:
    assert comparison_text(one) == comparison_text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Age > 18", "Age >= 18"),
        ("Age > 18", "Age < 18"),
        ("10^9", "109"),
        ("5 mU", "5 MU"),
        ("E. coli", "S. coli"),
        ("1.5 mg", "15 mg"),
        ("-5 degrees", "5 degrees"),
        ("no dog", "a dog"),
    ],
)
def test_what_a_reader_tells_apart_stays_apart(one: str, other: str) -> None:
    assert comparison_text(one) != comparison_text(other)


def test_plain_text_reads_like_the_registry_page() -> None:
    assert plain_text("Age \\> 18\n  and \\[see\\] A&amp;B\u00a0\u200b") == "Age > 18 and [see] A&B"


def only(text: str) -> Fact:
    (fact,) = [fact for fact in facts(text) if fact.kind in {FactKind.NUMBER, FactKind.WINDOW}]
    return fact


@pytest.mark.parametrize(
    ("text", "bound", "low", "high", "unit"),
    [
        ("Age ≥ 18 years", Bound.AT_LEAST, "18", None, "years"),
        ("18 years or older", Bound.AT_LEAST, "18", None, "years"),
        ("at least two weeks", Bound.AT_LEAST, "2", None, "weeks"),
        ("no less than 3", Bound.AT_LEAST, "3", None, ""),
        ("not more than 3 visits", Bound.AT_MOST, None, "3", ""),
        ("greater than or equal to 5 mg", Bound.AT_LEAST, "5", None, "mg"),
        ("less than 5 mg/day", Bound.LESS_THAN, None, "5", "mg/day"),
        ("over 5 kg", Bound.MORE_THAN, "5", None, "kg"),
        ("65 or younger", Bound.AT_MOST, None, "65", ""),
        ("between 18 and 65 years", Bound.RANGE, "18", "65", "years"),
        ("18 to 65 years", Bound.RANGE, "18", "65", "years"),
        ("score 0-1", Bound.RANGE, "0", "1", ""),
        ("≥ 1,500/mm3", Bound.AT_LEAST, "1500", None, "/mm3"),
        ("≤ 2.5 x ULN", Bound.AT_MOST, None, "2.5", "x ULN"),
        ("> 100 x 10^9/L", Bound.MORE_THAN, "100", None, "x 10^9/L"),
        ("exactly 7 %", Bound.NONE, "7", None, "%"),
    ],
)
def test_numbers_with_bound_and_unit(
    text: str, bound: Bound, low: str | None, high: str | None, unit: str
) -> None:
    fact = only(text)

    assert (fact.bound, fact.unit) == (bound, unit)
    assert fact.low == (Decimal(low) if low else None)
    assert fact.high == (Decimal(high) if high else None)


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("within 4 weeks before first dose", "before first dose"),
        ("in the last 6 months", ""),
        ("3 days after surgery", "after surgery"),
    ],
)
def test_windows_of_time(text: str, anchor: str) -> None:
    fact = only(text)

    assert (fact.kind, fact.anchor) == (FactKind.WINDOW, anchor)


def test_numbers_in_names_are_no_amounts() -> None:
    kinds = {fact.kind for fact in facts("RECIST 1.1, HIV-1, CD20 and Day 1 of Cohort 3")}

    assert kinds == {FactKind.NAME}


def test_a_single_denial_reaches_the_numbers_of_its_sentence() -> None:
    found = facts("No dog older than 3 years. Cats over 2 years")

    assert [fact.negated for fact in found if fact.kind is FactKind.NUMBER] == [True, False]


@pytest.mark.parametrize("text", ["<!-- a <!--\\>", "<!-- a -- >", "x &lt;!-- a --\\> y"])
def test_comment_in_disguise_has_one_form(text: str) -> None:
    form = comparison_text(text)

    assert comparison_text(form) == form


def test_facts_point_into_the_comparison_text() -> None:
    text = "* Age ≥ 18 years, unless 16 years or older"
    form = comparison_text(text)

    assert all(form[fact.start : fact.end].strip() == fact.text for fact in facts(text))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Tumours of the lung", "Tumor of lung", True),
        ("Patients with anaemia", "Participants with anemia", True),
        ("Subjects randomised today", "Subjects randomized today", True),
        ("typical cough", "atypical cough", False),
        ("symptomatic disease", "asymptomatic disease", False),
        ("hypertension", "hypotension", False),
        ("with asthma", "without asthma", False),
        ("before surgery", "after surgery", False),
        ("a dog and a cat", "a dog or a cat", False),
        ("must sign", "may sign", False),
        ("dog, cat", "cat, dog", False),
        ("5 mg", "5 g", False),
    ],
)
def test_same_wording_is_strict(one: str, other: str, *, same: bool) -> None:
    assert same_wording(one, other) is same


def _runs(side: Iterable[Mark]) -> list[tuple[str, str]]:
    return [(mark.kind.value, mark.text) for mark in side]


@pytest.mark.parametrize(
    ("old", "new", "before", "now"),
    [
        (
            "Age 18 or more",
            "Age 21 or more",
            [("equal", "Age"), ("removed", " 18"), ("equal", " or more")],
            [("equal", "Age"), ("added", " 21"), ("equal", " or more")],
        ),
        (
            "Has had asthma",
            "asthma",
            [("removed", "Has had"), ("equal", " asthma")],
            [("equal", "asthma")],
        ),
        (
            "asthma",
            "Has had asthma",
            [("equal", "asthma")],
            [("added", "Has had"), ("equal", " asthma")],
        ),
        ("a\n dog ", "a dog", [("equal", "a\n dog ")], [("equal", "a dog")]),
        ("a dog", "", [("removed", "a dog")], []),
        (" ", "", [("removed", " ")], []),
        ("", "a dog", [], [("added", "a dog")]),
        ("", "", [], []),
    ],
)
def test_marks_keep_each_side_as_it_is_written(
    old: str, new: str, before: list[tuple[str, str]], now: list[tuple[str, str]]
) -> None:
    sides = marked(old, new)

    assert (_runs(sides.old), _runs(sides.new)) == (before, now)


def test_texts_of_more_words_than_are_compared_are_marked_as_a_whole() -> None:
    most, long = "word " * MAX_WORDS, "word " * (MAX_WORDS + 1)

    assert _runs(marked(f"x {long}", long).old) == [("removed", f"x {long}")]
    assert _runs(marked(f"x {long}", long).new) == [("added", long)]
    assert _runs(marked(long, long).old) == _runs(marked(long, long).new) == [("equal", long)]
    assert _runs(marked(most, f"{most}x").new) == [("added", f"{most}x")]
    assert _runs(marked(most, most.replace("word", "x", 1)).new)[0] == ("added", "x")
