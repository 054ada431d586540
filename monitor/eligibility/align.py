"""What became of each criterion from one version of a text to the next.

Only what a reader would call a change comes out: order, numbering, nesting, markers and markup
alone give nothing. Who became whom is decided in ``pairing``.
"""

import re
from collections.abc import Iterator, Mapping

from monitor.eligibility.deltas import CriterionDelta, DeltaOp
from monitor.eligibility.direction import Direction, direction_of
from monitor.eligibility.groups import group_deltas, group_map, same_group
from monitor.eligibility.lone import with_lone_directions
from monitor.eligibility.model import Criterion, EligibilityDoc, SectionKind
from monitor.eligibility.pairing import Pairing, pair
from monitor.eligibility.rules import Match, Rule
from monitor.eligibility.wording import same_wording

_SIDES = frozenset({SectionKind.INCLUSION, SectionKind.EXCLUSION})
_NO_WORD = re.compile(r"\W+")


def align(old: EligibilityDoc, new: EligibilityDoc) -> tuple[CriterionDelta, ...]:
    """Return what happened to the rules, in the order of the new text.

    A removed rule stands where it stood in the old text. Each nested rule counts by itself.
    Headings that name people or a logic are reported like rules, before them.
    """
    if old.raw == new.raw:
        return ()
    pairing = pair(old, new)
    singles = [match for match in pairing.matches if len(match.old) == len(match.new) == 1]
    placed = sorted(_placed(pairing), key=lambda entry: entry[0])
    deltas = (*group_deltas(old, new, singles), *(delta for _, delta in placed))
    return with_lone_directions(deltas, old, new)


def _placed(pairing: Pairing) -> Iterator[tuple[tuple[float, int, int], CriterionDelta]]:
    """Yield each delta with where it goes: place in the text, new ones first, running number."""
    groups = group_map(pairing.matches)
    for match in pairing.matches:
        delta = _matched(match, groups)
        if delta:
            yield (match.new[0].place, 0, match.new[0].index), delta
    for rule in pairing.added:
        yield (rule.place, 0, rule.index), _one_sided(DeltaOp.ADDED, rule)
    for rule in pairing.removed:
        yield (rule.place, 1, rule.index), _one_sided(DeltaOp.REMOVED, rule)


def _one_sided(op: DeltaOp, rule: Rule) -> CriterionDelta:
    alone = (rule.criterion,)
    return CriterionDelta(
        op=op,
        old=alone if op is DeltaOp.REMOVED else (),
        new=alone if op is DeltaOp.ADDED else (),
        similarity=0.0,
        direction=Direction.UNCLEAR,
        reasons=(),
    )


def _matched(match: Match, groups: Mapping[str | None, str | None]) -> CriterionDelta | None:
    if len(match.old) > 1 or len(match.new) > 1:
        return _in_parts(match)
    before, after = match.old[0], match.new[0]
    if _side(before.criterion) is not _side(after.criterion):
        return _moved(match)
    if before.form == after.form:
        return _regrouped(match, groups)
    if same_wording(before.form, after.form):
        return _delta(DeltaOp.REWORDED, match, Direction.SAME, "same facts, same content")
    direction, reason = direction_of(before.form, after.form, after.criterion.section)
    return _delta(DeltaOp.CHANGED, match, direction, reason)


def _side(criterion: Criterion) -> SectionKind | None:
    return criterion.section if criterion.section in _SIDES else None


def _moved(match: Match) -> CriterionDelta:
    before, after = match.old[0], match.new[0]
    reasons = [f"from {before.criterion.section} to {after.criterion.section}"]
    if before.form != after.form:
        reasons.append("its words changed as well")
    return _delta(DeltaOp.MOVED, match, Direction.UNCLEAR, *reasons)


def _regrouped(match: Match, groups: Mapping[str | None, str | None]) -> CriterionDelta | None:
    ours, theirs = match.old[0].criterion.group, match.new[0].criterion.group
    if same_group(ours, theirs, groups):
        return None
    reason = f"now listed for {theirs or 'everybody'}, before for {ours or 'everybody'}"
    return _delta(DeltaOp.CHANGED, match, Direction.UNCLEAR, reason)


def _in_parts(match: Match) -> CriterionDelta | None:
    """Return the split or merge, None when a rule and the rules nested in it are the same words."""
    op = DeltaOp.SPLIT if len(match.new) > 1 else DeltaOp.MERGED
    one_side = len({_side(rule.criterion) for rule in (*match.old, *match.new)}) == 1
    same_words = _words(match.old) == _words(match.new)
    if same_words and one_side and _is_nest(match.new if op is DeltaOp.SPLIT else match.old):
        return None
    if not one_side:
        return _delta(op, match, Direction.UNCLEAR, "some of it is on another side now")
    if same_words:
        return _delta(op, match, Direction.SAME, "the same words")
    return _delta(op, match, Direction.UNCLEAR, "its words changed as well")


def _words(rules: tuple[Rule, ...]) -> list[str]:
    return _NO_WORD.sub(" ", " ".join(rule.form for rule in rules)).casefold().split()


def _is_nest(rules: tuple[Rule, ...]) -> bool:
    """Say whether the first rule holds all the others."""
    within = {node.span for node in rules[0].criterion.walk()}
    return all(rule.criterion.span in within for rule in rules)


def _delta(op: DeltaOp, match: Match, direction: Direction, *reasons: str) -> CriterionDelta:
    return CriterionDelta(
        op=op,
        old=tuple(rule.criterion for rule in match.old),
        new=tuple(rule.criterion for rule in match.new),
        similarity=round(match.similarity, 4),
        direction=direction,
        reasons=reasons,
    )
