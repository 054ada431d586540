"""Pairs of texts with all that is told of them: the table is ``alignments.txt``."""

import pytest

from monitor.eligibility import pairing, splits
from monitor.eligibility.align import align
from monitor.eligibility.direction import direction_of
from monitor.eligibility.lineage import carry_lineage, first_lineage
from monitor.eligibility.model import SectionKind
from monitor.eligibility.tree import parse
from tests.unit.eligibility.alignments import told, told_alignments

_CASES = list(told_alignments())


@pytest.mark.parametrize(
    ("old", "new", "lines"), [c[1:] for c in _CASES], ids=[c[0] for c in _CASES]
)
def test_pair_gives_what_was_told(old: str, new: str, lines: list[str]) -> None:
    assert told(old, new) == lines


def test_the_same_text_is_told_nothing_of() -> None:
    doc = parse("Inclusion Criteria:\n\n* Dog\n")

    assert align(doc, doc) == ()


def test_a_heading_is_told_as_a_rule_without_a_place_in_the_list() -> None:
    old, new = (
        parse(f"Exclusion Criteria:\n* Ill\n\nInclusion Criteria for {who}:\n* Dog\n")
        for who in ("Women", "Men")
    )

    (delta,) = align(old, new)

    (heading,) = delta.new
    assert (heading.path, heading.depth, heading.marker, heading.group) == ("I:2", 0, "", "Men")
    assert (heading.children, heading.flags, heading.list_logic) == ((), frozenset(), "unknown")
    assert heading.raw == heading.span.of(new.raw) == "Inclusion Criteria for Men:\n"


def _list(*rules: str) -> str:
    return "Inclusion Criteria:\n\n" + "\n".join(f"* {rule}" for rule in rules)


@pytest.mark.parametrize(
    ("old", "new", "direction", "reason"),
    [
        ("Age 18", "Age 19", "unclear", "the number bounds nothing that can be compared"),
        ("Age > 18", "Age > 19", "harder", "> 18 became > 19"),
        ("Age > 18", "Weight > 19", "unclear", "other words changed as well"),
        ("Aged > 18", "Age > 19", "harder", "> 18 became > 19"),
        ("Patients had > 3 dogs", "Participant had > 2 dog", "easier", "> 3 became > 2"),
        ("> 3 dogs and cats", "dogs and > 4 cats", "unclear", "other words changed as well"),
        ("Dog", "Cat", "unclear", "not exactly one number moved"),
        ("Age > 18, dog > 2", "Age > 19, dog > 3", "unclear", "not exactly one number moved"),
        ("Age > 18", "Age", "unclear", "more than one thing the rule states changed"),
        ("Age > 18 or not", "Age > 19 or not", "unclear", "the rule has an exception or a choice"),
        ("Age > 18 unless", "Age > 19 unless", "unclear", "the rule has an exception or a choice"),
        ("No dog, no cat > 18", "No dog, no cat > 19", "unclear", "the rule denies more than once"),
        ("No dog > 3 years", "No dog > 4 years", "easier", "> 3 years became > 4 years"),
        ("Age > 18", "Age >= 18", "easier", "> 18 became ≥18"),
        ("Age < 18", "Age <= 18", "easier", "< 18 became ≤18"),
        ("Age <= 18", "Age < 18", "harder", "≤18 became <18"),
        ("Age > 18", "Age < 19", "unclear", "the number bounds nothing that can be compared"),
        ("Dose 1-3 mg", "Dose 1-4 mg", "easier", "1-3 mg became 1-4 mg"),
        ("Dose 1-3 mg", "Dose 2-3 mg", "harder", "1-3 mg became 2-3 mg"),
        ("Dose 1-3 mg", "Dose 0-4 mg", "unclear", "the number bounds nothing that can be compared"),
        ("Dose 1-3 mg", "Dose > 2 mg", "unclear", "the number bounds nothing that can be compared"),
        ("Dose > 2 mg", "Dose > 2 g", "unclear", "the number bounds nothing that can be compared"),
        ("Day 3", "Day 4", "unclear", "the number bounds nothing that can be compared"),
    ],
)
def test_direction_says_why(old: str, new: str, direction: str, reason: str) -> None:
    found, why = direction_of(old, new, SectionKind.INCLUSION)

    assert found.value == direction
    assert why.replace("> ", ">").replace("< ", "<") == reason.replace("> ", ">").replace("< ", "<")
    other = {"easier": "harder", "harder": "easier"}.get(direction, direction)
    assert direction_of(old, new, SectionKind.EXCLUSION)[0].value == other
    assert direction_of(old, new, SectionKind.RULES) == (
        "unclear",
        "the text does not say which side the rule is on",
    )


