"""A place by its name or postcode, without asking anybody.

Towns of 5,000 people and more, and postcodes of most countries; no villages, no streets. For what
is not there a place is given by its degrees. Data and licence: ``LICENSE.md`` beside this file.
"""

import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from monitor.domain.errors import PlaceNotFoundError
from monitor.domain.near import KM_A_MILE, MOST_KM, Near
from monitor.places.countries import country_names, country_of, folded
from monitor.places.postcodes import find_postcode, looks_like_one

_DEGREES: Final = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_DISTANCE: Final = re.compile(r"\s*(\d{1,4}(?:\.\d)?)\s*(km|kilometers?|kilometres?|mi|miles?)\s*")
_MOST_LATITUDE, _MOST_LONGITUDE = 90, 180
#: A town this much larger than the next of its name is the one that is meant.
_LARGER: Final = 5
_MOST_SHOWN: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A place in the gazetteer."""

    name: str
    #: ISO 3166 code.
    country: str
    #: First-level region as GeoNames calls it; the state's letters in the United States.
    region: str
    latitude: float
    longitude: float
    people: int

    @property
    def shown(self) -> str:
        """Its name so that it is found by it again."""
        return f"{self.name}, {self.region}, {self.country}"


def near_of(place: str, within: str) -> Near:
    """Return what a person calls near: ``Leeds, GB`` or ``10115, DE``, and ``50km``.

    Raises:
        PlaceNotFoundError: There is no such place, or more than one that could be meant.
        ValueError: The distance cannot be read.
    """
    km, in_miles = read_distance(within)
    name, latitude, longitude = find_place(place)
    return Near(place=name, latitude=latitude, longitude=longitude, km=km, in_miles=in_miles)


def find_place(text: str) -> tuple[str, float, float]:
    """Return what a place is called, its latitude and its longitude, degrees.

    Raises:
        PlaceNotFoundError: There is no such place, or more than one that could be meant.
    """
    found = _DEGREES.fullmatch(text)
    if found:
        latitude, longitude = float(found[1]), float(found[2])
        if abs(latitude) > _MOST_LATITUDE or abs(longitude) > _MOST_LONGITUDE:
            raise PlaceNotFoundError(f"{text.strip()[:40]!r} is no latitude and longitude")
        return f"{latitude:g}, {longitude:g}", latitude, longitude
    if looks_like_one(text):
        try:
            code = find_postcode(text)
        except PlaceNotFoundError:
            if folded(text.split(",", maxsplit=1)[0]) not in _by_name():
                raise
        else:
            return code.shown, code.latitude, code.longitude
    town = find_town(text)
    return town.name, town.latitude, town.longitude


def read_distance(text: str) -> tuple[float, bool]:
    """Return kilometres, and whether they were given in miles.

    Raises:
        ValueError: It is no distance, or none that makes sense.
    """
    found = _DISTANCE.fullmatch(text.lower())
    if found is None:
        raise ValueError(f"read {text[:20]!r}; write a distance with its unit, as 50km or 30mi")
    in_miles = found[2].startswith("mi")
    km = float(found[1]) * (KM_A_MILE if in_miles else 1)
    if not 1 <= km <= MOST_KM:
        raise ValueError(f"read {text[:20]!r}; a distance is 1 to {MOST_KM:,} km")
    return round(km, 3), in_miles


def find_town(text: str) -> Town:
    """Return the town that a name means: ``Leeds``, ``Leeds, GB``, ``Springfield, IL, US``.

    Raises:
        PlaceNotFoundError: None is known by it, or several could be meant.
    """
    name, *more = [part.strip() for part in text.split(",")]
    towns = [_read(line) for line in _by_name().get(folded(name), ())]
    for part in more:
        towns = [town for town in towns if _is_in(town, part)]
    if not towns:
        raise PlaceNotFoundError(
            f"No town of 5,000 people or more is known as {text.strip()[:60]!r}: name a larger one"
            " near it, with its country (Leeds, GB), its postcode (10115, DE), or degrees"
            " (53.796,-1.548)"
        )
    towns.sort(key=lambda town: -town.people)
    if len(towns) > 1 and towns[0].people < _LARGER * towns[1].people:
        shown = "; ".join(town.shown for town in towns[:_MOST_SHOWN])
        raise PlaceNotFoundError(f"{text.strip()[:60]!r} could be {shown}: say which")
    return towns[0]


def _is_in(town: Town, part: str) -> bool:
    asked = folded(part)
    names = {town.region.casefold(), folded(country_names()[town.country])}
    return asked in names or country_of(part) == town.country


def _read(line: str) -> Town:
    name, country, region, latitude, longitude, people, _ = line.split("\t")
    return Town(
        name=name,
        country=country,
        region=region,
        latitude=float(latitude),
        longitude=float(longitude),
        people=int(people),
    )


@cache
def _by_name() -> Mapping[str, Sequence[str]]:
    """Return the gazetteer's lines by each name of their town."""
    packed = files("monitor.places").joinpath("towns.tsv.gz").read_bytes()
    found: dict[str, list[str]] = {}
    for line in gzip.decompress(packed).decode().splitlines():
        for each in line.rpartition("\t")[2].split("|"):
            found.setdefault(each, []).append(line)
    return found
