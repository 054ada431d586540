"""How many arrived and how long after their release, as a picture for a document."""

from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 720, 150, 60, 24, 50


def plot(points: Sequence[tuple[float, float]]) -> str:
    """Return an SVG of (seconds since the start, seconds after the release) of each arrival."""
    end = max((at for at, _ in points), default=1.0)
    step = max(5.0, end / 120)
    bins: list[list[float]] = [[] for _ in range(int(end / step) + 1)]
    for at, lag in points:
        bins[int(at / step)].append(lag)
    rates = [len(lags) / step for lags in bins]
    slowest = [max(lags, default=0.0) for lags in bins]
    return panels(
        "Arrivals a second, and the longest time after the release, in a rehearsal",
        {"arrivals a second": rates, "longest time after the release, s": slowest},
        end,
    )


def panels(title: str, rows: Mapping[str, Sequence[float]], end: float) -> str:
    """Return an SVG of curves one under the other, each of values evenly spread up to ``end`` s."""
    height = len(rows) * (_HEIGHT + _GAP) + _TOP
    curves = "".join(
        _panel(values, _TOP + place * (_HEIGHT + _GAP), words, end)
        for place, (words, values) in enumerate(rows.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 20} {height}"'
        ' font-family="sans-serif" font-size="12" role="img">'
        f'<title>{title}</title><rect width="100%" height="100%" fill="#fff"/>{curves}</svg>\n'
    )


def _panel(values: Sequence[float], top: int, words: str, end: float) -> str:
    most = max(values) or 1.0
    bottom = top + _HEIGHT
    line = " ".join(
        f"{_LEFT + place * _WIDTH / max(1, len(values) - 1):.0f},"
        f"{bottom - value / most * _HEIGHT:.0f}"
        for place, value in enumerate(values)
    )
    return (
        f'<text x="{_LEFT}" y="{top - 8}">{words}</text>'
        f'<path d="M{_LEFT} {top}V{bottom}H{_LEFT + _WIDTH}" stroke="#777" fill="none"/>'
        f'<text x="{_LEFT - 6}" y="{top + 10}" text-anchor="end">{most:.0f}</text>'
        f'<text x="{_LEFT - 6}" y="{bottom}" text-anchor="end">0</text>'
        f'<text x="{_LEFT + _WIDTH}" y="{bottom + 16}" text-anchor="end">{end / 60:.0f} min</text>'
        f'<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>'
    )
