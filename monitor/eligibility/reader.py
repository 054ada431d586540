"""Where the nodes of an eligibility text begin, line by line.

One pass over the lines with a stack of open list items. A line that begins no node belongs to the
node above it, so nothing can be lost here, only put under the wrong parent.
"""

import re

from monitor.eligibility.headings import (
    Heading,
    is_note,
    is_note_title,
    label_of,
    read_heading,
    sides_under,
    turns,
)
from monitor.eligibility.items import (
    Item,
    OpenSection,
    close_before,
    read_as_roman,
    settle_kinds,
    split_paragraphs,
)
from monitor.eligibility.lines import Line, lines_of
from monitor.eligibility.markers import Marker, codes_used, marker_at
from monitor.eligibility.model import SectionKind
from monitor.eligibility.text import plain_text

_MAX_HEADING = 1_000
_LABEL_WORDS = 9
_LABEL_CHARS = 70
_WRAPPED_CHARS = 60

_CONNECTOR = re.compile(r"(?:and|or|and/or|plus)[.:;]?", re.IGNORECASE)
_INTRO = re.compile(
    r"\b(?:following|criteria|must|if|who|meet|eligible|conditions|below|all of|any of)\b",
    re.IGNORECASE,
)
_NUMBERED_PEOPLE = re.compile(
    r"\b(?:part|cohort|group|arm|phase|stage|module|study|period|substudy|type|step|dose)s?\W*"
    r"(?:\d+|[ivx]+)\w?(?:\s*(?:-|,|and|&|to|or|/)\s*\d+\w?)*",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"(?:,|\b(?:the|of|with|and|or|a|an|to|for|in|by|than))\s*$", re.IGNORECASE
)
_COMMENT_LINE = re.compile(r"<!--[^>]{0,200}-->\s*$")
_HEADING_END = re.compile(r"[:：]")  # noqa: RUF001 - look-alikes are the point
_TITLE_END = re.compile(r"crit\w*\s*[-–—.:：(]*", re.IGNORECASE)  # noqa: RUF001


def read_sections(raw: str) -> list[OpenSection]:
    """Return the sections of a text in order; the first begins at 0, none when it is empty."""
    if not raw:
        return []
    sections = _Reader(raw).read()
    sections[0].start = 0
    stops = [section.start for section in sections[1:]] + [len(raw)]
    for section, stop in zip(sections, stops, strict=True):
        section.items = split_paragraphs(raw, section.items, stop)
    return sections


