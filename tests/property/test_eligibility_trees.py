import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.eligibility.align import align
from monitor.eligibility.facts import facts
from monitor.eligibility.marks import MarkKind, marked
from monitor.eligibility.model import SectionKind
from monitor.eligibility.text import comparison_text, plain_text
from monitor.eligibility.tree import parse

#: Time is held to its bound by ``benchmarks.fuzz``, which counts that of its own process alone.
_UNTIMED = settings(deadline=None)
_PIECES = st.sampled_from(
    [
        "Inclusion Criteria:", "Exclusion criteria", "Eligibility Criteria:", "Part A:", "Note: x",
        "* ", "- ", "1. ", "2. ", "3. ", "1) ", "2) ", "(a) ", "o ", "• ", "i. ", "SI01: ",
        "\n", "\n\n", "\r\n", "\r", "  ", "    ", "\t", "\x00", "\\", "\\>", "&gt;", "≥", ":", ".", ";",
        "Age over 18 years", "dog", "Cat", "not eligible if", "the following", "or", "Patients must",
    ]
)  # fmt: skip
noise = st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=60).map("".join))

_WORDS = [
    "adult",
    "asthma",
    "biopsy",
    "cancer",
    "daily",
    "enrol",
    "fever",
    "growth",
    "heart",
    "insulin",
    "joint",
    "kidney",
    "liver",
]
rule = st.builds(
    lambda words, number: f"{' '.join(words).capitalize()} above {number}",
    st.lists(st.sampled_from(_WORDS), min_size=2, max_size=6),
    st.integers(1, 99),
)
rules = st.lists(rule, min_size=1, max_size=8, unique=True)


def _text(ins: list[str], outs: list[str], bullet: str = "* ") -> str:
    lists = ["\n".join(bullet + one for one in listed) for listed in (ins, outs)]
    return f"Inclusion Criteria:\n\n{lists[0]}\n\nExclusion Criteria:\n\n{lists[1]}\n"


@_UNTIMED
@given(noise)
def test_every_character_is_in_one_node(raw: str) -> None:
    spans = list(parse(raw).spans())

    assert "".join(span.of(raw) for span in spans) == raw
    assert all(one.end == other.start for one, other in itertools.pairwise(spans))


@_UNTIMED
@given(noise)
def test_reading_twice_gives_the_same_tree(raw: str) -> None:
    assert parse(raw) == parse(raw)


@_UNTIMED
@given(noise)
def test_paths_are_unique_and_of_their_section(raw: str) -> None:
    nodes = list(parse(raw).walk())

    assert len({node.path for node in nodes}) == len(nodes)
    assert all(node.path.startswith(f"{node.section.letter}.") for node in nodes)
    assert all(node.depth == node.path.count(".") for node in nodes)


@_UNTIMED
@given(noise)
def test_text_without_side_words_has_no_side(raw: str) -> None:
    said = raw.lower()
    if not any(word in said for word in ("inclu", "exclu", "eligib", "disqualif", "not ")):
        kinds = {section.kind for section in parse(raw).sections}
        assert not kinds & {SectionKind.INCLUSION, SectionKind.EXCLUSION}


@_UNTIMED
@given(noise)
def test_a_text_has_not_changed_from_itself(raw: str) -> None:
    assert align(parse(raw), parse(raw + "\n")) == ()


@_UNTIMED
@given(noise, noise)
def test_any_two_texts_can_be_aligned(old: str, new: str) -> None:
    before, after = parse(old), parse(new)

    seen = [rule.span for delta in align(before, after) for rule in delta.old if rule.depth]

    assert len(seen) == len(set(seen))


@_UNTIMED
@given(noise)
def test_comparison_text_is_idempotent(raw: str) -> None:
    form = comparison_text(raw)

    assert comparison_text(form) == form
    assert plain_text(plain_text(form)) == plain_text(form)


@_UNTIMED
@given(noise)
def test_facts_are_read_from_anything(raw: str) -> None:
    form = comparison_text(raw)

    assert all(0 <= fact.start < fact.end <= len(form) for fact in facts(raw))


@_UNTIMED
@given(rules, rules, st.sampled_from(["- ", "• ", "*   ", "\\- ", "o "]))
def test_another_bullet_is_no_change(ins: list[str], outs: list[str], bullet: str) -> None:
    assert align(parse(_text(ins, outs)), parse(_text(ins, outs, bullet))) == ()


@_UNTIMED
@given(rules, rules)
def test_escapes_and_signs_are_no_change(ins: list[str], outs: list[str]) -> None:
    plain = _text(ins, outs).replace("above", ">=")

    for sign in ("≥", "\\>=", "&gt;=", ">/=", "=>"):
        assert align(parse(plain), parse(plain.replace(">=", sign))) == ()


@_UNTIMED
@given(rules, rules, st.randoms(use_true_random=False))
def test_another_order_is_no_change(ins: list[str], outs: list[str], chance: random.Random) -> None:
    before = _text(ins, outs)
    chance.shuffle(ins)
    chance.shuffle(outs)

    assert align(parse(before), parse(_text(ins, outs))) == ()


@_UNTIMED
@given(rules, st.integers(0, 7))
def test_a_rule_that_changes_sides_is_always_told(listed: list[str], place: int) -> None:
    moved = listed[place % len(listed)]
    rest = [one for one in listed if one != moved] or ["Something else entirely"]
    before, after = (
        _text([moved, *rest], ["Nothing at all"]),
        _text(rest, ["Nothing at all", moved]),
    )

    (delta,) = align(parse(before), parse(after))

    assert (delta.op.value, delta.new[0].text) == ("moved", moved)


@_UNTIMED
@given(noise, noise)
def test_marks_rebuild_both_texts_blanks_and_all(old: str, new: str) -> None:
    sides = marked(old, new)

    assert "".join(mark.text for mark in sides.old) == old
    assert "".join(mark.text for mark in sides.new) == new
    kept = [
        [m.text.split() for m in side if m.kind is MarkKind.EQUAL]
        for side in (sides.old, sides.new)
    ]
    assert kept[0] == kept[1]
