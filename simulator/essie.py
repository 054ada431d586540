"""The registry's query language, as much of it as the stand-in plays.

Words and phrases, AND, OR, NOT, brackets, and AREA[name] with words, a phrase, RANGE[a,b] or
MISSING. Words stand side by side for AND. No synonyms, no stems, no ranking: the registry finds
more than is asked for, the stand-in exactly that.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from simulator.fields import paths

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<area>AREA\[(?P<name>[^\]]*)\])
      | (?P<range>RANGE\[(?P<low>[^,\]]*),(?P<high>[^,\]]*)\])
      | (?P<missing>MISSING\b)
      | (?P<coverage>COVERAGE\[[^\]]*\])
      | (?P<phrase>"[^"]*")
      | (?P<bracket>[()])
      | (?P<word>[^\s()"]+)
    )""",
    re.VERBOSE,
)
_PIECE = re.compile(r"[^\W_]+(?:_[^\W_]+)*")
_AGE = re.compile(r"(\d+)\s*(year|month|week|day|hour|minute)s?", re.IGNORECASE)
_DAYS = {
    "year": 365.25,
    "month": 30.44,
    "week": 7.0,
    "day": 1.0,
    "hour": 1 / 24,
    "minute": 1 / 1440,
}
_OPERATORS = frozenset({"AND", "OR", "NOT"})


class QuerySyntaxError(ValueError):
    """The expression cannot be read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A study, and the text that words without an area are looked for in."""

    study: Mapping[str, Any]
    #: Lower case.
    text: str


Test: TypeAlias = Callable[[Document], bool]


@cache
def parsed(expression: str) -> Test:
    """Return what tells whether a study matches.

    Raises:
        QuerySyntaxError: It cannot be read.
    """
    reader = _Reader(list(_tokens(expression)))
    test = reader.any_of(None)
    if reader.left:
        raise QuerySyntaxError(f"Unexpected '{reader.left[0][0]}'")
    return test


def _tokens(expression: str) -> Iterator[re.Match[str]]:
    place, text = 0, expression.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise QuerySyntaxError("Unbalanced quotes")
        yield found
        place = found.end()


class _Reader:
    """Reads tokens from the left; ``area`` is the one that words are looked for in."""

    def __init__(self, tokens: Sequence[re.Match[str]]) -> None:
        self.left = list(tokens)

    def any_of(self, area: str | None) -> Test:
        tests = [self._all_of(area)]
        while self._takes("OR"):
            tests.append(self._all_of(area))
        return tests[0] if len(tests) == 1 else lambda one: any(test(one) for test in tests)

    def _all_of(self, area: str | None) -> Test:
        tests = [self._one(area)]
        while self.left and self.left[0][0].strip() not in {"OR", ")"}:
            self._takes("AND")
            tests.append(self._one(area))
        return tests[0] if len(tests) == 1 else lambda one: all(test(one) for test in tests)

    def _takes(self, word: str) -> bool:
        if self.left and self.left[0][0].strip() == word:
            self.left.pop(0)
            return True
        return False

    def _one(self, area: str | None) -> Test:
        if not self.left:
            raise QuerySyntaxError("Unexpected end of query")
        if self._takes("NOT"):
            test = self._one(area)
            return lambda one: not test(one)
        if self._takes("("):
            test = self.any_of(area)
            if not self._takes(")"):
                raise QuerySyntaxError("Missing ')'")
            return test
        return self._simple(self.left.pop(0), area)

    def _simple(self, token: re.Match[str], area: str | None) -> Test:
        if token["area"]:
            if token["name"] not in paths():
                raise QuerySyntaxError(f"Unknown area name: '{token['name']}'")
            return self._one(token["name"])
        if token["coverage"]:
            return self._one(area)
        if token["range"]:
            return _in_range(_needed(area, token), token["low"].strip(), token["high"].strip())
        if token["missing"]:
            missing = _needed(area, token)
            return lambda one: not values_of(one.study, missing)
        word = (token["phrase"] or token["word"] or "").strip('"').strip()
        if token["bracket"] or word in _OPERATORS or not word:
            raise QuerySyntaxError(f"Unexpected '{token[0].strip()}'")
        return _has(word, area)


def _needed(area: str | None, token: re.Match[str]) -> str:
    if area is None:
        raise QuerySyntaxError(f"'{token[0].strip()}' without AREA")
    return area


def _has(word: str, area: str | None) -> Test:
    if area is None:
        folded = word.casefold()
        return lambda one: folded in one.text
    wanted = _PIECE.findall(word.casefold())
    return lambda one: any(_holds(value, wanted) for value in values_of(one.study, area))


def _holds(value: Any, wanted: Sequence[str]) -> bool:
    """Tell whether the words stand in a value, side by side."""
    pieces = _PIECE.findall(_text(value).casefold())
    starts = range(len(pieces) - len(wanted) + 1)
    return any(pieces[start : start + len(wanted)] == list(wanted) for start in starts)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _in_range(area: str, low: str, high: str) -> Test:
    first = None if low == "MIN" else _measure(low)
    last = None if high == "MAX" else _measure(high)

    def test(one: Document) -> bool:
        measured = [_measure(_text(value)) for value in values_of(one.study, area)]
        return any(
            (first is None or _not_above(first, value))
            and (last is None or _not_above(value, last))
            for value in measured
        )

    return test


def _measure(text: str) -> float | str:
    """Return days of an age, a number, or a date as it is written, which compares as it stands."""
    age = _AGE.fullmatch(text)
    if age:
        return int(age[1]) * _DAYS[age[2].lower()]
    try:
        return float(text) if text.count("-") == 0 else text
    except ValueError:
        return text


def _not_above(one: float | str, other: float | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return str(one) <= str(other)
    return one <= other


def values_of(study: Mapping[str, Any], area: str) -> list[Any]:
    """Return every value a study has in an area."""
    found: list[Any] = [study]
    for name in paths()[area]:
        found = [each[name] for each in found if isinstance(each, dict) and name in each]
        found = [item for each in found for item in (each if isinstance(each, list) else [each])]
    return found
