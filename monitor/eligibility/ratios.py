"""How alike two texts are by their letters; the one home of RapidFuzz.

It is loaded when two texts are compared for the first time: a service at rest has no use for it.
"""

from collections.abc import Mapping, Sequence


def ratio(one: str, other: str) -> float:
    """Return the share of letters that two texts have in common in their order, 0 to 1."""
    from rapidfuzz import fuzz  # noqa: PLC0415  # see the top

    return fuzz.ratio(one, other) / 100


def part_ratio(part: str, whole: str) -> float:
    """Return the same of the shorter text and the stretch of the longer that fits it best."""
    from rapidfuzz import fuzz  # noqa: PLC0415  # see the top

    return fuzz.partial_ratio(part, whole) / 100


def ratios(one: str, others: Sequence[str], *, at_least: float) -> Mapping[int, float]:
    """Return the ratios to many texts, by their place; those below ``at_least`` are left out."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  # see the top

    found = process.extract_iter(one, others, scorer=fuzz.ratio, score_cutoff=100 * at_least)
    return {place: percent / 100 for _, percent, place in found}
