"""Makes ``monitor/places/outlines.txt`` of the countries of the npm package world-atlas.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/outlines.py package/countries-110m.json > monitor/places/outlines.txt

One shape a line: ``land`` (a ring) or ``border`` (a line between two countries), then points as
longitude and latitude in hundredths of a degree, the first in full and each other as the steps
from the one before. Longitudes run on beyond 180 where a shape crosses the date line.

Source: TopoJSON 1.0, 2.1.4 (arcs), https://github.com/topojson/topojson-specification
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

#: Longitude and latitude, hundredths of a degree.
Point = tuple[int, int]
#: South of here no trial takes people, and the ring around the pole does not close on a map.
_SOUTHMOST: Final = -6000
_ROUND: Final = 36000


def lines_of(topology: dict[str, Any]) -> Iterator[str]:
    """Return the lines of the file, land first."""
    arcs = _arcs(topology)
    for ring in _rings(topology["objects"]["land"]):
        points = _unwrapped(_joined(arcs, ring))
        if max(latitude for _, latitude in points) > _SOUTHMOST:
            yield _line("land", points)
    used = Counter(
        max(number, ~number)
        for country in topology["objects"]["countries"]["geometries"]
        for ring in _rings(country)
        for number in ring
    )
    for number in sorted(number for number, times in used.items() if times > 1):
        yield _line("border", _unwrapped(arcs[number]))


def _arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs, their steps added up."""
    (wide, high), (west, south) = (topology["transform"][key] for key in ("scale", "translate"))
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points: list[Point] = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((round((x * wide + west) * 100), round((y * high + south) * 100)))
        found.append(points)
    return found


def _rings(shape: dict[str, Any]) -> Iterator[Sequence[int]]:
    """Return the outer ring of each polygon, and the holes in it, as numbers of arcs."""
    match shape["type"]:
        case "GeometryCollection":
            for part in shape["geometries"]:
                yield from _rings(part)
        case "Polygon":
            yield from shape["arcs"]
        case "MultiPolygon":
            for polygon in shape["arcs"]:
                yield from polygon


def _joined(arcs: Sequence[Sequence[Point]], numbers: Iterable[int]) -> list[Point]:
    """Return one line of several arcs; a negative number is an arc walked backwards."""
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def _unwrapped(points: Sequence[Point]) -> list[Point]:
    """Return the points so that no step goes round the earth."""
    turned, turns = [points[0]], 0
    for (before, _), (longitude, latitude) in pairwise(points):
        step = longitude - before
        turns -= round(step / _ROUND)
        turned.append((longitude + turns * _ROUND, latitude))
    return turned


def _line(kind: str, points: Sequence[Point]) -> str:
    steps = [(longitude - x, latitude - y) for (x, y), (longitude, latitude) in pairwise(points)]
    numbers = [points[0], *(step for step in steps if step != (0, 0))]
    return " ".join([kind, *(f"{x},{y}" for x, y in numbers)])


if __name__ == "__main__":
    sys.stdout.writelines(
        f"{line}\n" for line in lines_of(json.loads(Path(sys.argv[1]).read_bytes()))
    )
