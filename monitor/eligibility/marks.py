"""Word-level marks between two texts, for showing what was taken out and what came in."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\s*\S+")
#: Longer texts are marked as one whole, to bound the quadratic comparison.
MAX_WORDS = 1_000


class MarkKind(StrEnum):
    """What became of a run of words."""

    EQUAL = "equal"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A run of words, with the white space before them."""

    kind: MarkKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Two texts in runs: the texts of each side's runs, joined, are the text of that side."""

    #: Runs that stayed and runs that were taken out.
    old: tuple[Mark, ...]
    #: Runs that stayed and runs that came in.
    new: tuple[Mark, ...]


def marked(old_text: str, new_text: str) -> Sides:
    """Return how ``old_text`` became ``new_text``, word by word; white space alone is no change."""
    old, new = _words(old_text), _words(new_text)
    if max(len(old), len(new)) > MAX_WORDS:
        kept = old_text == new_text
        return Sides(
            old=_run(MarkKind.EQUAL if kept else MarkKind.REMOVED, [old_text]),
            new=_run(MarkKind.EQUAL if kept else MarkKind.ADDED, [new_text]),
        )
    matcher = SequenceMatcher(
        None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False
    )
    left: list[Mark] = []
    right: list[Mark] = []
    for op, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        kept = op == "equal"
        left += _run(MarkKind.EQUAL if kept else MarkKind.REMOVED, old[old_from:old_to])
        right += _run(MarkKind.EQUAL if kept else MarkKind.ADDED, new[new_from:new_to])
    return Sides(old=tuple(left), new=tuple(right))


def _words(text: str) -> list[str]:
    words = _WORD.findall(text)
    tail = text[sum(map(len, words)) :]
    return [*words[:-1], words[-1] + tail] if words else [text] if text else []


def _run(kind: MarkKind, words: list[str]) -> tuple[Mark, ...]:
    return (Mark(kind=kind, text="".join(words)),) if words else ()
