"""Sections and items while a text is being read: only where they begin and how they hang together."""

from dataclasses import dataclass, field

from monitor.eligibility.model import SectionKind
from monitor.eligibility.runon import Joint, children_in, siblings_in

#: Deeper nesting than any real record; what is deeper is kept at this depth.
MAX_DEPTH = 12
_NESTED_BY = 2


@dataclass(slots=True, kw_only=True)
class Item:
    """A list item or paragraph while the text is being read."""

    start: int
    body: int
    marker: str = ""
    family: str = ""
    ordinal: int = 0
    col: int = 0
    #: Behind its last own character that is no white space.
    end: int = 0
    children: list["Item"] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class OpenSection:
    """A section while the text is being read."""

    start: int
    kind: SectionKind
    #: Side of the labels that follow it, where that is another.
    side: SectionKind | None = None
    label: str = ""
    #: What its heading names, without labels further down.
    people: str | None = None
    group: str | None = None
    intro: str = ""
    items: list[Item] = field(default_factory=list)


def close_before(item: Item, stack: list[Item], raw: str) -> None:
    """Take off ``stack`` what ``item`` is not nested in; beside one of its own list it stays."""
    while stack and not _holds(stack, item, raw):
        closed = stack.pop()
        in_line = abs(closed.col - item.col) < _NESTED_BY
        if item.marker and closed.family == item.family and in_line:
            return


def _holds(stack: list[Item], item: Item, raw: str) -> bool:
    """Say whether ``item`` is nested in the innermost open one of ``stack``."""
    if len(stack) >= MAX_DEPTH:
        return False
    above = stack[-1]
    opens = raw.endswith((":", "："), above.body, above.end)  # noqa: RUF001
    if item.col >= above.col + _NESTED_BY:
        return bool(above.marker) or opens
    if item.col < above.col - 1 or not item.marker or not above.marker:
        return False
    if any(open_item.family == item.family for open_item in stack):
        return False
    return opens or (item.ordinal == 1 and above.ordinal > 0)


def read_as_roman(item: Item, stack: list[Item]) -> None:
    """Read ``i.``, ``v.`` and ``x.`` as numerals where the list around them is one."""
    if item.family != "letter a":
        roman_open = any(open_item.family == "letter roman" for open_item in stack)
        if item.family == "letter roman" and not roman_open:
            for open_item in stack:
                if open_item.family == "letter a" and open_item.marker.strip("(.)") == "i":
                    open_item.family = "letter roman"
        return
    letter = item.marker.strip("(.)")
    if letter == "i" and not any(
        open_item.family == "letter a" and open_item.ordinal == ord("h") - 96 for open_item in stack
    ):
        item.family, item.ordinal = "letter roman", 1
    elif letter in {"v", "x"} and any(open_item.family == "letter roman" for open_item in stack):
        item.family = "letter roman"


def settle_kinds(sections: list[OpenSection]) -> None:
    """Call what stands before the first heading a preamble, and give resumed sections a start."""
    polar = {SectionKind.INCLUSION, SectionKind.EXCLUSION}
    heads = [place for place, section in enumerate(sections) if section.kind in polar]
    for place, section in enumerate(sections):
        if section.start < 0:
            section.start = section.items[0].start
        is_bare = all(not item.marker for item in section.items)
        before_heading = bool(heads) and place < heads[0]
        if section.kind is SectionKind.RULES and before_heading and is_bare:
            section.kind = SectionKind.PREAMBLE


def split_paragraphs(raw: str, items: list[Item], stop: int) -> list[Item]:
    """Return ``items`` with paragraphs that hold several rules taken apart."""
    whole: list[Item] = []
    for place, item in enumerate(items):
        following = items[place + 1] if place + 1 < len(items) else None
        end = following.start if following else stop
        for part, part_end in _parts(raw, item, end, following):
            _nest(raw, part, part_end)
            whole.append(part)
    return whole


def _parts(raw: str, item: Item, end: int, following: Item | None) -> list[tuple[Item, int]]:
    own_end = item.children[0].start if item.children else end
    runs_on = following is None or following.ordinal != item.ordinal + 1 or not item.ordinal
    joints = (
        siblings_in(raw, item.body, own_end, family=item.family, ordinal=item.ordinal)
        if runs_on
        else []
    )
    parts = [item, *(_item(joint, item) for joint in joints)]
    item.children, parts[-1].children = (
        ([], item.children) if joints else (item.children, item.children)
    )
    ends = [part.start for part in parts[1:]] + [end]
    return list(zip(parts, ends, strict=True))


def _nest(raw: str, item: Item, end: int) -> None:
    if item.children:
        item.children = split_paragraphs(raw, item.children, end)
        return
    item.children = [_item(joint, item) for joint in children_in(raw, item.body, end)]


def _item(joint: Joint, like: Item) -> Item:
    return Item(
        start=joint.start,
        body=joint.body,
        marker=joint.marker,
        family=like.family,
        ordinal=joint.ordinal,
        col=like.col,
    )
