"""The value that says what became of a criterion."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.eligibility.direction import Direction
from monitor.eligibility.model import Criterion


class DeltaOp(StrEnum):
    """What became of a criterion, in the words of the change kinds ``eligibility.*``."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    #: Its side flipped, whether its words changed or not.
    MOVED = "moved"
    #: Other words, no other fact and no other content.
    REWORDED = "reworded"
    SPLIT = "split"
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionDelta:
    """One thing that happened to the rules of a trial between two versions."""

    op: DeltaOp
    #: Empty for an added rule, several for merged ones.
    old: tuple[Criterion, ...]
    #: Empty for a removed rule, several for a split one.
    new: tuple[Criterion, ...]
    #: Likeness of the texts, 0 to 1; 0 where there is only one side.
    similarity: float
    direction: Direction
    #: Why, in a few words each.
    reasons: tuple[str, ...]