# --- bounds ---------------------------------------------------------------------------------------

_WORDS = ["birch", "cedar", "maple", "larch", "aspen", "elder", "hazel", "rowan", "alder", "holly"]


def _edited(count: int, number: int) -> list[str]:
    return [
        f"{_WORDS[n % 10]} {_WORDS[n // 10]} {_WORDS[(n * 7) % 10]} above {number}"
        for n in range(count)
    ]


def test_beyond_a_bound_only_neighbours_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = _edited(20, 1), _edited(20, 2)
    wanted = [("changed", one, other) for one, other in zip(old, new, strict=True)]

    for most in (400, 399, 120, 40, 1):
        monkeypatch.setattr(pairing, "MAX_PAIRS", most)
        deltas = align(parse(_list(*old)), parse(_list(*new)))
        assert [(d.op.value, d.old[0].text, d.new[0].text) for d in deltas] == wanted


def test_beyond_a_bound_a_rule_far_off_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = _edited(20, 1), _edited(20, 2)
    new = [*new[1:], new[0]]
    ops = {}

    for most in (400, 399, 120):
        monkeypatch.setattr(pairing, "MAX_PAIRS", most)
        deltas = align(parse(_list(*old)), parse(_list(*new)))
        ops[most] = sorted(
            {delta.op.value for delta in deltas if delta.new and delta.new[0].text == new[-1]}
        )

    assert ops == {400: ["changed"], 399: ["added"], 120: ["added"]}


def test_neighbours_reach_half_the_bound_to_each_side(monkeypatch: pytest.MonkeyPatch) -> None:
    old = [f"{_WORDS[n]} tree above 1 in the garden of {_WORDS[n]}" for n in range(10)]
    new = [
        f"{_WORDS[n]} tree above 2 in the garden of {_WORDS[n]}"
        for n in (3, 0, 1, 2, 4, 5, 6, 9, 7, 8)
    ]
    found = {}

    for most in (99, 80, 60, 59, 40, 39, 20):
        monkeypatch.setattr(pairing, "MAX_PAIRS", most)
        deltas = align(parse(_list(*old)), parse(_list(*new)))
        found[most] = sum(
            d.op.value == "changed" and d.old[0].text[:5] == d.new[0].text[:5] for d in deltas
        )

    assert found == {99: 10, 80: 10, 60: 10, 59: 9, 40: 9, 39: 3, 20: 3}


