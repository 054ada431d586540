"""What was found of one part, and how it is."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a part is."""

    WELL = "well"
    #: Works, but something is worth knowing.
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one part."""

    check: str
    level: Level
    text: str
