"""Which old criterion became which new one. Texts alone decide; what it means is in ``align``.

Exact texts first, as a multiset; then near ones by RapidFuzz ratio less a penalty for distance,
best pair of all first; then one pass for rules that were split or merged.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from monitor.eligibility.model import EligibilityDoc
from monitor.eligibility.ratios import ratios
from monitor.eligibility.rules import Match, Rule, rules_of, without
from monitor.eligibility.splits import merges, splits

#: Below this a pair is two different rules (measured on seeded edits of real lists).
CUT = 0.50
POSITION_PENALTY = 0.15
#: Pairs looked at closely; beyond it only neighbours are, so that time stays n log n.
MAX_PAIRS = 60_000
#: Likeness of a short rule and the same with words after it, which a ratio calls strangers.
_CONTINUED = 0.70
_OTHER_PARENT = 0.03
_OTHER_SIDE = 0.02

_KeyOf: TypeAlias = Callable[[Rule], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Every rule of both texts is in exactly one of the three."""

    matches: tuple[Match, ...]
    removed: tuple[Rule, ...]
    added: tuple[Rule, ...]


def pair(old: EligibilityDoc, new: EligibilityDoc) -> Pairing:
    """Return which rules of ``old`` became which of ``new``, over all sections together."""
    ours, theirs = rules_of(old), rules_of(new)
    exact = _exact(ours, theirs)
    left, right = without(ours, theirs, exact)
    near = _nearest(left, right)
    left, right = without(left, right, near)
    moved = [match for match in exact if _changed_sides(match)]
    near, right = splits(near, left, right, aside=frozenset(match.new[0].index for match in moved))
    left, _ = without(left, (), near)
    near, left = merges(near, left, right, aside=frozenset(match.old[0].index for match in moved))
    _, right = without((), right, near)
    return Pairing(
        matches=tuple(sorted([*exact, *near], key=lambda match: match.new[0].index)),
        removed=tuple(left),
        added=tuple(right),
    )


def _changed_sides(match: Match) -> bool:
    return match.old[0].criterion.section != match.new[0].criterion.section


# --- the same text ----------------------------------------------------------------------------


def _exact(ours: Sequence[Rule], theirs: Sequence[Rule]) -> list[Match]:
    """Pair equal texts; among several, those that agree in most of what surrounds them."""
    matches: list[Match] = []
    left, right = list(ours), list(theirs)
    for key in (_all_around, _same_side_and_parent, _same_side, _text_alone):
        found = _by_key(left, right, key)
        matches += found
        left, right = without(left, right, found)
    return matches


def _all_around(rule: Rule) -> tuple[str, ...]:
    return (rule.form, rule.criterion.section, rule.criterion.group or "", rule.parent)


def _same_side_and_parent(rule: Rule) -> tuple[str, ...]:
    return (rule.form, rule.criterion.section, rule.parent)


def _same_side(rule: Rule) -> tuple[str, ...]:
    return (rule.form, rule.criterion.section)


def _text_alone(rule: Rule) -> tuple[str, ...]:
    return (rule.form,)


def _by_key(left: Sequence[Rule], right: Sequence[Rule], key: _KeyOf) -> list[Match]:
    waiting: dict[tuple[str, ...], list[Rule]] = defaultdict(list)
    for rule in reversed(right):
        waiting[key(rule)].append(rule)
    return [
        Match(old=(rule,), new=(waiting[key(rule)].pop(),), similarity=1.0)
        for rule in left
        if waiting.get(key(rule))
    ]


# --- nearly the same text ---------------------------------------------------------------------


def _nearest(left: Sequence[Rule], right: Sequence[Rule]) -> list[Match]:
    scored = sorted(
        (
            (-score, ours.index, theirs.index, ratio, ours, theirs)
            for ours, others in _candidates(left, right)
            for theirs, ratio in _alike(ours, others)
            if (score := ratio - _penalty(ours, theirs)) >= CUT
        ),
        key=lambda entry: entry[:3],
    )
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    matches: list[Match] = []
    for _, old_index, new_index, ratio, ours, theirs in scored:
        if old_index not in taken_old and new_index not in taken_new:
            taken_old.add(old_index)
            taken_new.add(new_index)
            matches.append(Match(old=(ours,), new=(theirs,), similarity=ratio))
    return matches


def _candidates(
    left: Sequence[Rule], right: Sequence[Rule]
) -> Iterator[tuple[Rule, Sequence[Rule]]]:
    """Yield each old rule with the new ones that it is compared to."""
    if len(left) * len(right) <= MAX_PAIRS:
        yield from ((ours, right) for ours in left)
        return
    reach = max(MAX_PAIRS // (2 * len(left)), 1)
    for place, ours in enumerate(left):
        middle = place * len(right) // len(left)
        yield ours, right[max(0, middle - reach) : middle + reach]


def _alike(ours: Rule, others: Sequence[Rule]) -> Iterator[tuple[Rule, float]]:
    """Yield those of ``others`` that may be the same rule, with how alike they are."""
    forms = [other.form for other in others]
    found = ratios(ours.form, forms, at_least=CUT)
    for place, form in enumerate(forms):
        ratio = found.get(place, 0.0)
        if ratio < _CONTINUED and form[0] == ours.form[0] and _continues(ours.form, form):
            ratio = _CONTINUED
        if ratio:
            yield others[place], ratio


def _penalty(ours: Rule, theirs: Rule) -> float:
    """Return by how much two alike rules are less likely one for where they stand."""
    penalty = POSITION_PENALTY * abs(ours.place - theirs.place)
    penalty += _OTHER_PARENT * (ours.parent != theirs.parent)
    return penalty + _OTHER_SIDE * (ours.criterion.section != theirs.criterion.section)


def _continues(one: str, other: str) -> bool:
    """Say whether one text is the other with more words behind it."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and not long[len(short) : len(short) + 1].isalnum()
