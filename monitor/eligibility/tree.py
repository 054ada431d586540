"""Free eligibility text as a lossless tree of criteria.

Every character of the registry's text belongs to exactly one node: a node begins at an offset and
reaches to where the next one begins. The work is therefore only to decide where nodes begin
(``reader``), which paragraphs are lists run together (``runon``) and what a node says (``flags``).
"""

import hashlib
from itertools import count

from monitor.eligibility.flags import flags_of
from monitor.eligibility.items import Item, OpenSection
from monitor.eligibility.logic import logic_of
from monitor.eligibility.model import (
    PARSER_VERSION,
    Criterion,
    EligibilityDoc,
    ListLogic,
    Section,
    SectionKind,
    Span,
)
from monitor.eligibility.reader import read_sections
from monitor.eligibility.text import plain_text

_POLAR = frozenset({SectionKind.INCLUSION, SectionKind.EXCLUSION})


def parse(raw: str | None) -> EligibilityDoc:
    """Return the tree of an eligibility text.

    Args:
        raw: ``eligibilityCriteria`` as the registry gives it; None or empty gives a tree without
            sections. Any text at all is accepted.

    Returns:
        A document whose spans, joined in order, are ``raw``.
    """
    raw = raw or ""
    return EligibilityDoc(
        raw=raw,
        raw_sha256=hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest(),
        parser_version=PARSER_VERSION,
        sections=_sections(raw),
    )


def _sections(raw: str) -> tuple[Section, ...]:
    opened = read_sections(raw)
    if not opened:
        return ()
    stops = [section.start for section in opened[1:]] + [len(raw)]
    numbers = {kind: count(1) for kind in SectionKind}
    return tuple(
        _section(raw, section, stop, numbers[section.kind])
        for section, stop in zip(opened, stops, strict=True)
    )


def _section(raw: str, section: OpenSection, stop: int, numbers: "count[int]") -> Section:
    head = Span(start=section.start, end=section.items[0].start if section.items else stop)
    return Section(
        kind=section.kind,
        label=section.label,
        group=section.group,
        intro=section.intro,
        list_logic=logic_of(section.intro or section.label),
        span=head,
        criteria=tuple(
            _criterion(raw, item, end, f"{section.kind.letter}.{next(numbers)}", section)
            for item, end in _with_ends(section.items, stop)
        ),
    )


def _criterion(raw: str, item: Item, end: int, path: str, section: OpenSection) -> Criterion:
    children = item.children
    own = Span(start=item.start, end=children[0].start if children else end)
    text = plain_text(raw[item.body : own.end])
    return Criterion(
        path=path,
        section=section.kind,
        group=section.group,
        marker=item.marker,
        depth=path.count("."),
        span=own,
        raw=own.of(raw),
        text=text,
        list_logic=logic_of(text) if children else ListLogic.UNKNOWN,
        children=tuple(
            _criterion(raw, child, child_end, f"{path}.{place}", section)
            for place, (child, child_end) in enumerate(_with_ends(children, end), 1)
        ),
        flags=flags_of(
            text, own.of(raw), has_children=bool(children), polar=section.kind in _POLAR
        ),
    )


def _with_ends(items: list[Item], stop: int) -> list[tuple[Item, int]]:
    """Pair each item with where it and all under it end."""
    ends = [item.start for item in items[1:]] + [stop]
    return list(zip(items, ends[: len(items)], strict=True))
