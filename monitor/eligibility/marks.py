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


def marks(old_text: str, new_text: str) -> tuple[Mark, ...]:
    """Return how ``old_text`` became ``new_text``, word by word.

    Returns:
        Runs in reading order, removed before added. ``equal`` and ``added`` joined are
        ``new_text``; ``equal`` and ``removed`` joined are the words of ``old_text``.
    """
    old, new = _words(old_text), _words(new_text)
    if max(len(old), len(new)) > MAX_WORDS:
        return _whole(old_text, new_text)
    matcher = SequenceMatcher(
        None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False
    )
    runs: list[Mark] = []
    for op, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if op == "equal":
            runs.append(Mark(kind=MarkKind.EQUAL, text="".join(new[new_from:new_to])))
            continue
        runs += _run(MarkKind.REMOVED, old[old_from:old_to])
        runs += _run(MarkKind.ADDED, new[new_from:new_to])
    return tuple(runs)


def _words(text: str) -> list[str]:
    words = _WORD.findall(text)
    tail = text[sum(map(len, words)) :]
    return [*words[:-1], words[-1] + tail] if words else [text] if text else []


def _run(kind: MarkKind, words: list[str]) -> list[Mark]:
    return [Mark(kind=kind, text="".join(words))] if words else []


def _whole(old_text: str, new_text: str) -> tuple[Mark, ...]:
    if old_text == new_text:
        return (Mark(kind=MarkKind.EQUAL, text=new_text),)
    return (*_run(MarkKind.REMOVED, [old_text]), *_run(MarkKind.ADDED, [new_text]))
