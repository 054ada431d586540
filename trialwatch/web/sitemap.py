"""A trial's places laid out on a map: which piece of it, the land in it, a pin for each. Pure.

Degrees go in, whole units of the picture come out. Flat and true to shape in the middle of the
piece shown; a map of a few countries needs no more.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import cos, radians
from typing import Final

from monitor.alerting.placestory import labels_of
from monitor.places.outlines import Outline, Point, View, outlines_in
from monitor.registry.record.people import Location
from notifiers.clean import cut

#: Width of the picture in its own units; outlines are drawn in halves of them.
WIDE: Final = 640
_FINE: Final = 2
_FLATTEST, _TALLEST = 0.42, 0.75
#: Room around the places as a share of what they take, and the least that is shown of the earth.
_ROOM: Final = 0.16
_LEAST_DEGREES: Final = 9.0
_SOUTHMOST, _NORTHMOST = -58.0, 84.0
_ROUND: Final = 360.0
_NARROWEST: Final = 0.3
#: Places closer than this are one pin.
_CELL: Final = 7
_MOST_PINS: Final = 600
_NAMED, _LONGEST_NAME = 3, 90
_SIZES: Final = ((5, "large"), (2, "middle"), (1, "small"))

#: How a place stands: name of shape and colour, and the words for it. Who takes people is drawn
#: last, so on top.
LOOKS: Final = {
    "none": "with no status of its own in the record",
    "over": "finished",
    "full": "going on, taking nobody new",
    "shut": "stopped, or taking nobody for now",
    "soon": "not taking people yet",
    "open": "taking people",
}
_LOOK_OF: Final = {
    "RECRUITING": "open",
    "ENROLLING_BY_INVITATION": "open",
    "AVAILABLE": "open",
    "NOT_YET_RECRUITING": "soon",
    "ACTIVE_NOT_RECRUITING": "full",
    "COMPLETED": "over",
    "APPROVED_FOR_MARKETING": "over",
    "SUSPENDED": "shut",
    "TERMINATED": "shut",
    "WITHDRAWN": "shut",
    "TEMPORARILY_NOT_AVAILABLE": "shut",
    "NO_LONGER_AVAILABLE": "shut",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Places of one standing at one spot of the picture."""

    x: int
    y: int
    look: str
    #: small, middle or large, by how many places it stands for.
    size: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMap:
    """The picture."""

    height: int
    #: Paths in halves of a unit.
    land: str
    borders: str
    pins: tuple[Pin, ...]
    #: How many places stand how, those that take people first: look, words, places.
    legend: tuple[tuple[str, str, int], ...]
    places: int
    #: Places of which the record gives no point.
    pointless: int
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    longitude: float
    latitude: float
    look: str
    label: str


def site_map(locations: Sequence[Location]) -> SiteMap | None:
    """Return the map of a trial's places; None when the record gives no point of any."""
    spots = [
        spot
        for place, label in zip(locations, labels_of(locations), strict=True)
        if (spot := _spot(place, label)) is not None
    ]
    if not spots:
        return None
    view = view_of([(spot.longitude, spot.latitude) for spot in spots])
    paper = _Paper(view)
    shapes = tuple(outlines_in(view))
    pins = _pins(spots, paper)
    counts = Counter(spot.look for spot in spots)
    return SiteMap(
        height=paper.height,
        land="".join(paper.path(one) for one in shapes if one.is_land),
        borders="".join(paper.path(one) for one in shapes if not one.is_land),
        pins=pins[-_MOST_PINS:],
        legend=tuple((look, LOOKS[look], counts[look]) for look in reversed(LOOKS) if counts[look]),
        places=len(locations),
        pointless=len(locations) - len(spots),
        is_cut=len(pins) > _MOST_PINS,
    )


def _spot(place: Location, label: str) -> _Spot | None:
    point = place.geo_point
    if point is None or point.lat is None or point.lon is None:
        return None
    if not (_SOUTHMOST <= point.lat <= _NORTHMOST and abs(point.lon) <= _ROUND / 2):
        return None
    look = _LOOK_OF.get(place.status or "", "none")
    return _Spot(longitude=point.lon, latitude=point.lat, look=look, label=label)


