"""How hard a text is to read: syllables, words, sentences, Flesch-Kincaid grade.

Our own meter, so that a figure does not depend on which syllable table a library downloads.
A number is a word of one syllable; capitals that are spelled out (ULN) count one per letter.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from monitor.summaries.lexicon import rows

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*")  # noqa: RUF001
_SPELLED = re.compile(r"[A-Z]{2,5}s?")
_GROUPS = re.compile(r"[aeiouyàâäéèêëïîöôüû]+")
_SILENT_ENDING = re.compile(r"(?:[^laeiouy]e|[^aeiouytd]ed|[^aeioucsgzx]es|[^aeioucsgzxh]es|ely)$")
#: Two vowels side by side that are spoken apart.
_APART = re.compile(
    r"ia(?!n\b|l\b|ge)|io(?!n|us)|[^q]ua(?!r|ge)|iu|[^gq]uou|eo(?!us|n\b)|ya|ii|[^cst]ia[nl]\b|"
    r"[^gcstx]iou|[aeiou]ing$|oa[cn]|oe[np]|[aeo]ism|sms?$|thm|uu|[dln]ien|eum|eal\b"
)


def syllables(word: str) -> int:
    """Return the syllables of one word or number, at least 1."""
    if word[:1].isdigit():
        return 1
    if _SPELLED.fullmatch(word):
        return sum(3 if letter == "W" else 1 for letter in word.rstrip("s"))
    return _of_lower(word.lower().replace("’", "'"))  # noqa: RUF001


@cache
def _exceptions() -> dict[str, int]:
    return {row[0]: int(row[1]) for row in rows("syllables.tsv")}


@lru_cache(maxsize=20_000)
def _of_lower(word: str) -> int:
    known = _exceptions().get(word)
    if known is not None:
        return known
    stem = word.removesuffix("'s")
    count = len(_GROUPS.findall(stem))
    if _SILENT_ENDING.search(stem):
        count -= 1
    return max(1, count + len(_APART.findall(stem)))


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text; signs are none."""
    return _WORD.findall(text)


def grade(sentences: Iterable[str]) -> float:
    """Return the Flesch-Kincaid grade of sentences; 0.0 when they hold no word.

    Source:
        Kincaid et al. 1975: 0.39 words per sentence + 11.8 syllables per word - 15.59.
    """
    lines = [words for words in map(words_of, sentences) if words]
    words = [word for line in lines for word in line]
    if not words:
        return 0.0
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / len(lines) + 11.8 * spoken / len(words) - 15.59
