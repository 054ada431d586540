"""Whether two wordings of a rule say the same, by a strict test; in doubt they do not.

The same facts, and the same words in the same order once articles, the copula, number, spelling
(British or American) and the word for the people in a study are left out of account. One other
order is allowed: "failure of the heart" and "heart failure".
"""

import re
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from monitor.eligibility.facts import Fact, facts
from monitor.eligibility.text import comparison_text
from monitor.eligibility.turned import is_turned

_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*|[<>≤≥=+%^/]+|-(?=\d)")
_TOKEN = re.compile(rf"{_WORD.pattern}|[^\w\s]")
_ARTICLES = frozenset(["a", "an", "the"])
_EMPTY = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "is",
        "are",
        "be",
        "being",
        "that",
        "which",
        "this",
        "these",
        "those",
        "to",
        "it",
        "its",
    ]
)
_PEOPLE = frozenset(
    ["patient", "subject", "participant", "individual", "person", "people", "volunteer"]
)
#: Other forms of a verb are other facts: who smoked is not who smokes.
_SAME_STEM = {"has": "have", "aged": "age"}
_AGE_UNITS = frozenset(["year", "years", "month", "months", "week", "weeks", "day", "days"])
_SPELLINGS = (
    ("aemi", "emi"),
    ("haem", "hem"),
    ("oedem", "edem"),
    ("oesoph", "esoph"),
    ("diarrhoea", "diarrhea"),
)
_BRITISH = re.compile(
    r"(?<=[a-z]{3})(?:is|iz)(?=(?:ed|e|ing|ation|ations)$)|(?<=[a-z]{2})our(?=s$|$|al$|ed$)"
)
_KEEPS_S = ("ss", "us", "is", "as", "os")
_SHORTEST_PLURAL = 4
_SHORTEST_TYPO = 7


def same_wording(old: str, new: str) -> bool:
    """Say whether two texts state the same facts in the same words."""
    if [_meaning(fact) for fact in facts(old)] != [_meaning(fact) for fact in facts(new)]:
        return False
    ours, theirs = content(old), content(new)
    if _same_words(ours, theirs):
        return True
    return sorted(ours) == sorted(theirs) and is_turned(_tokens(old), _tokens(new))


def _same_words(ours: list[str], theirs: list[str]) -> bool:
    return len(ours) == len(theirs) and all(
        one == other or _is_typo(one, other) for one, other in zip(ours, theirs, strict=True)
    )


def _meaning(fact: Fact) -> tuple[object, ...]:
    """Return what a fact says, its anchor ("before inclusion of patients") without its wording."""
    return replace(fact, anchor=" ".join(content(fact.anchor))).meaning


def content(text: str) -> list[str]:
    """Return the words of a text that say something, each in one form for all its spellings."""
    words = [word.casefold() for word in _WORD.findall(comparison_text(text))]
    return _stems([word for word in words if word not in _EMPTY])


def _tokens(text: str) -> list[str]:
    """Return the content with the small words and the punctuation that hold it together."""
    words = [word.casefold() for word in _TOKEN.findall(comparison_text(text))]
    return _stems([word for word in words if word not in _ARTICLES])


def _stems(words: list[str]) -> list[str]:
    return [
        "age" if word == "old" and before in _AGE_UNITS else _stem(word)
        for before, word in pairwise(["", *words])
    ]


@lru_cache(maxsize=4_096)
def _stem(word: str) -> str:
    for british, american in _SPELLINGS:
        word = word.replace(british, american)
    word = _BRITISH.sub(lambda found: "or" if found.group() == "our" else "iz", word)
    stem = _singular(word)
    return "person" if stem in _PEOPLE else _SAME_STEM.get(stem, stem)


def _singular(word: str) -> str:
    if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or word.endswith(_KEEPS_S):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL:
        return f"{word[:-3]}y"
    return word[:-1]


def _is_typo(one: str, other: str) -> bool:
    """Say whether two long words differ by a doubled letter or two letters swapped alone.

    A letter more or less is no typo: it turns ``typical`` into ``atypical``.
    """
    if min(len(one), len(other)) < _SHORTEST_TYPO or one[0] != other[0]:
        return False
    if _undoubled(one) == _undoubled(other):
        return True
    apart = [
        place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]
    ]
    return (
        len(one) == len(other)
        and len(apart) == 2  # noqa: PLR2004 - two letters, swapped
        and apart[1] == apart[0] + 1
        and one[apart[0]] == other[apart[1]]
        and one[apart[1]] == other[apart[0]]
    )


def _undoubled(word: str) -> str:
    return word[:1] + "".join(after for before, after in pairwise(word) if before != after)
