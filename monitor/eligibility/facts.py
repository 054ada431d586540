"""What a criterion states in figures: numbers with units and comparators, ranges, windows of time.

Also how often it denies, excepts and offers a choice, because those turn the meaning of a number.
Nothing is converted: ``4 weeks`` and ``28 days`` are different facts.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from monitor.eligibility.text import comparison_text


class FactKind(StrEnum):
    """What sort of statement a fact is."""

    NUMBER = "number"
    #: A length of time before, after or around something.
    WINDOW = "window"
    #: A number that is part of a name: RECIST 1.1, Day 1, HIV-1.
    NAME = "name"
    NEGATION = "negation"
    EXCEPTION = "exception"
    #: ``or``, ``either``: a choice that may take a number's force away.
    CHOICE = "choice"


class Bound(StrEnum):
    """How a number bounds what it is about."""

    AT_LEAST = "ge"
    MORE_THAN = "gt"
    AT_MOST = "le"
    LESS_THAN = "lt"
    RANGE = "range"
    #: No comparator could be bound to it.
    NONE = "eq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing a criterion states."""

    kind: FactKind
    bound: Bound
    low: Decimal | None
    high: Decimal | None
    #: As written, spaces collapsed: ``mg/dL``, ``x ULN``; empty when there is none.
    unit: str
    #: Of a window, ``before first dose``; of the rest, the word itself ("not", "unless").
    anchor: str
    #: A single denial stands before it in the same sentence.
    negated: bool
    #: As it stands in ``comparison_text``.
    text: str
    #: Offsets into ``comparison_text`` of the criterion.
    start: int
    end: int

    @property
    def meaning(self) -> tuple[object, ...]:
        """Everything but where it stands: equal for equal statements."""
        return (self.kind, self.bound, self.low, self.high, self.unit, self.anchor, self.negated)


