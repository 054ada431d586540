"""Where a row of a word list applies: among which words, and among which it does not.

The condition is data, in the last column of a row: ``only % of _|_ value; not _ survival``.
``_`` is the row's own phrase with the words right before and behind it; a phrase without ``_`` may
stand anywhere in the text; ``#`` is any number in digits. Of several phrases one is enough.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from monitor.summaries.tokens import is_number, normal, words_in

_HERE = "_"
_NUMBER = "#"
_HALVES = re.compile(r";\s+(?=(?:only|not)\s)")


class Phrase(NamedTuple):
    """Words around a place, or, where ``here`` is false, words anywhere (all in ``before``)."""

    before: tuple[str, ...]
    behind: tuple[str, ...]
    here: bool


class Context(NamedTuple):
    """Phrases of which one must stand there (none: no matter), and of which none may."""

    only: tuple[Phrase, ...] = ()
    never: tuple[Phrase, ...] = ()

    def fits(self, words: Sequence[str], start: int, end: int) -> bool:
        """Say whether the words at ``[start, end)``, in small letters, are in the right company."""
        stands = [_stands(phrase, words, start, end) for phrase in self.only]
        if stands and not any(stands):
            return False
        return not any(_stands(phrase, words, start, end) for phrase in self.never)


ANYWHERE = Context()


@cache
def context(written: str) -> Context:
    """Return the condition that a row states.

    Args:
        written: ``only A|B; not C|D``, either half or nothing.

    Raises:
        ValueError: A half opens with another word, or a phrase is empty or has two places.
    """
    found: dict[str, tuple[Phrase, ...]] = {}
    for half in filter(None, map(str.strip, _HALVES.split(written))):
        word, _, phrases = half.partition(" ")
        if word not in {"only", "not"} or word in found:
            raise ValueError(f"a condition is 'only ...; not ...', this is {written!r}")
        found[word] = tuple(map(_phrase, phrases.split("|")))
    return Context(found.get("only", ()), found.get("not", ()))


def _phrase(written: str) -> Phrase:
    words = tuple(words_in(normal(written)))
    if not words or words.count(_HERE) > 1 or words == (_HERE,):
        raise ValueError(f"no words around a place: {written!r}")
    if _HERE not in words:
        return Phrase(words, (), here=False)
    place = words.index(_HERE)
    return Phrase(words[:place], words[place + 1 :], here=True)


def _stands(phrase: Phrase, words: Sequence[str], start: int, end: int) -> bool:
    before, behind, here = phrase
    if here:
        room = start >= len(before)
        return (
            room
            and _same(before, words[start - len(before) : start])
            and _same(behind, words[end : end + len(behind)])
        )
    size = len(before)
    return any(_same(before, words[at : at + size]) for at in range(len(words) - size + 1))


def _same(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return len(wanted) == len(words) and all(
        word == one or (one == _NUMBER and is_number(word))
        for one, word in zip(wanted, words, strict=True)
    )
