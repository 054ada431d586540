"""How the time of comparing grows with places and with rules, beside n log n.

    nice python -m benchmarks.growth [--svg docs/images/growth.svg]

Made-up places and rules, a tenth of them changed and all of them changed. Time of this process
alone, the best of several runs. The bend is what a doubling costs over the upper half of the sizes,
over what n log n foretells: 1.0 is n log n, about 1.7 would be the square of n. Ends with 1 above
1.25, as single runs on a busy machine scatter.
"""

import argparse
import json
import math
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.detection_speed import best_of, locations, made_places
from monitor.detection import detect
from monitor.detection.sites import match_sites
from monitor.registry.parse import decode_study

PLACES = (100, 200, 400, 800, 1_600, 3_200)
RULES = (10, 20, 40, 80, 160, 320)
#: A doubling of n may cost this many times what n log n foretells.
MOST_BEND = 1.25
_WORDS = (
    "alder",
    "birch",
    "cedar",
    "dogwood",
    "elm",
    "fir",
    "hazel",
    "juniper",
    "maple",
    "oak",
    "pine",
    "quince",
    "rowan",
    "spruce",
    "thorn",
    "umbra",
    "vine",
    "willow",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Milliseconds by size."""

    name: str
    sizes: Sequence[int]
    times: Sequence[float]

    @property
    def bend(self) -> float:
        """Return the mean factor of a doubling in the upper half, over that of n log n."""
        half = len(self.sizes) // 2
        small, large = self.sizes[half - 1], self.sizes[-1]
        took = self.times[-1] / self.times[half - 1]
        foretold = large * math.log(large) / (small * math.log(small))
        return math.pow(took / foretold, 1 / math.log2(large / small))


def grown_places(name: str, *, every: int, runs: int) -> Curve:
    times = []
    for count in PLACES:
        old, new = made_places(count, changed=count // every)
        work = partial(match_sites, locations(old), locations(new))
        times.append(best_of(work, runs=runs))
    return Curve(name=name, sizes=PLACES, times=times)


def grown_rules(name: str, *, every: int, runs: int) -> Curve:
    times = [
        min(_rules_once(count, every=every, seed=seed) for seed in range(runs)) for count in RULES
    ]
    return Curve(name=name, sizes=RULES, times=times)


def _rules_once(count: int, *, every: int, seed: int) -> float:
    """Return the time of one compare of rules that no earlier run has seen."""
    before, after = (decode_study(raw) for raw in made_rules(count, every=every, seed=seed))
    return best_of(partial(detect, before, after), runs=1)


def made_rules(count: int, *, every: int, seed: int) -> tuple[bytes, bytes]:
    """Return a record with so many rules, and one in which each ``every``-th has a word more."""
    rng = random.Random(f"{count} {every} {seed}")
    rules = [
        f"{' '.join(rng.choices(_WORDS, k=14)).capitalize()} above {rng.randint(1, 99)} mg"
        for _ in range(count)
    ]
    changed = [f"{rule} daily" if n % every == 0 else rule for n, rule in enumerate(rules)]
    return _record(rules), _record(changed)


def _record(rules: Sequence[str]) -> bytes:
    text = "Inclusion Criteria:\n\n" + "\n".join(f"* {rule}" for rule in rules)
    protocol = {"eligibilityModule": {"eligibilityCriteria": text}}
    return json.dumps({"protocolSection": protocol}).encode()


def measure(runs: int = 5) -> list[Curve]:
    """Return the four curves."""
    return [
        grown_places("places, a tenth changed", every=10, runs=runs),
        grown_places("places, all changed", every=1, runs=runs),
        grown_rules("rules, a tenth changed", every=10, runs=runs),
        grown_rules("rules, all changed", every=1, runs=runs),
    ]


def show(curves: Sequence[Curve]) -> None:
    for curve in curves:
        pairs = zip(curve.sizes, curve.times, strict=True)
        times = "  ".join(f"{size:,}: {took:.2f}" for size, took in pairs)
        print(f"{curve.name:26} bend {curve.bend:4.2f}   ms at {times}")


def misses(curves: Sequence[Curve]) -> list[str]:
    """Return the goals that were missed, in words."""
    return [
        f"{curve.name}: a doubling costs {curve.bend:.2f} times what n log n foretells"
        for curve in curves
        if curve.bend > MOST_BEND
    ]


# --- the plot -----------------------------------------------------------------------------------

_WIDE, _HIGH, _EDGE, _GAP = 380, 300, 50, 40
_COLOURS = ("#0b5fa5", "#b3400a")


def plot(curves: Sequence[Curve]) -> str:
    """Return two log-log plots side by side, each curve with its n log n as a dashed line."""
    halves = [curves[:2], curves[2:]]
    width = 2 * _WIDE + _GAP
    body = "".join(
        f'<g transform="translate({n * (_WIDE + _GAP)} 0)">{_panel(half)}</g>'
        for n, half in enumerate(halves)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HIGH}" role="img" '
        'font-family="sans-serif" font-size="12"><title>Time of a compare by number of places and '
        "of rules, beside n log n (dashed)</title>"
        f'<rect width="{width}" height="{_HIGH}" fill="#fff"/>{body}</svg>\n'
    )


def _panel(curves: Sequence[Curve]) -> str:
    sizes = curves[0].sizes
    every = [took for curve in curves for took in (*curve.times, *_n_log_n(curve))]
    low, high = math.log(min(every)), math.log(max(every))

    def at(size: float, took: float) -> str:
        across = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])
        up = (math.log(took) - low) / (high - low)
        return f"{_EDGE + across * (_WIDE - _EDGE):.1f},{_HIGH - 40 - up * (_HIGH - 90):.1f}"

    drawn = []
    for n, (curve, colour) in enumerate(zip(curves, _COLOURS, strict=True)):
        drawn.append(_line(map(at, sizes, curve.times), colour, dash="none"))
        drawn.append(_line(map(at, sizes, _n_log_n(curve)), colour, dash="4 4"))
        drawn.append(f'<text x="{_EDGE}" y="{16 + 16 * n}" fill="{colour}">{curve.name}</text>')
        drawn += [
            f'<text x="{x}" y="{float(y) - 5}" fill="{colour}" text-anchor="end">{took:.2g} ms</text>'
            for took, (x, y) in ((curve.times[-1], at(sizes[-1], curve.times[-1]).split(",")),)
        ]
    drawn += [
        f'<text x="{at(size, every[0]).split(",")[0]}" y="{_HIGH - 20}" fill="#333" '
        f'text-anchor="middle">{size:,}</text>'
        for size in sizes[:-1]
    ]
    return "".join(drawn)


def _n_log_n(curve: Curve) -> list[float]:
    first, took = curve.sizes[0], curve.times[0]
    return [took * size * math.log(size) / (first * math.log(first)) for size in curve.sizes]


def _line(points: Iterable[str], colour: str, *, dash: str) -> str:
    return (
        f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" '
        f'stroke-width="2" stroke-dasharray="{dash}"/>'
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--svg", type=Path, help="write the plot here")
    args = parser.parse_args()
    curves = measure(args.runs)
    show(curves)
    if args.svg:
        args.svg.write_text(plot(curves), encoding="utf-8")
    missed = misses(curves)
    for goal in missed:
        print(f"GOAL MISSED: {goal}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
