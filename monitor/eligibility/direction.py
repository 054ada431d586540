"""Whether an edited rule lets more or fewer people in.

Only said when a single number moved and nothing else did. A rule with an exception, a choice or
several denials, or on a side the registry does not name, is left to the reader.
"""

from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from monitor.eligibility.facts import Bound, Fact, FactKind, facts
from monitor.eligibility.model import SectionKind
from monitor.eligibility.text import comparison_text
from monitor.eligibility.wording import content


class Direction(StrEnum):
    """What an edit does to who can join."""

    EASIER = "easier"
    HARDER = "harder"
    UNCLEAR = "unclear"
    SAME = "same"


_FIGURES = frozenset({FactKind.NUMBER, FactKind.WINDOW})
_BLOCKING = frozenset({FactKind.EXCEPTION, FactKind.CHOICE})
#: Stands where the number was.
_AMOUNT = "amount"
#: Value, and whether the value itself is on the far side (floor) or still inside (ceiling).
_Limit: TypeAlias = tuple[Decimal, bool]


def direction_of(old: str, new: str, section: SectionKind) -> tuple[Direction, str]:
    """Return the direction of an edit within one section, and why in a few words."""
    if section not in {SectionKind.INCLUSION, SectionKind.EXCLUSION}:
        return Direction.UNCLEAR, "the text does not say which side the rule is on"
    before, after = facts(old), facts(new)
    doubt = _doubt(before, after)
    if doubt:
        return Direction.UNCLEAR, doubt
    moved = [pair for pair in zip(before, after, strict=True) if pair[0].meaning != pair[1].meaning]
    if len(moved) != 1:
        return Direction.UNCLEAR, "not exactly one number moved"
    if _frame(old, moved[0][0]) != _frame(new, moved[0][1]):
        return Direction.UNCLEAR, "other words changed as well"
    return _of_move(*moved[0], section)


def _doubt(before: tuple[Fact, ...], after: tuple[Fact, ...]) -> str:
    """Return why a moved number alone cannot tell the direction, empty when it can."""
    if [fact.kind for fact in before] != [fact.kind for fact in after]:
        return "more than one thing the rule states changed"
    kinds = [fact.kind for fact in before]
    if _BLOCKING.intersection(kinds):
        return "the rule has an exception or a choice"
    if kinds.count(FactKind.NEGATION) > 1:
        return "the rule denies more than once"
    return ""


def _of_move(before: Fact, after: Fact, section: SectionKind) -> tuple[Direction, str]:
    widens = _widens(before, after)
    if widens is None:
        return Direction.UNCLEAR, "the number bounds nothing that can be compared"
    lets_in = widens == (section is SectionKind.INCLUSION)
    if before.negated:
        lets_in = not lets_in
    easier = Direction.EASIER if lets_in else Direction.HARDER
    return easier, f"{before.text} became {after.text}"


def _widens(before: Fact, after: Fact) -> bool | None:
    """Say whether more values fulfil ``after``; None when that cannot be told."""
    same_frame = (before.kind, before.unit, before.anchor, before.negated) == (
        after.kind,
        after.unit,
        after.anchor,
        after.negated,
    )
    if before.kind not in _FIGURES or not same_frame:
        return None
    if Bound.NONE in {before.bound, after.bound}:
        return None
    moves = [
        _move(_floor(after), _floor(before)),
        _move(_ceiling(before), _ceiling(after)),
    ]
    if None in moves or moves.count(0) != 1:
        return None
    return 1 in moves


def _move(lesser: _Limit | None, greater: _Limit | None) -> int | None:
    """Return 1 when a limit gave way outwards, -1 inwards, 0 when it stayed.

    The arguments are in the order they have when the limit gives way; None when only one side
    has the limit at all.
    """
    if lesser is None or greater is None:
        return 0 if lesser is greater else None
    return (greater > lesser) - (greater < lesser)


def _floor(fact: Fact) -> _Limit | None:
    """Return the lower bound; the smaller, the more values fulfil it."""
    return None if fact.low is None else (fact.low, fact.bound is Bound.MORE_THAN)


def _ceiling(fact: Fact) -> _Limit | None:
    """Return the upper bound; the greater, the more values fulfil it."""
    return None if fact.high is None else (fact.high, fact.bound is not Bound.LESS_THAN)


def _frame(text: str, fact: Fact) -> list[str]:
    """Return the words around a number, those apart that say nothing; see ``wording``."""
    form = comparison_text(text)
    return content(f"{form[: fact.start]} {_AMOUNT} {form[fact.end :]}")
