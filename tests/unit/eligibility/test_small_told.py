"""Lines with what is read in them, by eye: headings, markers and the two forms of a text.

The tables are ``headings.txt`` (what a line says as a heading, outside a list and inside one),
``markers.txt`` (the marker it begins with) and ``forms.txt`` (for reading, and for comparing).
"""

from pathlib import Path

import pytest

from monitor.eligibility.headings import Heading, is_note, is_note_title, read_heading
from monitor.eligibility.markers import marker_at
from monitor.eligibility.text import comparison_text, plain_text

_SIGNS = {
    "{NUL}": "\x00",
    "{SHY}": "\u00ad",
    "{ZW}": "\u200b",
    "{NB}": "\u00a0",
    "{LF}": "\n",
    "{BS}": "\\",
}


def _cases(name: str) -> list[tuple[str, list[str]]]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    cases = [case.splitlines() for case in text.split("\n| ")]
    return [
        (_unfolded(line.removeprefix("| ")), [one.removeprefix("> ") for one in told])
        for line, *told in cases
    ]


def _unfolded(line: str) -> str:
    for word, sign in _SIGNS.items():
        line = line.replace(word, sign)
    return line


def heading_lines(line: str) -> list[str]:
    """Return what a line says outside a list and inside one, and whether it is a note."""
    found = [_heading(read_heading(line, in_list=in_list)) for in_list in (False, True)]
    notes = [
        word
        for word, is_it in (("note", is_note), ("title of notes", is_note_title))
        if is_it(line)
    ]
    return [*found, *notes]


def _heading(heading: Heading | None) -> str:
    if heading is None:
        return "-"
    group = f"for {heading.group!r}" if heading.group else "for all"
    kind = "sentence" if heading.is_sentence else "title"
    return f"{heading.kind.value} {kind} {heading.label!r} {group} rest {heading.rest_behind!r}"


def marker_lines(line: str) -> list[str]:
    """Return the marker that a line begins with, and what is behind it."""
    marker = marker_at(line, 0, len(line))
    if marker is None:
        return ["-"]
    return [f"{marker.text!r} {marker.family} {marker.ordinal} {line[marker.end :]!r}"]


def form_lines(line: str) -> list[str]:
    """Return a text for reading and for comparing."""
    return [repr(plain_text(line)), repr(comparison_text(line))]


@pytest.mark.parametrize(("line", "told"), _cases("headings.txt"))
def test_line_says_what_was_told_as_a_heading(line: str, told: list[str]) -> None:
    assert heading_lines(line) == told


@pytest.mark.parametrize(("line", "told"), _cases("markers.txt"))
def test_line_begins_with_the_marker_that_was_told(line: str, told: list[str]) -> None:
    assert marker_lines(line) == told


@pytest.mark.parametrize(("line", "told"), _cases("forms.txt"))
def test_text_has_the_forms_that_were_told(line: str, told: list[str]) -> None:
    assert form_lines(line) == told
