"""A word of the title that seems to have lost its end, told as doubtful and never mended.

"Chemotherap" in a title, where the record says "chemotherapy" elsewhere. Said only where the
longer word stands in the record more than once and the short one nowhere but in its titles.
"""

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[A-Za-z]{5,}")
_SHORTEST = 7
#: What a word may have lost; forms of number and tense ("s", "ed", "ing") are words of their own.
_LOST = ("y", "t", "n", "a", "c", "r", "m", "h", "ion", "tion", "on", "er", "ent", "nt", "py")
_TIMES = 2


def slips_in(titles: Iterable[str], texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return words of the titles that look cut, each with the word it may have been.

    Args:
        titles: The titles of a record.
        texts: All that the record says elsewhere.
    """
    named = list(dict.fromkeys(word for title in titles for word in _WORD.findall(title)))
    known = Counter(word.lower() for text in texts for word in _WORD.findall(text))
    return tuple(
        (word, whole)
        for word in named
        if len(word) >= _SHORTEST and word.lower() not in known
        for whole in _wholes(word.lower(), known)
    )


def _wholes(word: str, known: Counter[str]) -> list[str]:
    return [word + end for end in _LOST if known[word + end] >= _TIMES][:1]
