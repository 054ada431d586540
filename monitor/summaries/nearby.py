"""An alert as somebody is told it who cares for places near them.

Places further away are left out, near ones say how far they are, and a place of which the
registry gives no point is told as such: unknown is not far. Everything that is about the whole
study stays.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from monitor.domain.alerts import Alert
from monitor.domain.changes import Change
from monitor.domain.near import Near

_SITE: Final = "site."
_COUNTRY: Final = "country."


def has_places(alert: Alert) -> bool:
    """Return whether what an alert tells depends on where its reader is."""
    return any(change.kind.startswith(_SITE) for change in alert.told)


def narrowed(alert: Alert, near: Near | None) -> Alert:
    """Return an alert with the places near a reader alone; the alert itself without ``near``."""
    if near is None or not has_places(alert):
        return alert
    kept = [_worded(change, near) for change in alert.changes if _is_kept(change, near)]
    first = next((at for at, one in enumerate(kept) if one.kind.startswith(_SITE)), None)
    if first is not None:
        told = f"You are told of places {near.words}, in a straight line."
        meaning = " ".join(filter(None, (kept[first].meaning, told)))
        kept[first] = replace(kept[first], meaning=meaning)
    return replace(alert, changes=tuple(kept), near=near)


def _is_kept(change: Change, near: Near) -> bool:
    if change.kind.startswith(_COUNTRY):
        # A country comes and goes with its places, which say more.
        return False
    if not change.kind.startswith(_SITE):
        return True
    km = _distance(change, near)
    return km is None or km <= near.km


def _distance(change: Change, near: Near) -> float | None:
    """Return how far a change's place is, None where the registry gives no point."""
    point = change.notes.get("point") if isinstance(change.notes, Mapping) else None
    if not isinstance(point, list | tuple):
        return None
    latitude, longitude = point
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    return near.distance(latitude, longitude)


def _worded(change: Change, near: Near) -> Change:
    if not change.kind.startswith(_SITE):
        return change
    km = _distance(change, near)
    far = (
        f"We do not know how far this is from {near.place}: the registry gives no location for it."
        if km is None
        else f"That is {near.said(km)} from {near.place}."
    )
    return replace(change, sentence=f"{change.sentence} {far}")
