"""An alert as somebody is told it who cares for places near them.

Places further away are left out, near ones say how far they are, and a place of which the
registry gives no point is told as such: unknown is not far. Everything that is about the whole
study stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from monitor.domain.alerts import Alert
from monitor.domain.changes import Change
from monitor.domain.near import Near

_SITE: Final = "site."
_COUNTRY: Final = "country."
#: Begins what a sentence about one place says of all of them.
_OF_ALL: Final = " The study now has "


def has_places(alert: Alert) -> bool:
    """Return whether what an alert tells depends on where its reader is."""
    return any(change.kind.startswith(_SITE) for change in alert.told)


def narrowed(alert: Alert, *nears: Near) -> Alert:
    """Return an alert with the places near a reader alone.

    Args:
        alert: The alert.
        nears: What the reader calls near, one for each list that says so; none for all places.
    """
    if not nears or not has_places(alert):
        return alert
    kept = [_worded(change, nears) for change in alert.changes if _is_kept(change, nears)]
    first = next((at for at, one in enumerate(kept) if one.kind.startswith(_SITE)), None)
    if first is not None:
        words = _either(near.words for near in nears)
        told = f"You are told of places {words}, in a straight line."
        meaning = " ".join(filter(None, (kept[first].meaning, told)))
        kept[first] = replace(kept[first], meaning=meaning)
    return replace(alert, changes=tuple(kept), near=nears)


def _is_kept(change: Change, nears: Sequence[Near]) -> bool:
    if change.kind.startswith(_COUNTRY):
        # A country comes and goes with its places, which say more.
        return False
    if not change.kind.startswith(_SITE):
        return True
    point = _point(change)
    return point is None or any(near.distance(*point) <= near.km for near in nears)


def _point(change: Change) -> tuple[float, float] | None:
    """Return where a change's place is, None where the registry gives no point."""
    point = change.notes.get("point") if isinstance(change.notes, Mapping) else None
    if not isinstance(point, list | tuple):
        return None
    latitude, longitude = point
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    return latitude, longitude


def _worded(change: Change, nears: Sequence[Near]) -> Change:
    if not change.kind.startswith(_SITE):
        return change
    # Next to the place; what is said of all places comes after it.
    about_it, of_all, rest = change.sentence.partition(_OF_ALL)
    sentence = f"{about_it} {_how_far(_point(change), nears)}{of_all}{rest}"
    return replace(change, sentence=sentence)


def _how_far(point: tuple[float, float] | None, nears: Sequence[Near]) -> str:
    if point is None:
        places = _either(near.place for near in nears)
        return f"We do not know how far this place is from {places}: the registry gives no location for it."
    far = [(near, near.distance(*point)) for near in nears]
    said = [f"{near.said(km)} from {near.place}" for near, km in far if km <= near.km]
    return f"This place is {' and '.join(said)}."


def _either(words: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(words))
