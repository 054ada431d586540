"""The lines of an eligibility text, with offsets; a heading inside a line begins a line of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.eligibility.headings import INLINE_HEADING, STUCK_HEADING, read_heading
from monitor.eligibility.markers import marker_at
from monitor.eligibility.text import plain_text

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_TAB_STOP = 4
_MAX_TITLE = 300
#: After these words "exclusion criteria:" is part of a sentence.
_SENTENCE_GOES_ON = re.compile(
    r"(?:[/&(,]|\bnon[- ]?|\b(?:and|or|the|all|any|these|those|following|above|of|meets?|meeting|other|main|no))\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line, or the part of one from a heading on."""

    #: First character, indentation included.
    start: int
    #: First character that is no white space.
    text: int
    #: Behind the last character that is no white space; equal to ``text`` on a blank line.
    end: int
    #: Column of the text, tabs to the next fourth.
    col: int

    @property
    def is_blank(self) -> bool:
        """Nothing but white space."""
        return self.text >= self.end


def lines_of(raw: str) -> list[Line]:
    """Cut ``raw`` into lines at any kind of line end, and at headings inside a line."""
    found = [piece for line in _physical_lines(raw) for piece in _cut_at_headings(raw, line)]
    base = min((line.col for line in found if not line.is_blank), default=0)
    return [
        Line(start=line.start, text=line.text, end=line.end, col=max(line.col - base, 0))
        for line in found
    ]


def _physical_lines(raw: str) -> Iterator[Line]:
    start = 0
    while start < len(raw):
        found = _LINE.match(raw, start)
        stop = found.end() if found else len(raw)
        yield _line(raw, start, stop)
        start = stop


def _line(raw: str, start: int, stop: int) -> Line:
    content = raw[start:stop].rstrip()
    end = start + len(content)
    text = end - len(content.lstrip())
    return Line(start=start, text=text, end=end, col=_column(raw[start:text]))


def _column(indent: str) -> int:
    if "\t" not in indent:
        return len(indent)
    return len(indent.expandtabs(_TAB_STOP))


def _cut_at_headings(raw: str, line: Line) -> Iterator[Line]:
    starts = [line.start, *_heading_starts(raw, line)]
    if len(starts) == 1:
        yield line
        return
    for start, stop in zip(starts, [*starts[1:], line.end], strict=True):
        piece = _line(raw, start, stop)
        yield (
            piece
            if start == line.start
            else Line(start=start, text=piece.text, end=piece.end, col=0)
        )


def _heading_starts(raw: str, line: Line) -> list[int]:
    """Return where headings begin inside a line, not counting one at its beginning."""
    if line.is_blank or "crit" not in raw[line.text : line.end].lower():
        return []
    marker = marker_at(raw, line.text, line.end)
    first = marker.end if marker else line.text
    starts = [
        found.start()
        for found in INLINE_HEADING.finditer(raw, first + 1, line.end)
        if not _goes_on(raw, first, found.start()) and not _is_title(raw, first, found.end())
    ]
    tail = max(first + 1, line.end - 60)
    stuck = None if starts else STUCK_HEADING.search(raw, tail, line.end)
    if stuck and not (_goes_on(raw, first, stuck.start()) or _is_title(raw, first, stuck.end())):
        starts.append(stuck.start())
    return starts


def _goes_on(raw: str, first: int, start: int) -> bool:
    return _SENTENCE_GOES_ON.search(raw[max(first, start - 20) : start]) is not None


def _is_title(raw: str, first: int, end: int) -> bool:
    """Say whether all from the beginning of the line is one heading ("Donor inclusion criteria:")."""
    if end - first > _MAX_TITLE:
        return False
    heading = read_heading(plain_text(raw[first:end]), in_list=False)
    return heading is not None and not heading.rest_behind