def view_of(points: Sequence[Point]) -> View:
    """Return the piece of the map that shows points, with room around them.

    It is the shorter way round the earth, not smaller than a small country, and neither a
    ribbon nor a tower.
    """
    west, wide = _arc([longitude for longitude, _ in points])
    latitudes = [latitude for _, latitude in points]
    middle = (max(latitudes) + min(latitudes)) / 2
    narrow = max(cos(radians(middle)), _NARROWEST)
    high = max((max(latitudes) - min(latitudes)) * (1 + 2 * _ROOM), _LEAST_DEGREES * _FLATTEST)
    across = max(wide * (1 + 2 * _ROOM), _LEAST_DEGREES / narrow, high / _TALLEST / narrow)
    across = min(across, _ROUND)
    high = min(max(high, across * narrow * _FLATTEST), _NORTHMOST - _SOUTHMOST)
    south = max(min(middle - high / 2, _NORTHMOST - high), _SOUTHMOST, -90.0)
    start = -_ROUND / 2 if across == _ROUND else west + wide / 2 - across / 2
    return View(west=start, south=south, east=start + across, north=south + high)


def _arc(longitudes: Iterable[float]) -> tuple[float, float]:
    """Return where the shortest stretch that holds all longitudes begins, and how long it is."""
    ordered = sorted(set(longitudes))
    gaps = [after - before for before, after in pairwise([*ordered, ordered[0] + _ROUND])]
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    return ordered[(widest + 1) % len(ordered)], _ROUND - gaps[widest]


class _Paper:
    """A view as units of the picture, from its upper left corner."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._unit = WIDE / (view.east - view.west)
        narrow = max(cos(radians((view.north + view.south) / 2)), _NARROWEST)
        self._tall = self._unit / narrow
        self.height = max(round((view.north - view.south) * self._tall), 1)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return where a point of the earth is drawn."""
        across = (longitude - self._view.west) % _ROUND
        return across * self._unit, (self._view.north - latitude) * self._tall

    def path(self, outline: Outline) -> str:
        """Return an outline as an SVG path in halves of a unit; empty when it is but a dot."""
        points = [
            (
                round((longitude - self._view.west) * self._unit * _FINE),
                round((self._view.north - latitude) * self._tall * _FINE),
            )
            for longitude, latitude in outline.points
        ]
        steps = [
            f"{x - was_x} {y - was_y}"
            for (was_x, was_y), (x, y) in pairwise(points)
            if (x, y) != (was_x, was_y)
        ]
        if not steps:
            return ""
        end = "z" if outline.is_land else ""
        return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}{end}".replace(" -", "-")


def _pins(spots: Iterable[_Spot], paper: _Paper) -> tuple[Pin, ...]:
    """Return a pin for each standing at each spot, who takes people last."""
    ranks = list(LOOKS)

    def cell(spot: _Spot) -> tuple[int, int, int]:
        x, y = paper.at(spot.longitude, spot.latitude)
        return ranks.index(spot.look), round(y / _CELL), round(x / _CELL)

    found = []
    for (rank, _, _), group in groupby(sorted(spots, key=cell), key=cell):
        near = list(group)
        x, y = paper.at(near[0].longitude, near[0].latitude)
        found.append(
            Pin(
                x=round(x),
                y=round(y),
                look=ranks[rank],
                size=next(size for least, size in _SIZES if len(near) >= least),
                words=_words(near),
            )
        )
    return tuple(found)


def _words(near: Sequence[_Spot]) -> str:
    names = "; ".join(cut(spot.label, _LONGEST_NAME) for spot in near[:_NAMED])
    more = f"; and {len(near) - _NAMED:,} more" if len(near) > _NAMED else ""
    return f"{names}{more}: {LOOKS[near[0].look]}"