_WORD_NUMBERS = {
    word: number
    for number, word in enumerate(
        [
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
        ]
    )
}
_TIME = (
    r"(?:years?|yrs?|months?|mos?|weeks?|wks?|days?|hours?|hrs?|minutes?|mins?|half-lives|cycles?)"
)
_UNIT = (
    r"(?:%|°C|(?:x|times)\s?(?:the\s)?(?:ULN|LLN|upper limit of normal|lower limit of normal|institutional ULN)"
    r"|x\s?10\^?\d{1,2}/?\s?(?:L|mL|μL|mm\^?3|l)?"
    rf"|{_TIME}(?!\w)"
    r"|(?:[kmcdnpμuMG]?(?:g|L|l|mol|U|IU|Eq|Pa|m|Hz|Gy|W|cal|sec|s)|kg|mmHg|mm Hg|mmol|mcg|ng|cm|mm|copies|cells|"
    r"points?|puffs?|cigarettes|packs?|pack-years?|ULN|LLN|ms|msec|bpm|mGy|log10|ppb|ppm|kU|kUA|SU|AU)"
    r"(?:/(?:[kmcdnpμ]?(?:g|L|l|mol|U|m)|kg|day|d|h|hr|hour|week|month|year|min|mm\^?[23]|m\^?2|μL|dL|dl|mL|ml|cm\^?2|1\.73 ?m\^?2)"
    r"(?:/(?:1\.73 ?m\^?2|\w{1,6}))?)?(?![\w^])"
    r"|/(?:mm\^?3|μL|uL|mcL|L|mL|cmm|day|week|month|year|HPF|hpf)(?!\w))"
)
_AMOUNT = rf"\d[\d,.]*\d|\d|(?:{'|'.join(_WORD_NUMBERS)})(?=[\s-](?:\(\d+\)\s)?{_TIME}\b)"
_BEFORE: tuple[tuple[Bound, str], ...] = (
    (
        Bound.AT_LEAST,
        (
            r"≥|at least|no(?:t)? (?:less|fewer|lower|younger) than|minimum(?: of)?|greater than or equal to|"
            r"more than or equal to|equal to or (?:greater|more|higher) than|from"
        ),
    ),
    (
        Bound.AT_MOST,
        (
            r"≤|at most|no(?:t)? (?:more|greater|higher|longer|older) than|not exceed(?:ing)?|up to|"
            r"maximum(?: of)?|less than or equal to|lower than or equal to|equal to or (?:less|lower) than|within(?: the)?"
            r"(?: (?:last|past|previous|preceding|prior))?|in the (?:last|past|previous|preceding|prior)"
        ),
    ),
    (
        Bound.MORE_THAN,
        r">|(?:more|greater|higher|longer|older|larger) than|over|above|exceed(?:s|ing)?",
    ),
    (
        Bound.LESS_THAN,
        r"<|(?:less|fewer|lower|shorter|younger|smaller) than|below|under",
    ),
)
_AFTER: tuple[tuple[Bound, str], ...] = (
    (
        Bound.AT_LEAST,
        r"(?:or|and) (?:older|above|over|more|greater|higher|longer|later|up)|minimum",
    ),
    (Bound.AT_MOST, r"(?:or|and) (?:younger|below|under|less|fewer|lower|shorter|earlier)|maximum"),
)
_FACT = re.compile(
    rf"(?:(?P<before>{'|'.join(f'(?:{words})' for _, words in _BEFORE)})\s?)?"
    rf"(?<![\w.^])(?P<low>{_AMOUNT})"
    rf"(?:\s?\(\d+\))?(?:\s?(?P<low_unit>{_UNIT}))?"
    rf"(?:(?:-|\s(?:to|and|through|-)\s)[≤<]?(?P<high>\d[\d,.]*\d|\d)(?:\s?(?P<high_unit>{_UNIT}))?)?"
    rf"(?:\s(?:of age\s)?(?P<after>{'|'.join(f'(?:{words})' for _, words in _AFTER)})(?!\w| than\b))?",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:\b(?:recist|ctcae|version|v|ver\.?|nct|part|cohort|arm|group|day|visit|cycle|appendix|section|"
    r"table|type|class|module|step|phase|dsm|icd|iv|criteria|hiv|covid|sars|protocol|item|no\.|number)"
    r"\W{0,2}|[A-Za-z]-)$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween\s*$", re.IGNORECASE)
_ANCHOR = re.compile(
    r"\s(?P<anchor>(?:immediately )?(?:before|prior(?: to)?|preceding|after|following|since|of(?! age)|from|post|at|until)"
    r"(?:\s[\w-]+){0,4})",
    re.IGNORECASE,
)
_WINDOW_UNIT = re.compile(rf"{_TIME}$", re.IGNORECASE)
#: The words that turn a number's meaning; each group is the value of a ``FactKind``.
_TURNING = re.compile(
    r"\b(?:(?P<negation>no|not|non|never|none|neither|nor|without|cannot|unable|absence|absent|lack(?:s|ing)?|"
    r"free of|negative|ineligible|prohibited|refus(?:e|es|al)|fail(?:s|ed|ure)? to|\w+n't)|"
    r"(?P<exception>except(?:ion|ions|ing)?|unless|other than|exclud(?:e|es|ed|ing)|apart from|aside from|however|"
    r"allowed|permitted|acceptable|eligible|may be (?:included|enrolled)|provided|only if|if)|"
    r"(?P<choice>or|either|and/or))\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;](?=\s)")
_BETWEEN_CHARS = 12
#: Longer than all words of ``_BEFORE``.
_LONGEST_BEFORE = 40
#: Without any of these there is no amount.
_MAY_BE_AMOUNT = re.compile(rf"\d|{'|'.join(_WORD_NUMBERS)}", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def facts(criterion_text: str) -> tuple[Fact, ...]:
    """Return what a criterion states, in the order of its text.

    Args:
        criterion_text: The rule's text; it is brought into ``comparison_text`` first.
    """
    return _facts_of(comparison_text(criterion_text))


@lru_cache(maxsize=1_024)
def _facts_of(text: str) -> tuple[Fact, ...]:
    """Read a ``comparison_text``; whoever asks for the facts of an edit asks more than once."""
    numbers = [_number(text, found) for found in _amounts(text)]
    taken = [(fact.start, fact.end) for fact in numbers]
    words = _words(text, taken)
    reach = _reach_of_denial(text, [fact for fact in words if fact.kind is FactKind.NEGATION])
    bound = [replace(fact, negated=True) if fact.start in reach else fact for fact in numbers]
    return tuple(sorted([*bound, *words], key=lambda fact: (fact.start, fact.kind)))


def _amounts(text: str) -> Iterator[re.Match[str]]:
    """Yield what ``_FACT`` finds; it is tried only near a figure, because trying costs much."""
    at = 0
    while figure := _MAY_BE_AMOUNT.search(text, at):
        found = _FACT.search(text, max(at, figure.start() - _LONGEST_BEFORE))
        if found is None:
            return
        yield found
        at = found.end()


def _number(text: str, found: re.Match[str]) -> Fact:
    low, high, bound = _limits(text, found)
    unit = " ".join((found["high_unit"] or found["low_unit"] or "").split())
    before = text[max(0, found.start() - 24) : found.start("low")]
    anchor = ""
    kind = FactKind.NUMBER
    if not found["before"] and bound is Bound.NONE and _NAMED.search(before):
        kind = FactKind.NAME
    elif _WINDOW_UNIT.search(unit):
        after = _ANCHOR.match(text, found.end())
        anchor = after["anchor"].lower() if after else ""
        is_back = "within" in (found["before"] or "").lower() or " the " in (found["before"] or "")
        kind = FactKind.WINDOW if anchor or is_back else FactKind.NUMBER
    return Fact(
        kind=kind,
        bound=bound,
        low=low,
        high=high,
        unit=unit,
        anchor=anchor,
        negated=False,
        text=found.group().strip(),
        start=found.start(),
        end=found.end(),
    )


def _limits(text: str, found: re.Match[str]) -> tuple[Decimal | None, Decimal | None, Bound]:
    amount = _value(found["low"])
    if found["high"]:
        joined_by_and = text[found.end("low") : found.start("high")].strip().endswith("and")
        ahead = text[max(0, found.start() - _BETWEEN_CHARS) : found.start()]
        if not joined_by_and or _BETWEEN.search(ahead):
            return amount, _value(found["high"]), Bound.RANGE
    bound = _bound(_BEFORE, found["before"]) or _bound(_AFTER, found["after"]) or Bound.NONE
    if bound in {Bound.AT_MOST, Bound.LESS_THAN}:
        return None, amount, bound
    return amount, _value(found["high"]) if found["high"] else None, bound


def _bound(table: tuple[tuple[Bound, str], ...], said: str | None) -> Bound | None:
    if not said:
        return None
    return next(bound for bound, words in table if re.fullmatch(words, said, flags=re.IGNORECASE))


def _value(written: str) -> Decimal:
    """Return ``12,000`` as twelve thousand, ``1,5`` as one and a half, ``three`` as 3."""
    if written.lower() in _WORD_NUMBERS:
        return Decimal(_WORD_NUMBERS[written.lower()])
    digits = _THOUSANDS.sub("", written).replace(",", ".")
    whole, dot, rest = digits.partition(".")
    return Decimal(f"{whole}{dot}{rest.replace('.', '')}".rstrip(".") or "0")


def _words(text: str, taken: list[tuple[int, int]]) -> list[Fact]:
    return [
        Fact(
            kind=FactKind(str(found.lastgroup)),
            bound=Bound.NONE,
            low=None,
            high=None,
            unit="",
            anchor=found.group().lower(),
            negated=False,
            text=found.group(),
            start=found.start(),
            end=found.end(),
        )
        for found in _TURNING.finditer(text)
        if not _is_taken(taken, found.start())
    ]


def _is_taken(taken: list[tuple[int, int]], offset: int) -> bool:
    """Say whether a word belongs to a number ("not" in "not more than 3")."""
    place = bisect_right(taken, offset, key=lambda span: span[0]) - 1
    return place >= 0 and taken[place][0] <= offset < taken[place][1]


def _reach_of_denial(text: str, denials: list[Fact]) -> range:
    """Return the offsets that the only denial of a rule stands before, in its sentence."""
    if len(denials) != 1:
        return range(0)
    stop = _SENTENCE_END.search(text, denials[0].end)
    return range(denials[0].end, stop.start() if stop else len(text))
