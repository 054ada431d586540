"""Rules that were taken apart into several, or put together from several.

A rule's text spread over neighbouring rules of the other version is one event, not a change and
some additions. The rules that take part must stand side by side and, joined, be nearly the text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from monitor.eligibility.ratios import part_ratio, ratio
from monitor.eligibility.rules import Match, Rule

#: Joined parts must be this near to the whole, 0 to 1.
_RATIO = 0.90
#: And this much nearer than the one part it was paired with before.
_GAIN = 0.05
#: Each part must be found in the whole this well, 0 to 1.
_PART_FOUND = 0.90
_MAX_PARTS = 12
#: Beyond it, rules that nothing resembles are not searched for in others.
_MAX_PAIRS = 60_000
_BEGINNING = 16
_SHORTEST_PART = 4


def splits(
    near: list[Match], left: Iterable[Rule], right: list[Rule], *, aside: frozenset[int]
) -> tuple[list[Match], list[Rule]]:
    """Turn old rules whose text is spread over several new ones into one match each.

    Args:
        near: One-to-one matches of texts that are not equal.
        left: Old rules without a match.
        right: New rules without a match.
        aside: Indices of new rules that came from the other side; they part no neighbours.

    Returns:
        The matches, and the new rules still without one.
    """
    free = {rule.index: rule for rule in right}
    found = [_split(match, free, aside) for match in near]
    lost = list(left)
    for whole in lost if len(lost) * len(free) <= _MAX_PAIRS else ():
        parts = _unseeded(whole, free, aside)
        if parts:
            found.append(Match(old=(whole,), new=parts, similarity=_likeness(whole, parts)))
    return found, list(free.values())


def merges(
    near: list[Match], left: list[Rule], right: Iterable[Rule], *, aside: frozenset[int]
) -> tuple[list[Match], list[Rule]]:
    """Turn new rules that hold several old ones into one match each; see ``splits``."""
    turned = [_turned(match) for match in near]
    single = [match for match in turned if len(match.old) == 1]
    others = [match for match in turned if len(match.old) != 1]
    found, rest = splits(single, right, left, aside=aside)
    return [_turned(match) for match in [*others, *found]], rest


def _turned(match: Match) -> Match:
    return Match(old=match.new, new=match.old, similarity=match.similarity)


def _split(match: Match, free: dict[int, Rule], aside: frozenset[int]) -> Match:
    if len(match.old) != 1 or len(match.new) != 1:
        return match
    whole, seed = match.old[0], match.new[0]
    parts = _grown(whole, seed, free, aside)
    likeness = _likeness(whole, parts)
    if len(parts) == 1 or likeness < max(_RATIO, match.similarity + _GAIN):
        return match
    _take(free, parts)
    return replace(match, new=parts, similarity=likeness)


def _unseeded(whole: Rule, free: dict[int, Rule], aside: frozenset[int]) -> tuple[Rule, ...]:
    """Return the parts of a rule that no single new rule resembles."""
    text = whole.form.casefold()
    for seed in list(free.values()):
        if len(seed.form) < _SHORTEST_PART or seed.form[:_BEGINNING].casefold() not in text:
            continue
        parts = _grown(whole, seed, free, aside)
        if len(parts) > 1 and _likeness(whole, parts) >= _RATIO:
            _take(free, parts)
            return parts
    return ()


def _take(free: dict[int, Rule], parts: Iterable[Rule]) -> None:
    for part in parts:
        free.pop(part.index, None)


def _grown(
    whole: Rule, seed: Rule, free: Mapping[int, Rule], aside: frozenset[int]
) -> tuple[Rule, ...]:
    """Return ``seed`` with its unmatched neighbours on both sides that the whole contains."""
    parts = [seed]
    for step, end in ((1, -1), (-1, 0)):
        while len(parts) < _MAX_PARTS:
            beside = free.get(_beside(parts[end].index, step, aside))
            if beside is None or not _is_part(whole, beside):
                break
            parts.insert(len(parts) if step > 0 else 0, beside)
    return tuple(parts)


def _beside(index: int, step: int, aside: frozenset[int]) -> int:
    index += step
    while index in aside:
        index += step
    return index


def _is_part(whole: Rule, part: Rule) -> bool:
    if not _SHORTEST_PART <= len(part.form) < len(whole.form):
        return False
    return part_ratio(part.form.casefold(), whole.form.casefold()) >= _PART_FOUND


def _likeness(whole: Rule, parts: tuple[Rule, ...]) -> float:
    joined = " ".join(part.form for part in parts)
    return ratio(whole.form.casefold(), joined.casefold())
