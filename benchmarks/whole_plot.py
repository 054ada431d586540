"""What a study costs by how many are kept, as a picture.

    python -m benchmarks.whole_plot docs/benchmarks.md docs/images/whole-registry.svg

The figures are those of the table that ``benchmarks.whole_registry`` was written down in: processor
time a study and studies a second in a release, by size and database. Sizes stand on a log scale,
costs on a plain one that begins at nought, so a flat cost is a flat line.
"""

import argparse
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_WIDE, _HIGH, _LEFT, _TOP, _GAP = 360, 180, 56, 44, 60
_COLOURS = {"SQLite": "#1f5fa8", "PostgreSQL": "#a8431f"}
_ROW = re.compile(
    r"^\| ([\d,]+) \| (SQLite|PostgreSQL) \| [^|]* \| ([\d,]+) a second \| [^|]* \| ([\d,]+) us \|",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One run: so many studies, one in 101 of them changed."""

    studies: int
    #: Studies a second in a release, end to end.
    rate: int
    #: Processor time a study, in microseconds.
    cost: int


def read(text: str) -> dict[str, list[Point]]:
    """Return the runs by database, in the order of their sizes."""
    found: dict[str, list[Point]] = {}
    for studies, database, rate, cost in _ROW.findall(text):
        point = Point(studies=_number(studies), rate=_number(rate), cost=_number(cost))
        found.setdefault(database, []).append(point)
    return {name: sorted(points, key=lambda one: one.studies) for name, points in found.items()}


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def plot(runs: Mapping[str, Sequence[Point]]) -> str:
    """Return an SVG of two panels: cost a study, and studies a second."""
    costs = {name: [(one.studies, one.cost) for one in points] for name, points in runs.items()}
    rates = {name: [(one.studies, one.rate) for one in points] for name, points in runs.items()}
    width = 2 * (_LEFT + _WIDE) + _GAP + 40
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_TOP + _HIGH + 40}"'
        ' font-family="sans-serif" font-size="12" role="img">'
        "<title>Processor time a study and studies a second in a release, by how many studies are"
        " kept</title>"
        '<rect width="100%" height="100%" fill="#fff"/>'
        f"{_panel(costs, _LEFT, 'processor time a study, us')}"
        f"{_panel(rates, _LEFT + _WIDE + _GAP + _LEFT, 'studies a second in a release')}"
        "</svg>\n"
    )


def _panel(lines: Mapping[str, Sequence[tuple[int, int]]], left: int, words: str) -> str:
    sizes = sorted({size for line in lines.values() for size, _ in line})
    most = max(value for line in lines.values() for _, value in line)
    bottom, reach = _TOP + _HIGH, _WIDE - 30

    def across(size: int) -> float:
        return left + 15 + math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0]) * reach

    drawn = [
        f'<text x="{left}" y="16">{words}</text>',
        f'<path d="M{left} {_TOP}V{bottom}H{left + _WIDE}" stroke="#777" fill="none"/>',
        f'<text x="{left - 6}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{left - 6}" y="{_TOP + 10}" text-anchor="end">{most:,}</text>',
    ]
    drawn += [
        f'<text x="{across(size):.0f}" y="{bottom + 18}" text-anchor="middle">{size:,}</text>'
        for size in sizes
    ]
    for place, (name, line) in enumerate(lines.items()):
        at = [(across(size), bottom - value / most * _HIGH) for size, value in line]
        points = " ".join(f"{x:.0f},{y:.0f}" for x, y in at)
        drawn.append(
            f'<polyline points="{points}" fill="none" stroke="{_COLOURS[name]}" stroke-width="2"/>'
            f'<text x="{left + 90 * place}" y="34" fill="{_COLOURS[name]}">{name}</text>'
        )
        drawn += [
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{_COLOURS[name]}"/>' for x, y in at
        ]
    return "".join(drawn)


def main() -> None:
    """Read a document, and draw what it says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("document", type=Path)
    parser.add_argument("svg", type=Path)
    asked = parser.parse_args()
    asked.svg.write_text(plot(read(asked.document.read_text("utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
