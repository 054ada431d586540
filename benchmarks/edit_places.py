"""Edits of the places of a trial: come, gone, renamed, opened, closed."""

import unicodedata
from typing import Any

from benchmarks.edits import Draft, Editor, loose

Json = Any
_STATUSES = ("RECRUITING", "NOT_YET_RECRUITING", "COMPLETED", "WITHDRAWN", "SUSPENDED")
_ANONYMOUS = ("site", "local institution", "clinical")


def _places(draft: Draft) -> list[Json]:
    found: list[Json] = draft.module("contactsLocationsModule").setdefault("locations", [])
    return found


def _town(place: Json) -> tuple[str, str]:
    return (loose(place.get("country", "")), loose(place.get("city", "")))


def _is_anonymous(place: Json) -> bool:
    name = loose(place.get("facility", ""))
    return not name or any(word in name for word in _ANONYMOUS)


def _label(place: Json) -> str:
    parts = (place.get(key) for key in ("facility", "city", "state"))
    return " ".join(filter(None, parts))


def _lone(draft: Draft) -> list[Json]:
    """Return the places that are the only one of their town: no other could be meant."""
    places = _places(draft)
    towns = [_town(place) for place in places]
    return [one for one, town in zip(places, towns, strict=True) if towns.count(town) == 1]


def _added(draft: Draft) -> bool:
    donors = draft.donor("contactsLocationsModule").get("locations", [])
    if not donors:
        return False
    donor = draft.rng.choice(donors)
    towns = {_town(place) for place in _places(draft)}
    towns |= {
        _town(place)
        for place in draft.before["protocolSection"]
        .get("contactsLocationsModule", {})
        .get("locations", [])
    }
    if _town(donor) in towns or "country" not in donor:
        return False
    place = {
        key: donor[key] for key in ("facility", "city", "state", "zip", "country") if key in donor
    }
    if any("status" in one for one in _places(draft)):
        place["status"] = "RECRUITING"
    _places(draft).append(place)
    draft.claim(id(place))
    return draft.tell("site.added", _label(place))


def _removed(draft: Draft) -> bool:
    places = _places(draft)
    place = draft.pick(places)
    if place is None or len(places) < 2:
        return False
    twins = [one for one in places if _label(one) == _label(place)]
    if len(twins) > 1:
        return False
    places.remove(place)
    return draft.tell("site.removed", _label(place))


def _country_removed(draft: Draft) -> bool:
    places = _places(draft)
    countries = sorted({place.get("country", "") for place in places})
    if len(countries) < 2 or not draft.claim("country"):
        return False
    chosen = draft.rng.choice(countries)
    leaving = [place for place in places if place.get("country", "") == chosen]
    if not draft.claim(*(id(place) for place in leaving)):
        return False
    for place in leaving:
        places.remove(place)
        draft.tell("site.removed", _label(place))
    misc = draft.study.setdefault("derivedSection", {}).setdefault("miscInfoModule", {})
    misc.setdefault("removedCountries", []).append(chosen)
    return True


def _status(draft: Draft) -> bool:
    if "site status" in draft.claimed:
        return False
    draft.claim("status", "site status")
    place = draft.pick([place for place in _places(draft) if "status" in place])
    if place is None:
        return False
    others = [status for status in _STATUSES if status != place["status"]]
    place["status"] = draft.rng.choice(others)
    return draft.tell("site.status", _label(place))


def _contact(draft: Draft) -> bool:
    if "site status" in draft.claimed:
        return False
    draft.claim("status", "site status")
    place = draft.pick([place for place in _places(draft) if place.get("contacts")])
    if place is None:
        return False
    place["contacts"][0]["phone"] = f"555-01{draft.rng.randint(10, 99)}"
    return draft.tell("site.contact", _label(place))


def _renamed_in_place(draft: Draft) -> bool:
    """Another name at the same address."""
    place = draft.pick([one for one in _lone(draft) if one.get("zip") and one.get("facility")])
    if place is None:
        return False
    place["facility"] = draft.rng.choice(
        ("Harbour House Clinic", "Meadow Lane Institute", "Local Institution - 0042")
    )
    return draft.tell("site.renamed", _label(place))


def _name_longer(draft: Draft) -> bool:
    place = draft.pick([one for one in _places(draft) if not _is_anonymous(one)])
    if place is None:
        return False
    place["facility"] += draft.rng.choice(
        (" | Oncology", ", Department of Medicine", " (main campus)")
    )
    return draft.tell("site.renamed", _label(place))


def _name_repaired(draft: Draft) -> bool:
    """Another spelling of the same name, as when an encoding is repaired."""
    foreign = [p for p in _places(draft) if not _is_anonymous(p) and not p["facility"].isascii()]
    place = draft.pick(foreign)
    if place is None:
        return False
    bare = unicodedata.normalize("NFKD", place["facility"]).encode("ascii", "ignore").decode()
    if loose(bare) == loose(place["facility"]) or len(bare) < 8:
        return False
    place["facility"] = bare
    return draft.tell("site.renamed", _label(place))


def _postcode(draft: Draft) -> bool:
    named = [one for one in _places(draft) if not _is_anonymous(one) and one.get("zip")]
    place = draft.pick(named)
    if place is None:
        return False
    place["zip"] = draft.rng.choice(
        (f"\N{ACUTE ACCENT}{place['zip']}", str(draft.rng.randint(10000, 99999)))
    )
    return draft.tell("site.renamed", _label(place))


def _state(draft: Draft) -> bool:
    place = draft.pick([one for one in _places(draft) if one.get("country") and one.get("city")])
    if place is None:
        return False
    if "state" in place:
        del place["state"]
    else:
        place["state"] = f"{place['city']} Municipality"
    return draft.tell("site.renamed", _label(place))


def _city(draft: Draft) -> bool:
    place = draft.pick([one for one in _lone(draft) if one.get("zip") and not _is_anonymous(one)])
    if place is None or len(place["zip"]) < 4 or not place.get("city"):
        return False
    place["city"] = draft.rng.choice((f"North {place['city']}", f"{place['city']} Cedex"))
    return draft.tell("site.renamed", _label(place))


PLACE_EDITORS: dict[str, Editor] = {
    "site added": _added,
    "site removed": _removed,
    "country removed": _country_removed,
    "site status": _status,
    "site contact": _contact,
    "site renamed in place": _renamed_in_place,
    "site name longer": _name_longer,
    "site name repaired": _name_repaired,
    "site postcode": _postcode,
    "site state": _state,
    "site city": _city,
}
