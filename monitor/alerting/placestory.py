"""What became of one place of a trial, as its changes tell it. Pure.

A place has no key at the registry. It is known by its label, and followed through new names.
"""

from collections.abc import Iterable, Mapping

from monitor.detection.places import label_of
from monitor.domain.changes import Change, Json
from monitor.registry.record.people import Location


def place_story(label: str, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes about a place, oldest first.

    Args:
        label: What the place was called last: "Facility, City, State, Country".
        changes: Those of its trial, oldest first.
    """
    told, called = [], label
    for change in reversed(tuple(changes)):
        if change.kind.startswith("site.") and change.subject == called:
            told.append(change)
            if change.kind == "site.renamed":
                called = _label_before(change) or called
    return tuple(reversed(told))


def _label_before(change: Change) -> str:
    before = change.before
    if not isinstance(before, Mapping):
        return ""
    return label_of(
        Location(
            facility=_text(before.get("facility")),
            city=_text(before.get("city")),
            state=_text(before.get("state")),
            country=_text(before.get("country")),
        )
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def labels_of(places: Iterable[Location]) -> tuple[str, ...]:
    """Return what places are called, in their order."""
    return tuple(map(label_of, places))


def labels_lost(changes: Iterable[Change]) -> tuple[str, ...]:
    """Return what places were called that are listed no longer, in the order they went in."""
    lost: dict[str, None] = {}
    for change in changes:
        if change.kind == "site.removed":
            lost[change.subject] = None
        elif change.kind == "site.added":
            lost.pop(change.subject, None)
    return tuple(lost)
