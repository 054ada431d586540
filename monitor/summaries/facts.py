"""The facts of a text that a rewriting must keep: numbers, units, comparators, negations, times.

Two texts are compared after both went through the lexicon, so that a word and its plain form are
one fact. Nothing here knows how a sentence was written.
"""

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from monitor.summaries.canon import in_one_form
from monitor.summaries.lexicon import rows
from monitor.summaries.tokens import is_number, tokenize

_WORDS = {row[0]: row[1] for row in rows("factwords.tsv")}
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        (
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        )
    )
}
_NEGATIONS = frozenset(_WORDS["negation"].split())
_LOGIC = frozenset(_WORDS["logic"].split())
_MODALS = frozenset(_WORDS["modal"].split())
_EXCEPTIONS = frozenset(_WORDS["exception"].split())
_TIMES = frozenset(_WORDS["time"].split())
_SIDES = frozenset(_WORDS["side"].split())
_UNITS = frozenset(_WORDS["unit"].split())
_FUNCTION = frozenset(_WORDS["function"].split())
#: Longest first, so that "at least" is found before "least" could be.
_BEFORE = tuple(
    sorted(
        (
            (name.removeprefix("before "), tuple(phrase.split()))
            for name, phrases in _WORDS.items()
            if name.startswith("before ")
            for phrase in phrases.split("|")
        ),
        key=lambda pair: -len(pair[1]),
    )
)
_AFTER = {
    (phrase.split()[0], phrase.split()[1]): name.removeprefix("after ")
    for name, phrases in _WORDS.items()
    if name.startswith("after ")
    for phrase in phrases.split("|")
}
_NAME = re.compile(r"(?=.*(?:[A-Z].*[A-Z]|\d))[A-Za-z][\w\-]+$")
_SHORTEST_STEM = 3
_Fact = TypeVar("_Fact", str, tuple[str, str])
_VOWEL = re.compile(r"[aeiouy]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that is compared, as multisets but for the order of the figures."""

    numbers: Counter[str]
    #: Comparator, number and unit of every figure, in the order of the text.
    figures: tuple[tuple[str, str, str], ...]
    negations: Counter[tuple[str, str]]
    logic: Counter[str]
    modals: Counter[str]
    exceptions: Counter[str]
    times: Counter[tuple[str, str]]
    sides: Counter[str]
    names: Counter[str]
    content: frozenset[str]


@lru_cache(maxsize=4096)
def facts_of(text: str) -> Facts:
    """Return the facts of a text (source or plain; it goes through the lexicon here)."""
    raw = [token.text for token in tokenize(in_one_form(text))]
    words = [_NUMBER_WORDS.get(word.lower(), word.lower()) for word in raw]
    return Facts(
        numbers=_counted([word for word in words if is_number(word)]),
        figures=tuple(_figures(words)),
        negations=_counted(_bound(words, _NEGATIONS)),
        logic=_counted([word for word in words if word in _LOGIC]),
        modals=_counted([word for word in words if word in _MODALS]),
        exceptions=_counted([word for word in words if word in _EXCEPTIONS]),
        times=_counted(_bound(words, _TIMES)),
        sides=_counted([word for word in words if word in _SIDES]),
        names=_counted([word for word in raw if _is_name(word)]),
        content=frozenset(stem(word) for word in words if _is_content(word)),
    )


#: What most texts hold of most kinds of facts; nobody changes it.
_NONE: Counter[Any] = Counter()


def _counted(found: list[_Fact]) -> Counter[_Fact]:
    return Counter(found) if found else _NONE


_STRESSED = frozenset(
    ["AND", "OR", "NOT", "NO", "IN", "OF", "THE", "IF", "TO", "WITH", "ANY", "ALL", "NOTE"]
)


def _is_name(word: str) -> bool:
    if word.isalpha():
        if word.islower():
            return False
        if word.isupper():
            return len(word) > 1 and word not in _STRESSED
    return _NAME.match(word) is not None


def _is_content(word: str) -> bool:
    return word[:1].isalpha() and not is_function(word)


def is_function(word: str) -> bool:
    """Say whether a word in small letters has no meaning of its own: articles, "of", "be"."""
    return word in _FUNCTION


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return a word without the endings that number and tense give it; crude but the same for all."""
    word = word.removesuffix("'s").removesuffix("’s")  # noqa: RUF001
    for ending in ("ing", "ies", "ied", "es", "ed", "s", "e", "y"):
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= _SHORTEST_STEM
            and _VOWEL.search(word[: -len(ending)])
        ):
            return word[: -len(ending)]
    return word


def _bound(words: list[str], cues: frozenset[str]) -> list[tuple[str, str]]:
    """Pair every cue with the next word that carries meaning, number or name."""
    pairs: list[tuple[str, str]] = []
    for place, word in enumerate(words):
        if word in cues:
            after = (w for w in words[place + 1 : place + 9] if _is_content(w) or is_number(w))
            target = next((w for w in after if w not in _LOGIC), "")
            pairs.append((word, stem(target)))
    return pairs


def _figures(words: list[str]) -> list[tuple[str, str, str]]:
    return [
        (_comparator(words, place), word, _unit(words, place))
        for place, word in enumerate(words)
        if is_number(word)
    ]


def _comparator(words: list[str], place: int) -> str:
    tail = words[place + 1 : place + 4]
    for pair in itertools.pairwise(tail):
        if pair in _AFTER:
            return _AFTER[pair]
    for name, phrase in _BEFORE:
        if tuple(words[max(0, place - len(phrase)) : place]) == phrase:
            return name
    return ""


def _unit(words: list[str], place: int) -> str:
    following = words[place + 1] if place + 1 < len(words) else ""
    return following if following in _UNITS else ""
