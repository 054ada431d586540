"""Places gained, lost, renamed, opened and closed; countries gained and lost.

Places are matched as a multiset in passes, each over what the one before left: wholly the same,
the same address, the same name in the same town, the same postcode, nearly the same name in the
same town, and what is left by the best evidence there is. When two places are one is said in
``places``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.detection.findings import Finding
from monitor.detection.normalize import by_name, country_key, shown
from monitor.detection.pairing import Pairing, best_first
from monitor.detection.places import (
    Place,
    label_of,
    moved_likeness,
    same_town_likeness,
    same_zip_likeness,
    unnamed_likeness,
)
from monitor.domain.changes import Json
from monitor.registry.record import Study
from monitor.registry.record.people import Location

_ADDRESS = ("facility", "city", "state", "zip", "country")
#: Above this many leftovers under one key they tell nothing about each other.
_MOST_CANDIDATES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMatch:
    """Old places to new places. Places that are wholly the same are in none of these."""

    pairs: tuple[tuple[Place, Place], ...]
    removed: tuple[Place, ...]
    added: tuple[Place, ...]


def match_sites(before: Sequence[Location], after: Sequence[Location]) -> SiteMatch:
    """Return which places of two versions belong together; order of the lists does not count."""
    lost, gained = _without_common(before, after)
    pairing = Pairing(old=_in_order(lost), new=_in_order(gained))
    if {place.address for place in pairing.old} & {place.address for place in pairing.new}:
        pairing.match(lambda place: (place.address, place.location.status, place.people))
        pairing.match(lambda place: (place.address, place.people))
        pairing.match(lambda place: (place.address, place.location.status))
        pairing.match(lambda place: place.address)
    pairing.match(lambda place: (*place.town(), place.zip_key, place.name_key))
    pairing.match(lambda place: (place.own_name(), place.zip_key) if place.own_name() else None)
    pairing.match(Place.own_name)
    pairing.match_alike(same_zip_likeness, within=Place.own_zip)
    pairing.match_alike(same_town_likeness, within=Place.town)
    pairing.take(best_first(_moved(pairing)))
    pairing.take(best_first(_alone_in_town(pairing, before, after)))
    return SiteMatch(
        pairs=tuple(pairing.matched()),
        removed=tuple(pairing.left()),
        added=tuple(pairing.arrived()),
    )


def _without_common(
    before: Sequence[Location], after: Sequence[Location]
) -> tuple[list[Location], list[Location]]:
    """Return what is left of both lists when equal places cancel out one by one."""
    old = [_all_of(place) for place in before]
    waiting = Counter(old)
    gained = []
    for place in after:
        key = _all_of(place)
        if waiting.get(key):
            waiting[key] -= 1
        else:
            gained.append(place)
    lost = []
    for place, key in zip(before, old, strict=True):
        if waiting[key]:
            waiting[key] -= 1
            lost.append(place)
    return lost, gained


def _all_of(one: Location) -> tuple[Any, ...]:
    """Return all that counts about a place, as it stands."""
    return (one.facility, one.status, one.city, one.state, one.zip, one.country, one.contacts)


def _in_order(locations: Iterable[Location]) -> list[Place]:
    """Return places in an order of their own, so that the registry's order cannot matter."""
    places = [Place.of(location) for location in locations]
    return sorted(
        places, key=lambda place: (place.address, place.location.status or "", place.people)
    )


def _moved(pairing: Pairing[Place]) -> list[tuple[float, int, int]]:
    """Return scored pairs among the last leftovers that share a name or a postcode."""
    index: dict[tuple[str, str], list[int]] = {}
    for j in pairing.come:
        for key in _traces(pairing.new[j]):
            index.setdefault(key, []).append(j)
    scored: dict[tuple[int, int], float] = {}
    for i in pairing.gone:
        for key in _traces(pairing.old[i]):
            candidates = index.get(key, ())
            for j in candidates if len(candidates) <= _MOST_CANDIDATES else ():
                scored[i, j] = moved_likeness(pairing.old[i], pairing.new[j])
    return [(score, i, j) for (i, j), score in scored.items()]


def _alone_in_town(
    pairing: Pairing[Place], before: Sequence[Location], after: Sequence[Location]
) -> list[tuple[float, int, int]]:
    """Return scored pairs of places without a name of their own that no other could be meant by."""
    if not pairing.gone or not pairing.come:
        return []
    towns = [Counter((one.country, one.city) for one in places) for places in (before, after)]
    new = {pairing.new[j].town(): j for j in pairing.come}
    scored = []
    for i in pairing.gone:
        j = new.get(pairing.old[i].town())
        if (
            j is not None
            and _is_alone(pairing.old[i], towns[0])
            and _is_alone(pairing.new[j], towns[1])
        ):
            scored.append((unnamed_likeness(pairing.old[i], pairing.new[j]), i, j))
    return scored