def test_beyond_a_bound_no_rule_is_looked_for_in_others(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (
        "able to climb two stairs; willing to come daily; owner of a large dog; born in this town"
    )
    old, new = (
        _list("Signs", whole),
        _list("Signs", *(part.capitalize() for part in whole.split("; "))),
    )

    monkeypatch.setattr(splits, "_MAX_PAIRS", 4)
    assert [delta.op.value for delta in align(parse(old), parse(new))] == ["split"]
    monkeypatch.setattr(splits, "_MAX_PAIRS", 3)
    assert "split" not in {delta.op.value for delta in align(parse(old), parse(new))}


@pytest.mark.parametrize(("parts", "op"), [(12, "split"), (13, "split")])
def test_a_split_has_an_end(parts: int, op: str) -> None:
    clauses = [f"{_WORDS[n % 10]} {_WORDS[n // 10]} trees" for n in range(parts)]

    deltas = align(parse(_list("Signs", "; ".join(clauses))), parse(_list("Signs", *clauses)))

    assert (deltas[0].op.value, len(deltas[0].new)) == (op, 12)
    assert [delta.op.value for delta in deltas[1:]] == ["added"] * (parts - 12)


# --- how alike is alike enough --------------------------------------------------------------------


def _ops(old: str, new: str) -> list[str]:
    return [delta.op.value for delta in align(parse(old), parse(new))]


def _same(letters: int, *, of: int) -> tuple[str, str]:
    """Return two texts of one length that share so many letters."""
    return "a" * letters + "b" * (of - letters), "a" * letters + "c" * (of - letters)


@pytest.mark.parametrize(("letters", "op"), [(50, "changed"), (49, "added")])
def test_half_the_letters_make_one_rule(letters: int, op: str) -> None:
    one, other = _same(letters, of=100)

    assert _ops(_list(one), _list(other))[0] == op


@pytest.mark.parametrize(("letters", "op"), [(65, "changed"), (64, "added")])
def test_from_one_end_to_the_other_it_takes_more(letters: int, op: str) -> None:
    one, other = _same(letters, of=100)

    assert op in _ops(_list(one, "Signs"), _list("Signs", other))


@pytest.mark.parametrize(("letters", "op"), [(53, "changed"), (52, "added")])
def test_under_another_rule_it_takes_more(letters: int, op: str) -> None:
    one, other = _same(letters, of=100)
    old, new = f"Dogs:\n  * {one}", f"Many a cow:\n  * {other}"

    assert op in _ops(_list(old), _list(new))
    assert ("changed" in _ops(_list(old), _list(new))) is (op == "changed")


@pytest.mark.parametrize(("letters", "op"), [(52, "moved"), (51, "added")])
def test_on_the_other_side_it_takes_more(letters: int, op: str) -> None:
    one, other = _same(letters, of=100)

    ops = _ops(f"Inclusion Criteria:\n* {one}", f"Exclusion Criteria:\n* {other}")

    assert ops[0] == op


@pytest.mark.parametrize(("more", "op"), [(20, "split"), (21, "changed")])
def test_parts_are_nine_tenths_of_the_whole(more: int, op: str) -> None:
    first, second = "a" * 44, "b" * 45
    whole = f"{first} {'c' * (more - 1)} {second}"

    assert _ops(_list(whole, "Signs"), _list(first, second, "Signs"))[0] == op
    merged = {"split": "merged", "changed": "changed"}[op]
    assert merged in _ops(_list(first, second, "Signs"), _list(whole, "Signs"))


def test_parts_must_be_nearer_than_the_one_rule_was() -> None:
    rule = "a" * 40 + "b" * 40

    assert _ops(_list(rule, "Signs"), _list(rule + "c", "bbbb", "Signs")) == ["changed", "added"]


@pytest.mark.parametrize(("found", "op"), [(17, "split"), (16, "changed")])
def test_each_part_is_nine_tenths_in_the_whole(found: int, op: str) -> None:
    first, second = "a" * 120, "b" * found + "x" * (20 - found)

    ops = _ops(_list(f"{first} {'b' * 20}", "Signs"), _list(first, second, "Signs"))

    assert ops[0] == op


def test_rules_joined_as_they_stood_around_the_one_that_is_found_first() -> None:
    clauses = [
        "ada has a dog",
        "eva has a very large and very old cow in the garden",
        "ivy has a cat",
    ]
    old, new = _list("Signs", "; ".join(clauses)), _list("Signs", *clauses)

    (delta,) = align(parse(old), parse(new))

    assert [rule.path for rule in delta.new] == ["I.2", "I.3", "I.4"]
    (back,) = align(parse(new), parse(old))
    assert [rule.path for rule in back.old] == ["I.2", "I.3", "I.4"]


# --- lineage --------------------------------------------------------------------------------------


def test_lineage_goes_with_the_first_part_and_the_first_of_merged_rules() -> None:
    whole, parts = (
        "Heart of a lion; legs of a large horse",
        ("Heart of a lion", "Legs of a large horse"),
    )
    one, two = parse(_list("Signs", whole)), parse(_list("Signs", *parts))
    ids = first_lineage(one)

    split = carry_lineage(ids, one, two)
    merged = carry_lineage(first_lineage(two), two, one)

    assert (split["I.2"], split["I.3"] in ids.values()) == (ids["I.2"], False)
    assert merged["I.2"] == first_lineage(two)["I.2"]


def test_lineage_ids_are_twelve_letters_and_never_one_that_was_used() -> None:
    old, new = parse(_list("Dog", "Cat")), parse(_list("Xylophone", "Dog", "Dog"))
    ids = first_lineage(old)
    after = carry_lineage({"I.1": first_lineage(parse(_list("Xylophone")))["I.1"]}, old, new)

    assert {len(one) for one in ids.values()} == {12}
    assert len({*after.values()}) == 3
    assert first_lineage(parse(_list("Dog", "Dog", "Dog"))).keys() == {"I.1", "I.2", "I.3"}
    assert len({*first_lineage(parse(_list("Dog", "Dog", "Dog"))).values()}) == 3
    assert len(first_lineage(parse("* \ud800 half a sign"))["R.1"]) == 12
