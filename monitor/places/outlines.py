"""Outlines of land and of countries' borders, cut to a piece of the map. Pure but for the file.

Flat geometry: degrees are taken as they are, longitudes run on beyond 180 where a view crosses
the date line. How a view is put on a page is not here. Data and licence: ``LICENSE.md`` beside
this file; made by ``scripts/outlines.py``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from itertools import pairwise
from typing import Final

#: Longitude and latitude, degrees.
Point = tuple[float, float]
_ROUND: Final = 360


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A piece of the map, degrees; across the date line it runs on beyond 180 or -180."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, other: "View") -> bool:
        """Tell whether all of another piece lies in this one."""
        return (
            self.west <= other.west
            and other.east <= self.east
            and self.south <= other.south
            and other.north <= self.north
        )

    def holds_any(self, other: "View") -> bool:
        """Tell whether the two have anything in common."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A ring of land, or the line between two countries."""

    is_land: bool
    points: tuple[Point, ...]


def outlines_in(view: View) -> Iterator[Outline]:
    """Return what of land and borders is to be seen, land first.

    Rings of land are cut at the view's edges and closed along them. Borders are cut to the
    steps that touch the view, so their ends may stick out.
    """
    for shape, around in _all():
        for turn in (-_ROUND, 0, _ROUND):
            moved = View(
                west=around.west + turn,
                south=around.south,
                east=around.east + turn,
                north=around.north,
            )
            if view.holds_any(moved):
                points = [(longitude + turn, latitude) for longitude, latitude in shape.points]
                turned = Outline(is_land=shape.is_land, points=tuple(points))
                yield from [turned] if view.holds(moved) else _cut(turned, view)


def _cut(shape: Outline, view: View) -> Iterator[Outline]:
    points = shape.points
    lines: Iterable[Sequence[Point]] = (
        [ring_in(points, view)] if shape.is_land else lines_in(points, view)
    )
    for line in lines:
        if line:
            yield Outline(is_land=shape.is_land, points=tuple(line))


def ring_in(points: Sequence[Point], view: View) -> list[Point]:
    """Return the part of a ring that lies in a view; empty when none does.

    Source: I. E. Sutherland, G. W. Hodgman, Reentrant polygon clipping, 1974: one edge of the
    view after the other. Parts of a ring that fall apart stay joined along the edges.
    """
    left = list(points)
    for axis, bound, sign in (
        (0, view.west, 1),
        (0, view.east, -1),
        (1, view.south, 1),
        (1, view.north, -1),
    ):
        left = list(_on_one_side(left, partial(_inward, axis=axis, bound=bound, sign=sign)))
    return left


def _inward(point: Point, *, axis: int, bound: float, sign: int) -> float:
    """Return how far a point lies on the good side of an edge."""
    return (point[axis] - bound) * sign


def _on_one_side(points: Sequence[Point], inward: Callable[[Point], float]) -> Iterator[Point]:
    for before, after in pairwise([*points[-1:], *points]):
        was, now = inward(before), inward(after)
        if (was < 0) != (now < 0):
            share = was / (was - now)
            yield (
                before[0] + (after[0] - before[0]) * share,
                before[1] + (after[1] - before[1]) * share,
            )
        if now >= 0:
            yield after


def lines_in(points: Sequence[Point], view: View) -> Iterator[list[Point]]:
    """Return the runs of a line whose steps touch a view."""
    run: list[Point] = []
    for before, after in pairwise(points):
        if not view.holds_any(_around((before, after))):
            if run:
                yield run
            run = []
            continue
        run = [*(run or [before]), after]
    if run:
        yield run


def _around(points: Iterable[Point]) -> View:
    longitudes, latitudes = zip(*points, strict=True)
    return View(
        west=min(longitudes), south=min(latitudes), east=max(longitudes), north=max(latitudes)
    )


@cache
def _all() -> tuple[tuple[Outline, View], ...]:
    """Return every shape of the packaged set, and what it lies in."""
    text = files("monitor.places").joinpath("outlines.txt").read_text("ascii")
    shapes = [_read(line) for line in text.splitlines()]
    return tuple((shape, _around(shape.points)) for shape in shapes)


def _read(line: str) -> Outline:
    kind, *steps = line.split(" ")
    x = y = 0
    points: list[Point] = []
    for step in steps:
        dx, dy = step.split(",")
        x, y = x + int(dx), y + int(dy)
        points.append((x / 100, y / 100))
    return Outline(is_land=kind == "land", points=tuple(points))
