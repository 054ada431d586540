"""Trial numbers in text that somebody pasted: a column, a CSV, addresses of the registry."""

import re
from dataclasses import dataclass

from monitor.domain.trial import NctId

_NUMBER = re.compile(r"(?<![A-Za-z0-9])NCT[\s_-]?(\d+)(?![A-Za-z0-9])", re.IGNORECASE)
_DIGITS = len("01234567")
#: Lines listed back at most, and how much of each.
_MOST_BACK = 50
_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What was found in pasted text."""

    #: In the order they stand, each once.
    numbers: tuple[NctId, ...]
    #: What looks like a number and is none, and lines without any.
    not_understood: tuple[str, ...]


def read_pasted(text: str) -> Pasted:
    """Return the numbers in ``text``, and what could not be taken for one.

    A heading above a table is no mistake of anybody: the first line may lack a number as long
    as others have some. A number with a digit too few or too many is never mended.
    """
    numbers: dict[NctId, None] = {}
    odd: list[str] = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for place, line in enumerate(lines):
        found = _NUMBER.findall(line)
        right = [digits for digits in found if len(digits) == _DIGITS]
        numbers |= dict.fromkeys(NctId(f"NCT{digits}") for digits in right)
        odd += [f"NCT{digits}" for digits in found if len(digits) != _DIGITS]
        if not found and not (place == 0 and len(lines) > 1):
            odd.append(line)
    if not numbers and lines and not odd:
        odd.append(lines[0])
    shown = dict.fromkeys(one[:_LONGEST] for one in odd)
    return Pasted(numbers=tuple(numbers), not_understood=tuple(shown)[:_MOST_BACK])
