"""Whether a rule that came or went by itself lets more or fewer people in.

Each rule of a list of exclusions bars somebody by itself, so one fewer bars fewer, one more bars
more. That is said of a rule of the list itself, for everybody, when nothing else in the text may
have taken its place. Of inclusions it is never said: two of them may be two ways to join.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.eligibility.deltas import CriterionDelta, DeltaOp
from monitor.eligibility.direction import Direction
from monitor.eligibility.model import Criterion, EligibilityDoc, Flag, ListLogic, SectionKind
from monitor.eligibility.text import comparison_text
from monitor.eligibility.wording import content

_ONE_SIDED = {
    DeltaOp.REMOVED: (Direction.EASIER, "a rule that kept people out is gone"),
    DeltaOp.ADDED: (Direction.HARDER, "a rule that keeps people out is new"),
}
#: With one of these beside it, a rule that is gone may stand elsewhere in other words.
_MAY_HOLD_IT = {
    DeltaOp.REMOVED: frozenset({DeltaOp.ADDED, DeltaOp.MOVED, DeltaOp.SPLIT, DeltaOp.MERGED}),
    DeltaOp.ADDED: frozenset({DeltaOp.REMOVED, DeltaOp.MOVED, DeltaOp.SPLIT, DeltaOp.MERGED}),
}
_HARMLESS = frozenset({Flag.EITHER_OR, Flag.LONG})
#: A rule that lets somebody in, asks for something, or hangs on its neighbour.
_NOT_A_BAR = re.compile(
    r"\b(?:allowed|permitted|permissible|acceptable|accepted|eligible|must|should|required|"
    r"will be|not exclu\w+|(?:may|can|could|might) (?:be|join|enter|participate|enrol\w*|still|also|take))\b"
    r"|^\W*(?:except|unless|however|note|but|or|and|if|in case|otherwise|also|these|this|such)\b"
    r"|(?:\b(?:and|or|and/or|but|with|of)|[:,])\W*$",
    re.IGNORECASE,
)
_HANGS_ON = re.compile(r"\b(?:and|and/or|but|with|of|if)\W*$", re.IGNORECASE)


def with_lone_directions(
    deltas: Sequence[CriterionDelta], old: EligibilityDoc, new: EligibilityDoc
) -> tuple[CriterionDelta, ...]:
    """Return the deltas, with a direction for exclusions that came or went by themselves."""
    return tuple(
        _settled(delta, deltas, old if delta.op is DeltaOp.REMOVED else new) for delta in deltas
    )


def _settled(
    delta: CriterionDelta, deltas: Sequence[CriterionDelta], doc: EligibilityDoc
) -> CriterionDelta:
    if delta.op not in _ONE_SIDED or delta.reasons:
        return delta
    rule = (*delta.old, *delta.new)[0]
    if not _bars_alone(rule, doc) or _may_stand_elsewhere(delta, rule, deltas):
        return delta
    direction, reason = _ONE_SIDED[delta.op]
    return replace(delta, direction=direction, reasons=(reason,))


def _bars_alone(rule: Criterion, doc: EligibilityDoc) -> bool:
    if rule.section is not SectionKind.EXCLUSION or rule.group is not None or rule.depth != 1:
        return False
    if rule.children or rule.flags - _HARMLESS or _NOT_A_BAR.search(rule.text):
        return False
    return all(
        section.list_logic is not ListLogic.ALL and not _follows_open(rule, section.criteria)
        for section in doc.sections
        if any(one.span == rule.span for one in section.criteria)
    )


def _follows_open(rule: Criterion, rules: Iterable[Criterion]) -> bool:
    """Say whether a rule before it ends in an "and", or opens a list that it may belong to."""
    before = [one for one in rules if one.span.start < rule.span.start]
    opened = any(one.text.rstrip().endswith(":") for one in before)
    return opened or (bool(before) and _HANGS_ON.search(before[-1].text) is not None)


def _may_stand_elsewhere(
    delta: CriterionDelta, rule: Criterion, deltas: Sequence[CriterionDelta]
) -> bool:
    words = set(content(comparison_text(rule.text)))
    for other in deltas:
        if other is delta or other.op is delta.op:
            continue
        if other.op in _MAY_HOLD_IT[delta.op] or not (other.old and other.new):
            return True
        before, after = (
            set(content(comparison_text(side[0].text))) for side in (other.old, other.new)
        )
        if words & (before ^ after):
            return True
    return False
