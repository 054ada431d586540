"""Fields that stand once in a record, compared by the table of ``fields``.

Values that belong together (a date and its type) are one difference. What a difference of one
kind needs beyond before and after (distance of dates, direction of ages) is in ``details``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, get_type_hints

import msgspec

from monitor.detection.fields import FIELDS, Field, Way
from monitor.detection.findings import Finding, differing
from monitor.detection.normalize import canonical, canonical_markup, canonical_set, shown
from monitor.domain.changes import Json
from monitor.registry.record import Study

_FLAT = frozenset({Way.VALUE, Way.TEXT, Way.MARKUP, Way.SET})
_CANONICAL: Mapping[Way, Callable[[Any], Any]] = {
    Way.VALUE: lambda value: value,
    Way.TEXT: canonical,
    Way.MARKUP: canonical_markup,
    Way.SET: canonical_set,
}
Identity = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A row of the table that can be read off a record."""

    identity: Identity
    #: Key inside the value, empty when the field is the whole value.
    part: str
    how: Way
    #: The struct that holds the field, as attributes; then the field.
    holder: tuple[str, ...]
    read: Callable[[Any], Any]

    def of(self, study: Study) -> Any:
        """Return the field's value in ``study``, None when it or what holds it is absent."""
        here: Any = study
        for name in self.holder:
            here = getattr(here, name)
            if here is None:
                return None
        return self.read(here)


def attributes_of(path: str) -> tuple[str, ...]:
    """Return a registry path as attributes of ``Study``.

    Raises:
        KeyError: The typed record has no such field.
    """
    struct: Any = Study
    names = []
    for part in path.replace("[]", "").split("."):
        fields = dict(zip(struct.__struct_encode_fields__, struct.__struct_fields__, strict=True))
        names.append(fields[part])
        struct = _struct_in(get_type_hints(struct)[fields[part]])
    return tuple(names)


def _struct_in(hint: Any) -> Any:
    """Return the struct that a type hint is, wraps or holds; the hint itself when there is none."""
    inner = [arg for arg in getattr(hint, "__args__", ()) if arg not in (type(None), ...)]
    if inner and not (isinstance(hint, type) and issubclass(hint, msgspec.Struct)):
        return _struct_in(inner[0])
    return hint


@cache
def _columns() -> tuple[_Column, ...]:
    return tuple(_column(row) for row in FIELDS if row.how in _FLAT)


@cache
def _by_module() -> Mapping[str, list[_Column]]:
    """Return the columns by the attribute of ``Study`` they are under: most modules stay as they are."""
    modules: dict[str, list[_Column]] = {}
    for column in _columns():
        modules.setdefault(column.holder[0], []).append(column)
    return modules


def _column(row: Field) -> _Column:
    *holder, name = attributes_of(row.path)
    subject, _, part = row.subject.partition(".")
    return _Column(
        identity=(row.kind, subject),
        part=part,
        how=row.how,
        holder=tuple(holder),
        read=attrgetter(name),
    )


def compare_flat(before: Study, after: Study) -> Iterator[Finding]:
    """Yield what differs among the fields that stand once."""
    touched = {
        column.identity
        for module, columns in _by_module().items()
        if getattr(before, module) != getattr(after, module)
        for column in columns
        if column.of(before) != column.of(after)
    }
    if not touched:
        return
    columns = [column for column in _columns() if column.identity in touched]
    old, new = _canonical_view(columns, before), _canonical_view(columns, after)
    found = differing(old, new)
    shown_before, shown_after = _shown_view(columns, before), _shown_view(columns, after)
    for kind, subject in sorted(found):
        identity = (kind, subject)
        yield Finding(
            kind=kind,
            subject=subject,
            before=shown_before[identity],
            after=shown_after[identity],
        )


def _canonical_view(columns: list[_Column], study: Study) -> dict[Identity, dict[str, Any]]:
    view: dict[Identity, dict[str, Any]] = {}
    for column in columns:
        value = column.of(study)
        form = None if value is None or value in ("", ()) else _CANONICAL[column.how](value)
        view.setdefault(column.identity, {})[column.part or "value"] = form
    return view


def _shown_view(columns: list[_Column], study: Study) -> dict[Identity, Json]:
    parts: dict[Identity, dict[str, Json]] = {}
    for column in columns:
        parts.setdefault(column.identity, {})[column.part] = _shown(column.of(study))
    return {identity: _whole(values) for identity, values in parts.items()}


def _shown(value: Any) -> Json:
    if isinstance(value, tuple):
        return [shown(item) for item in value]
    return shown(value) if isinstance(value, str) else value


def _whole(values: dict[str, Json]) -> Json:
    if "" in values:
        return values[""] if values[""] != "" else None
    return values if any(value is not None for value in values.values()) else None
