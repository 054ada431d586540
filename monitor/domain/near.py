"""A place and a distance around it, and how far things are from it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final, Self

KM_A_MILE: Final = 1.609344
#: Nobody travels further, and what is further apart is near nothing.
MOST_KM: Final = 2_000
#: Mean radius of the earth (IUGG).
_EARTH_KM: Final = 6371.0088
#: From here on distances are said in tens.
_FAR: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """What a reader calls near."""

    #: Name of the place, for sentences.
    place: str
    latitude: float
    longitude: float
    km: float
    #: Whether the reader thinks in miles.
    in_miles: bool = False

    @property
    def words(self) -> str:
        """The choice in words: ``within 50 km of Leeds``."""
        return f"within {self._said(self.km)} of {self.place}"

    @property
    def within(self) -> str:
        """The distance as the reader wrote it: ``50 km``."""
        amount = round(self.km / KM_A_MILE if self.in_miles else self.km, 2)
        return f"{amount:g} {self._unit(amount)}"

    def distance(self, latitude: float, longitude: float) -> float:
        """Return kilometres to a point, in a straight line over the ground."""
        return kilometres(self.latitude, self.longitude, latitude, longitude)

    def said(self, km: float) -> str:
        """Return a distance as the reader says it, rounded: ``about 12 km``, ``under 1 mile``."""
        amount = km / KM_A_MILE if self.in_miles else km
        return f"about {self._said(km)}" if round(amount) else f"under 1 {self._unit(1)}"

    def _said(self, km: float) -> str:
        amount = round(km / KM_A_MILE if self.in_miles else km)
        rounded = amount if amount < _FAR else round(amount, -1)
        return f"{rounded:,} {self._unit(rounded)}"

    def _unit(self, amount: float) -> str:
        if not self.in_miles:
            return "km"
        return "mile" if amount == 1 else "miles"

    def __str__(self) -> str:
        """Return the one way in which it is written down."""
        values = (self.place, self.latitude, self.longitude, self.km, self.in_miles)
        return json.dumps(values)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what ``str`` wrote down."""
        place, latitude, longitude, km, in_miles = json.loads(text)
        return cls(place=place, latitude=latitude, longitude=longitude, km=km, in_miles=in_miles)


def nears_written(nears: Iterable[Near]) -> str | None:
    """Return how several choices of one reader are written down, None for none: all places."""
    texts = [str(near) for near in nears]
    if len(texts) > 1:
        return f"[{', '.join(texts)}]"
    return texts[0] if texts else None


def read_nears(text: str | None) -> tuple[Near, ...]:
    """Return what ``nears_written`` wrote down."""
    if text is None:
        return ()
    values = json.loads(text)
    if not isinstance(values[0], list):
        return (Near.read(text),)
    return tuple(Near.read(json.dumps(one)) for one in values)


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the distance between two points on a round earth (haversine), in kilometres."""
    one, other, across = radians(lat), radians(other_lat), radians(other_lon - lon)
    half = sin((other - one) / 2) ** 2 + cos(one) * cos(other) * sin(across / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))