def _is_alone(place: Place, towns: Counter[tuple[str | None, str | None]]) -> bool:
    return towns[place.location.country, place.location.city] == 1


def _traces(place: Place) -> Iterator[tuple[str, str]]:
    if not place.is_anonymous and place.name_key:
        yield ("name", place.name_key)
    if place.zip_key:
        yield (place.country, place.zip_key)


def compare_sites(before: Study, after: Study) -> tuple[list[Finding], int]:
    """Return what changed about places and countries.

    Returns:
        The findings, and how many statuses of places appeared or vanished because the trial's own
        status moved; those are no findings of their own.
    """
    old, new = before.contacts.locations, after.contacts.locations
    match = match_sites(old, new) if old != new else SiteMatch(pairs=(), removed=(), added=())
    flipped = before.status.overall_status != after.status.overall_status
    swept = [pair for pair in match.pairs if flipped and _swept(*pair)]
    context = _context(after)
    findings = [
        *(_site("site.removed", place, None, context) for place in match.removed),
        *(_site("site.added", None, place, context) for place in match.added),
        *_pair_findings(match.pairs, context, flipped=flipped),
        *_countries(before, after),
    ]
    return findings, len(swept)


def _swept(old: Place, new: Place) -> bool:
    return (old.location.status is None) != (new.location.status is None)


def _context(after: Study) -> dict[str, Json]:
    places = after.contacts.locations
    statuses = [place.status for place in places if place.status]
    return {
        "total": len(places),
        "open": sum(status == "RECRUITING" for status in statuses) if statuses else None,
        "countries": len({country_key(place.country) for place in places} - {""}),
    }


def _site(kind: str, old: Place | None, new: Place | None, context: dict[str, Json]) -> Finding:
    place = new or old
    return Finding(
        kind=kind,
        subject=label_of(place.location) if place else "",
        before=_shown(old.location) if old else None,
        after=_shown(new.location) if new else None,
        notes=_with_point(context, place.location if place else None),
    )


def _with_point(notes: Mapping[str, Json], location: Location | None) -> Mapping[str, Json]:
    """Add where a place is, for whoever measures distances; it is never compared."""
    point = location.geo_point if location else None
    if point is None or point.lat is None or point.lon is None:
        return notes
    return {**notes, "point": [point.lat, point.lon]}


def _shown(location: Location) -> dict[str, Json]:
    return {**_shown_address(location), "status": location.status}


def _shown_address(location: Location) -> dict[str, Json]:
    return {name: shown(getattr(location, name)) for name in _ADDRESS}


def _pair_findings(
    pairs: Iterable[tuple[Place, Place]], context: dict[str, Json], *, flipped: bool
) -> Iterator[Finding]:
    shares = {"total": context["total"], "open": context["open"]}
    for old, new in pairs:
        label = label_of(new.location)
        yield from _renamed(old, new, label)
        was, now = old.location.status, new.location.status
        if was != now and not (flipped and _swept(old, new)):
            yield Finding(
                kind="site.status",
                subject=label,
                before=was,
                after=now,
                notes=_with_point(shares, new.location),
            )
        if old.people != new.people and not _contacts_swept(old, new, flipped=flipped):
            yield Finding(
                kind="site.contact", subject=label, before=len(old.people), after=len(new.people)
            )


def _contacts_swept(old: Place, new: Place, *, flipped: bool) -> bool:
    """Tell whether contacts came or went with a status, of the place or of the trial."""
    return _swept(old, new) or (flipped and not (old.people and new.people))


def _renamed(old: Place, new: Place, label: str) -> Iterator[Finding]:
    fields: list[Json] = [name for name in _ADDRESS if getattr(old, name) != getattr(new, name)]
    if fields:
        yield Finding(
            kind="site.renamed",
            subject=label,
            before=_shown_address(old.location),
            after=_shown_address(new.location),
            notes=_with_point({"fields": fields}, new.location),
        )


def _countries(before: Study, after: Study) -> Iterator[Finding]:
    old = _countries_of(before)
    new = _countries_of(after)
    left = _removed_list(after)
    newly_left = left.keys() - _removed_list(before).keys() - new.keys()
    for key in sorted((old.keys() - new.keys()) | newly_left):
        notes = {"listed_by_registry": key in left, "had_places": key in old}
        yield Finding(
            kind="country.removed",
            subject=old.get(key) or left[key],
            before=old.get(key) or left[key],
            notes=notes,
        )
    for key in sorted(new.keys() - old.keys()):
        yield Finding(kind="country.added", subject=new[key], after=new[key])


def _countries_of(study: Study) -> dict[str, str]:
    names = by_name(sorted({place.country or "" for place in study.contacts.locations}))
    return {country_key(name): name for name in names.values()}


def _removed_list(study: Study) -> dict[str, str]:
    listed = by_name(study.derived_section.misc_info_module.removed_countries)
    return {country_key(name): name for name in listed.values()}
