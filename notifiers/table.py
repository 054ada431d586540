"""The table of a message: each change's values, before and now, under headings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from monitor.domain.changes import Change, Json
from notifiers.clean import one_line, paragraphs
from notifiers.facts import heading, shown

_LONGEST_LINE: Final = 400

#: Kinds whose value does not say what it is about.
_NEED_SUBJECT: Final = frozenset(
    {"site.status", "design", "oversight", "ipd", "title", "description", "results.updated"}
)
#: Kinds that are items of a list: they are added and removed, not given and not given.
_ITEMS: Final = frozenset(
    {"conditions", "keywords", "collaborators", "reference", "official", "link", "document"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: ``Before``, ``Now``, ``Added`` or ``Removed``, and the value."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One change in the table."""

    #: What it is about, when the values do not say; else empty.
    about: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactGroup:
    """Changes under one heading of the table."""

    heading: str
    facts: tuple[Fact, ...]


def fact_groups(changes: Sequence[Change], *, most_text: int) -> Iterator[FactGroup]:
    """Return the table of ``changes``, in their order.

    Args:
        changes: Most important first.
        most_text: Most characters of one value.
    """
    by_heading: dict[str, list[Fact]] = {}
    for change in changes:
        fact = _fact(change, most_text)
        if fact.rows:
            by_heading.setdefault(heading(change), []).append(fact)
    for name, facts in by_heading.items():
        yield FactGroup(heading=name, facts=tuple(_merged(facts)))


def _merged(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Put short items that were added, or removed, one after another into one row."""
    for label, alike in groupby(facts, key=_item_label):
        if not label:
            yield from alike
            continue
        text = "\n".join(fact.rows[0].text for fact in alike)
        yield Fact(about="", rows=(Row(label=label, text=text),))


def _item_label(fact: Fact) -> str:
    is_short_item = not fact.about and len(fact.rows) == 1 and "\n" not in fact.rows[0].text
    return fact.rows[0].label if is_short_item else ""


def _fact(change: Change, most_text: int) -> Fact:
    before, after = _narrowed(change)
    needs_subject = change.kind in _NEED_SUBJECT
    about = one_line(change.subject.replace("_", " "), _LONGEST_LINE) if needs_subject else ""
    rows = _rows(
        change.kind,
        paragraphs(shown(change.kind, before), most_text),
        paragraphs(_with_contacts(change, shown(change.kind, after)), most_text),
    )
    return Fact(about=about[:1].upper() + about[1:], rows=rows)


def _rows(kind: str, before: str, after: str) -> tuple[Row, ...]:
    if not before and not after:
        return ()
    is_item = kind in _ITEMS or kind.endswith((".added", ".removed"))
    if is_item and not before:
        return (Row(label="Added", text=after),)
    if is_item and not after:
        return (Row(label="Removed", text=before),)
    return (
        Row(label="Before", text=before or "not given"),
        Row(label="Now", text=after or "not given"),
    )


def _narrowed(change: Change) -> tuple[Json, Json]:
    """Leave out the pieces of a group or outcome that stayed as they were, but not its name."""
    fields = (change.notes or {}).get("fields")
    if not isinstance(fields, Sequence) or isinstance(fields, str):
        return change.before, change.after
    keep = {"label", "name", "measure", "facility", "city", "country", *map(str, fields)}
    return _only(change.before, keep), _only(change.after, keep)


def _only(value: Json, keep: set[str]) -> Json:
    if not isinstance(value, Mapping):
        return value
    return {key: part for key, part in value.items() if key in keep}


def _with_contacts(change: Change, text: str) -> str:
    """Contacts are counted in a change's values and named in its notes, for readers only."""
    contacts = (change.notes or {}).get("contacts")
    if change.kind != "contact" or not isinstance(contacts, Sequence):
        return text
    lines = [
        ", ".join(str(part) for part in contact.values() if part)
        for contact in contacts
        if isinstance(contact, Mapping)
    ]
    return "\n".join(line for line in lines if line) or text
