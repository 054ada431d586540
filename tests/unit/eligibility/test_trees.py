"""Texts of every layout with the trees that a reader sees in them: the table is ``trees.txt``."""

import hashlib
import json
from pathlib import Path

import pytest

from monitor.eligibility.model import PARSER_VERSION, EligibilityDoc
from monitor.eligibility.tree import parse
from tests.unit.eligibility.outlines import outline, told_trees

_TOLD = list(told_trees())
_IN = "Inclusion Criteria:\n\n"


@pytest.mark.parametrize(("text", "lines"), [case[1:] for case in _TOLD], ids=[c[0] for c in _TOLD])
def test_text_has_the_tree_that_was_told(text: str, lines: list[str]) -> None:
    doc = parse(text)

    assert outline(doc) == lines
    assert "".join(span.of(text) for span in doc.spans()) == text


def _sections(text: str) -> list[str]:
    return [section.label for section in parse(_IN + text).sections[1:]]


def _words(letters: int, *, words: int = 5) -> str:
    """Return a text of so many letters and words that begins with a capital."""
    begin = "Wo " * (words - 1)
    return begin + "w" * (letters - len(begin))


@pytest.mark.parametrize(
    ("title", "is_label"),
    [
        (_words(70), True),
        (_words(71), False),
        (_words(40, words=9), True),
        (_words(40, words=10), False),
        (_words(40).lower(), False),
        (_words(39) + "5", False),
        ("Arm 5 " + _words(64, words=7), True),
        ("Arm 5 " + _words(65, words=7), False),
        ("Arm 5 " + _words(40, words=8), False),
        ("arm 5 and so on", True),
        ("Arm 5 and so on.", False),
        ("Arm 5 and so on;", True),
        *((_words(40) + end, False) for end in ".;,!?"),
    ],
)
def test_title_over_a_list_is_a_label(title: str, *, is_label: bool) -> None:
    assert _sections(f"{title}\n* Adult\n") == ([title] if is_label else [])
    assert _sections(f"{title}\n\nAdult\n") == []


@pytest.mark.parametrize(
    ("letters", "before_a_list", "before_a_rule"),
    [(69, True, True), (70, True, False), (209, True, False), (210, False, False)],
)
def test_line_with_a_colon_is_a_label_as_long_as_it_is_short(
    letters: int, *, before_a_list: bool, before_a_rule: bool
) -> None:
    label = "w" * letters

    assert _sections(f"{label}:\n* Adult\n") == ([label] if before_a_list else [])
    assert _sections(f"{label}:\n\nAdult\n") == ([label] if before_a_rule else [])


@pytest.mark.parametrize(("letters", "rules"), [(59, 2), (60, 1), (61, 1)])
def test_full_line_goes_on_in_the_next(letters: int, rules: int) -> None:
    assert len(parse(f"{_IN}{'w' * letters}\nNext\n").criteria) == rules
    assert len(parse(f"{_IN}   {'w' * letters}\n   Next\n").criteria) == rules


@pytest.mark.parametrize("end", ".;:!?)")
def test_full_line_that_ends_goes_on_nowhere(end: str) -> None:
    assert len(parse(f"{_IN}Pets {'w' * 70}{end}\nNext\n").criteria) == 2


@pytest.mark.parametrize(("letters", "is_heading"), [(400, True), (401, False)])
def test_heading_has_an_end(letters: int, *, is_heading: bool) -> None:
    opening, ending = "Patients are excluded ", " if any of the following:"
    sentence = opening + "w" * (letters - len(opening + ending)) + ending

    assert (parse(f"{sentence}\n* Ill\n").sections[0].kind.value == "exclusion") is is_heading


@pytest.mark.parametrize(("letters", "is_heading"), [(110, True), (111, False)])
def test_title_has_an_end(letters: int, *, is_heading: bool) -> None:
    title = f"Exclusion criteria {'w' * (letters - 1)}:"

    assert (parse(f"{title}\n* Ill\n").sections[0].kind.value == "exclusion") is is_heading


@pytest.mark.parametrize(("words", "flagged"), [(80, False), (81, True)])
def test_rule_of_many_words_is_long(words: int, *, flagged: bool) -> None:
    (rule,) = parse(_IN + "* " + " ".join(["w"] * words)).criteria

    assert ("long" in rule.flags) is flagged


# --- real records ---------------------------------------------------------------------------------


def _digest(doc: EligibilityDoc) -> str:
    spans = [f"{span.start}-{span.end}" for span in doc.spans()]
    return hashlib.sha256("\n".join([*outline(doc), *spans]).encode()).hexdigest()[:8]


@pytest.mark.real_records
def test_another_tree_of_a_real_text_is_another_version_of_the_parser(real_records: Path) -> None:
    """``trees.tsv`` is written anew when ``PARSER_VERSION`` is raised, and only then."""
    found = {"version": str(PARSER_VERSION)}
    for path in sorted((real_records / "records").glob("*.json")):
        module = json.loads(path.read_bytes())["protocolSection"].get("eligibilityModule", {})
        found[path.stem] = _digest(parse(module.get("eligibilityCriteria")))

    rows = Path(__file__).with_name("trees.tsv").read_text(encoding="utf-8").splitlines()

    expected = dict(row.split("\t") for row in rows)
    assert {key for key, tree in found.items() if expected.get(key) != tree} == set()
