"""Does a plain sentence say what the rule says, no more, no less, nothing else?

Thirteen checks, F1 to F13, on any writer's sentences. They compare facts (``facts``) and never
look at how a sentence was made. A failed check means: show the study's own words.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from monitor.summaries.addressing import condition_of_people
from monitor.summaries.deeds import without_deeds
from monitor.summaries.facts import Facts, facts_of, stem

#: Words a frame may add or take away without saying anything.
_FRAME_WORDS = frozenset(
    map(
        stem,
        [
            "you",
            "your",
            "yes",
            "true",
            "note",
            "have",
            "had",
            "has",
            "includ",
            "forexample",
            "thatis",
            "exampl",
            "rule",
            "defin",
        ],
    )
)
#: Words of a source that its form takes up: "must", "including".
CONSUMED = frozenset(
    map(
        stem,
        [
            "must",
            "should",
            "shall",
            "having",
            "note",
            "defined",
            "including",
            "forexample",
            "thatis",
        ],
    )
)
_UNCLEAN = re.compile(
    r"\\[^\s\w]|https?://|www\.|&(?:[a-z]+|#\d+);|</?[a-z]+>|\b[A-Z]{3,}_[A-Z_]{2,}\b|[\x00-\x08]"
)


_VERDICT = re.compile(
    r"[,\s]+(?:(?:will|should|must|shall) be|are|is)\s+(?:excluded|ineligible|not eligible)"
    r"(?:\s+(?:from|for)\s+(?:(?:participation\s+in|enrol?lment\s+in|entry\s+into)\s+)?(?:the|this)\s+"
    r"(?:study|trial))?\s*[.;]?$",
    re.IGNORECASE,
)


#: The same before what does not count: "are excluded, except for those receiving low doses".
_VERDICT_BEFORE_EXCEPTION = re.compile(
    r"\s+(?:(?:will|should|must|shall) be|are|is) excluded(?=,? (?:except|with the exception of|excepting)\b)",
    re.IGNORECASE,
)

#: "No patients with X are excluded, except ...": without its verdict it would say the opposite.
_NOBODY = re.compile(r"\W*(?:no|none|neither)\b", re.IGNORECASE)


def without_verdict(text: str) -> str:
    """Return a rule from a list of exclusions without its closing "are excluded from the study".

    The lead line of the list says just that; with anything after it, the text stays whole.
    """
    if len(re.findall(r"[.;]\s", text.strip())) > 0:
        return text
    text = _VERDICT.sub("", text)
    return text if _NOBODY.match(text) else _VERDICT_BEFORE_EXCEPTION.sub("", text)


class Failure(NamedTuple):
    """One broken promise: which check, and what it found."""

    check: str
    detail: str


_Fact = TypeVar("_Fact", str, tuple[str, str])
_Check: TypeAlias = Callable[[Facts, Facts, str], str]


def check(
    source: str, plain: Sequence[str], *, glosses: Sequence[str] = (), section: str
) -> tuple[Failure, ...]:
    """Return every check that ``plain`` fails against ``source``; empty when it is faithful.

    Args:
        source: The rule's own text.
        plain: Sentences of a writer.
        glosses: Sentences of the glossary among them; they say nothing about the rule.
        section: ``inclusion``, ``exclusion`` or ``rules``.
    """
    said = [sentence for sentence in plain if sentence not in set(glosses)]
    text = " ".join(said)
    if source == text:
        return ()
    if section == "exclusion":
        source = without_verdict(source)
    text_of_rule = without_deeds(source, condition_of_people(source, text), section)
    theirs, ours = facts_of(source), facts_of(text_of_rule)
    failures = [
        Failure(name, detail) for name, test in _CHECKS if (detail := test(theirs, ours, section))
    ]
    unclean = _UNCLEAN.search(text)
    if unclean:
        failures.append(Failure("F13", unclean.group()))
    return tuple(failures)


def _numbers(theirs: Facts, ours: Facts, _section: str) -> str:
    return _differ(theirs.numbers, ours.numbers)


def _units(theirs: Facts, ours: Facts, _section: str) -> str:
    old = [(number, unit) for _, number, unit in theirs.figures]
    new = [(number, unit) for _, number, unit in ours.figures]
    return "" if old == new else f"{old} / {new}"


def _comparators(theirs: Facts, ours: Facts, _section: str) -> str:
    old = [(sign, number) for sign, number, _ in theirs.figures]
    new = [(sign, number) for sign, number, _ in ours.figures]
    return "" if old == new else f"{old} / {new}"


def _negations(theirs: Facts, ours: Facts, _section: str) -> str:
    return _differ(theirs.negations, ours.negations)


def _exceptions(theirs: Facts, ours: Facts, _section: str) -> str:
    return _differ(theirs.exceptions, ours.exceptions)


def _logic(theirs: Facts, ours: Facts, _section: str) -> str:
    return _differ(theirs.logic, ours.logic)


def _names(theirs: Facts, ours: Facts, _section: str) -> str:
    return _differ(theirs.names, ours.names)


def _times(theirs: Facts, ours: Facts, _section: str) -> str:
    return _differ(theirs.times, ours.times)


def _added(theirs: Facts, ours: Facts, _section: str) -> str:
    return " ".join(sorted(ours.content - theirs.content - _FRAME_WORDS))


def _lost(theirs: Facts, ours: Facts, _section: str) -> str:
    return " ".join(sorted(theirs.content - ours.content - CONSUMED))


def _sides(theirs: Facts, ours: Facts, _section: str) -> str:
    return _differ(theirs.sides, ours.sides)


def _modals(theirs: Facts, ours: Facts, section: str) -> str:
    if not theirs.modals and not ours.modals:
        return ""
    lost = (theirs.modals - ours.modals).items()
    free = {
        "must": section != "exclusion",
        "should": section == "inclusion",
        "shall": section == "inclusion",
    }
    missed = sorted(word for word, count in lost if not (free.get(word) and count == 1))
    return " ".join(missed) or " ".join(sorted(ours.modals - theirs.modals))


def _differ(theirs: Counter[_Fact], ours: Counter[_Fact]) -> str:
    # Compared as plain tables: no count is zero, and this comparison is the quick one.
    if dict.__eq__(theirs, ours):
        return ""
    return f"lost {dict(theirs - ours)}, added {dict(ours - theirs)}"


_CHECKS: tuple[tuple[str, _Check], ...] = (
    ("F1", _numbers),
    ("F2", _units),
    ("F3", _comparators),
    ("F4", _negations),
    ("F5", _exceptions),
    ("F6", _logic),
    ("F7", _names),
    ("F8", _times),
    ("F9", _added),
    ("F10", _lost),
    ("F11", _sides),
    ("F12", _modals),
)