class _Reader:
    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._lines = [line for line in lines_of(raw) if not line.is_blank]
        self._codes = codes_used(raw, (line.text for line in self._lines))
        self._sections: list[OpenSection] = []
        self._stack: list[Item] = []
        self._last: Item | None = None
        #: Side of the rules that follow; a note in between does not change it.
        self._current: OpenSection | None = None

    def read(self) -> list[OpenSection]:
        for place, line in enumerate(self._lines):
            self._read_line(place, line)
        if not self._sections:
            self._open(OpenSection(start=0, kind=SectionKind.PREAMBLE))
        settle_kinds(self._sections)
        return self._sections

    def _read_line(self, place: int, line: Line) -> None:
        if _COMMENT_LINE.match(self._raw, line.text, line.end):
            return
        marker = self._marker(line)
        body = marker.end if marker else line.text
        text = plain_text(self._raw[body : min(line.end, body + _MAX_HEADING)])
        heading = self._heading(text, line, marker)
        if heading:
            self._read_heading(place, line, body, heading)
        elif marker is None:
            self._read_paragraph(place, line, text)
        elif text or self._next_is_text(place):
            self._add_item(line, marker)
        else:
            self._go_on(line)

    def _marker(self, line: Line) -> Marker | None:
        marker = marker_at(self._raw, line.text, line.end)
        if marker and marker.family.startswith("code") and marker.family[5:] not in self._codes:
            return None
        return marker

    # --- headings -----------------------------------------------------------------------------

    def _heading(self, text: str, line: Line, marker: Marker | None) -> Heading | None:
        heading = read_heading(text, in_list=marker is not None)
        if heading and heading.is_sentence and self._owner(line.col):
            return None
        return heading

    def _read_heading(self, place: int, line: Line, body: int, heading: Heading) -> None:
        current = self._current
        if heading.is_sentence and current and not current.items and current.label:
            self._join_sentence(current, heading)
            return
        self._open(
            OpenSection(
                start=line.start,
                kind=heading.kind,
                label=heading.label,
                people=heading.group,
                group=heading.group,
                intro=heading.label if heading.is_sentence else "",
            )
        )
        if heading.rest_behind:
            self._read_rest(place, line, self._rest_start(line, body, heading.rest_behind))

    def _join_sentence(self, section: OpenSection, heading: Heading) -> None:
        """Take a sentence under a title as its introduction; if they disagree, take no side."""
        if section.kind is not heading.kind:
            untitled = section.kind is SectionKind.RULES
            section.kind = heading.kind if untitled else SectionKind.RULES
            section.side = None
        section.intro = f"{section.intro} {heading.label}".strip()

    def _read_rest(self, place: int, line: Line, start: int) -> None:
        """Read what stands behind a heading's colon: its introduction, or a first rule."""
        text = plain_text(self._raw[start : line.end])
        opens_list = text.endswith(":") or (text[-1:] not in ".;" and self._next_is_item(place))
        rest = Line(start=start, text=start, end=line.end, col=0)
        marker = self._marker(rest)
        if opens_list and marker is None and self._current:
            self._current.intro = text.rstrip(": ")
        elif marker:
            self._add_item(rest, marker)
        elif text:
            self._add_paragraph(rest)

    def _rest_start(self, line: Line, body: int, behind: str) -> int:
        ending = _HEADING_END if behind == ":" else _TITLE_END
        found = ending.search(self._raw, body, line.end)
        start = found.end() if found else line.end
        while start < line.end and self._raw[start].isspace():
            start += 1
        return start

    def _open(self, section: OpenSection) -> None:
        self._sections.append(section)
        self._stack = []
        self._last = None
        if section.kind is not SectionKind.NOTE:
            self._current = section

    # --- items --------------------------------------------------------------------------------

    def _add_item(self, line: Line, marker: Marker) -> None:
        item = Item(
            start=line.start,
            body=marker.end,
            marker=marker.text,
            family=marker.family,
            ordinal=marker.ordinal,
            col=line.col,
            end=line.end,
        )
        self._place(item)

    def _add_paragraph(self, line: Line) -> None:
        self._place(Item(start=line.start, body=line.text, col=line.col, end=line.end))

    def _place(self, item: Item) -> None:
        self._resume()
        read_as_roman(item, self._stack)
        close_before(item, self._stack, self._raw)
        siblings = self._stack[-1].children if self._stack else self._items()
        siblings.append(item)
        self._stack.append(item)
        self._last = item

    def _items(self) -> list[Item]:
        if self._current is None:
            self._open(OpenSection(start=-1, kind=SectionKind.RULES))
        return self._sections[-1].items

    def _resume(self) -> None:
        """Go on with the section that a note interrupted; a list of notes has a label."""
        last, before = self._sections[-1:], self._current
        if last and last[0].kind is SectionKind.NOTE and not last[0].label and before:
            self._open(
                OpenSection(start=-1, kind=before.kind, people=before.people, group=before.group)
            )

    # --- paragraphs ---------------------------------------------------------------------------

    def _read_paragraph(self, place: int, line: Line, text: str) -> None:
        if self._is_continuation(place, line, text):
            self._go_on(line)
        elif self._owner(line.col):
            self._add_paragraph(line)
        elif is_note_title(text) and self._next_is_item(place):
            self._open(OpenSection(start=line.start, kind=SectionKind.NOTE, label=label_of(text)))
        elif is_note(text):
            self._open(OpenSection(start=line.start, kind=SectionKind.NOTE))
            item = Item(start=line.start, body=line.text, end=line.end)
            self._sections[-1].items.append(item)
            self._last = item
        elif not self._read_label(place, line, text):
            self._add_paragraph(line)

    def _go_on(self, line: Line) -> None:
        if self._last:
            self._last.end = line.end

    def _owner(self, col: int) -> Item | None:
        """Return the innermost open list item that a line at ``col`` is inside of."""
        return next(
            (item for item in reversed(self._stack) if item.marker and item.col < col), None
        )

    def _is_continuation(self, place: int, line: Line, text: str) -> bool:
        last = self._last
        if last is None:
            return False
        if _CONNECTOR.fullmatch(text) or last.body >= last.end:
            return True
        if self._after_blank(place):
            return self._owner(line.col) is last
        above = self._raw[last.body : last.end]
        if text[:1].islower() or _UNFINISHED.search(above[-20:]):
            return True
        if last.marker:
            return not self._label_here(place, line, text)
        previous = self._lines[place - 1]
        is_full = previous.end - previous.text >= _WRAPPED_CHARS
        return is_full and above[-1:] not in ".;:!?)"

    def _after_blank(self, place: int) -> bool:
        between = self._raw[self._lines[place - 1].end : self._lines[place].text]
        return between.replace("\r\n", "\n").replace("\r", "\n").count("\n") > 1

    def _read_label(self, place: int, line: Line, text: str) -> bool:
        """Open a section for a cohort's or topic's label; False when the line is no label."""
        current = self._current
        if not self._label_here(place, line, text):
            return False
        label = label_of(text)
        if current and not current.items and current.label and _INTRO.search(text):
            current.intro = f"{current.intro} {label}".strip()
            if turns(label, current.kind):
                current.side, current.kind = current.kind, SectionKind.RULES
            return True
        above = (current.side or current.kind) if current else SectionKind.RULES
        kind, side = sides_under(label, above)
        people = current.people if current else None
        group = f"{people}, {label}" if people else label
        self._open(
            OpenSection(
                start=line.start, kind=kind, side=side, label=label, people=people, group=group
            )
        )
        return True

    def _label_here(self, place: int, line: Line, text: str) -> bool:
        if self._owner(line.col) or len(text) > 3 * _LABEL_CHARS:
            return False
        if text.endswith((":", "：")):  # noqa: RUF001 - look-alikes are the point
            return self._next_is_item(place) or len(text) <= _LABEL_CHARS
        is_short = len(text) <= _LABEL_CHARS and len(text.split()) <= _LABEL_WORDS
        is_title = is_short and text[:1].isupper() and text[-1] not in ".;,!?"
        if _NUMBERED_PEOPLE.match(text) and is_short and self._next_is_item(place):
            return text[-1] != "."
        has_figures = any(sign.isdigit() for sign in _NUMBERED_PEOPLE.sub("", text))
        return is_title and not has_figures and self._next_is_item(place)

    def _next_is_text(self, place: int) -> bool:
        """Say whether the next line can be the text of a marker that stands alone."""
        following = self._lines[place + 1 : place + 2]
        if not following or self._marker(following[0]):
            return False
        line = following[0]
        text = plain_text(self._raw[line.text : min(line.end, line.text + _MAX_HEADING)])
        return read_heading(text, in_list=False) is None

    def _next_is_item(self, place: int) -> bool:
        return any(self._marker(line) for line in self._lines[place + 1 : place + 2])
