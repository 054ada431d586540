"""What became of one eligibility rule through all versions of a trial. Pure.

The rule is named as a reader sees it, by its place in some version, or by its lineage name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from monitor.alerting.lineage import begin, carry
from monitor.domain.changes import Json
from monitor.domain.errors import TrialwatchError
from monitor.domain.trial import Lineage, NctId, VersionInfo
from monitor.eligibility.model import PARSER_VERSION, Criterion
from monitor.eligibility.text import comparison_text
from monitor.eligibility.tree import parse
from monitor.registry.record import Study

_RULE = re.compile(r"(?:([a-z]+)\s+|([a-z])\.)(\d+(?:\.\d+)*)(?:@(-?\d+))?", re.IGNORECASE)
_NAME = re.compile(r"[0-9a-f]{12}")
_SECTIONS: Final = {
    word: word[0].upper()
    for word in ("inclusion", "exclusion", "rules", "rule", "preamble", "note")
}

#: Lineage name to criterion, for each version in turn.
_Named: TypeAlias = Mapping[str, Criterion]


class RuleNotFoundError(TrialwatchError, LookupError):
    """No stored version has such a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A version with what is needed to follow its rules."""

    info: VersionInfo
    study: Study
    #: None when none is stored.
    lineage: Lineage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One rule in one version."""

    info: VersionInfo
    #: The rule's lineage name.
    rule: str
    #: None where this version has no such rule.
    criterion: Criterion | None
    #: ``first``, ``edited``, ``moved`` (to the other side), ``renumbered``, ``removed``, ``back``;
    #: none of them when nothing became of it.
    became: tuple[str, ...]

    def contract(self) -> dict[str, Json]:
        """Return the chapter as JSON."""
        found = self.criterion
        return {
            "nct_id": self.info.nct_id,
            "version": self.info.number,
            "release": self.info.release,
            "before_watch": self.info.before_watch,
            "rule": self.rule,
            "path": found.path if found else None,
            "section": found.section.value if found else None,
            "group": found.group if found else None,
            "text": found.text if found else None,
            "became": list(self.became),
        }


def story_of(nct_id: NctId, rule: str, versions: Sequence[Told]) -> tuple[Chapter, ...]:
    """Return one rule's story, a chapter for each version.

    Args:
        nct_id: The trial.
        rule: ``exclusion 3``, ``E.3``, either with ``@2`` for its place in version 2, or a
            lineage name. Without a version the newest that has such a place counts.
        versions: All stored versions, oldest first.

    Raises:
        RuleNotFoundError: No version has it, or ``rule`` names none.
    """
    if not versions:
        raise RuleNotFoundError(f"No version of {nct_id} is stored; let a sweep fetch it first")
    named = [
        _by_name(told, lineage) for told, lineage in zip(versions, _names(versions), strict=True)
    ]
    name = _find(nct_id, rule, versions, named)
    return tuple(_chapters(name, versions, [each.get(name) for each in named]))


def _names(versions: Sequence[Told]) -> list[Lineage]:
    """Return the names of every version; those not stored are carried from a neighbour."""
    names = [_usable(told.lineage) for told in versions]
    begun = next((place for place, known in enumerate(names) if known), None)
    if begun is None:
        first, begun = versions[0], 0
        names[0] = begin(first.info.nct_id, first.study, version=first.info.number)
    filled = {begun: names[begun]}
    for place in range(begun - 1, -1, -1):
        filled[place] = _carried(filled[place + 1], versions[place + 1], versions[place])
    for place in range(begun + 1, len(versions)):
        known = names[place]
        filled[place] = known or _carried(filled[place - 1], versions[place - 1], versions[place])
    return [known for _, known in sorted(filled.items()) if known]


def _usable(lineage: Lineage | None) -> Lineage | None:
    return lineage if lineage and lineage.parser_version == PARSER_VERSION else None


def _carried(known: Lineage | None, of: Told, to: Told) -> Lineage:
    return carry(known, of.study, to.study, version=to.info.number)


def _by_name(told: Told, lineage: Lineage) -> _Named:
    tree = parse(told.study.eligibility.eligibility_criteria)
    return {
        lineage.ids[criterion.path]: criterion
        for criterion in tree.walk()
        if criterion.path in lineage.ids
    }


def _find(nct_id: NctId, rule: str, versions: Sequence[Told], named: Sequence[_Named]) -> str:
    typed = rule.strip()
    if _NAME.fullmatch(typed) and any(typed in each for each in named):
        return typed
    path, number = _place(typed)
    for told, each in zip(reversed(versions), reversed(named), strict=True):
        if number in (None, told.info.number):
            for name, criterion in each.items():
                if criterion.path == path:
                    return name
    raise RuleNotFoundError(_not_found(nct_id, typed, number, versions, named))


def _place(typed: str) -> tuple[str, int | None]:
    """Return path and version that were typed (``exclusion 3@2`` -> ``E.3``, 2)."""
    found = _RULE.fullmatch(typed)
    letter = (found[2] or _SECTIONS.get(found[1].lower(), "")).upper() if found else ""
    if found is None or not letter:
        raise RuleNotFoundError(
            f"{typed[:40]!r} names no rule; write `exclusion 3`, `E.3`, or `E.3@1` for its place in"
            " version 1"
        )
    return f"{letter}.{found[3]}", int(found[4]) if found[4] else None


def _not_found(
    nct_id: NctId, typed: str, number: int | None, versions: Sequence[Told], named: Sequence[_Named]
) -> str:
    numbers = [told.info.number for told in versions]
    if number is not None and number not in numbers:
        return f"{nct_id} has no version {number}; stored are {numbers[0]} to {numbers[-1]}"
    where = "any version" if number is None else f"version {number}"
    has = named[-1 if number is None else numbers.index(number)]
    tops = ", ".join(c.path for c in has.values() if c.depth == 1) or "none"
    which = "the newest" if number is None else "it"
    return f"No rule {typed[:40]!r} in {where} of {nct_id}; {which} has {tops}"


def _chapters(
    name: str, versions: Sequence[Told], found: Sequence[Criterion | None]
) -> Iterator[Chapter]:
    seen = False
    for told, (before, now) in zip(versions, pairwise([None, *found]), strict=True):
        became = _became(before, now, seen=seen)
        seen = seen or now is not None
        yield Chapter(info=told.info, rule=name, criterion=now, became=became)


def _became(before: Criterion | None, now: Criterion | None, *, seen: bool) -> tuple[str, ...]:
    if before is None or now is None:
        if now is not None:
            return ("back",) if seen else ("first",)
        return ("removed",) if before is not None else ()
    moved = before.section is not now.section
    events = {
        "moved": moved,
        "renumbered": before.path != now.path and not moved,
        "edited": comparison_text(before.text) != comparison_text(now.text),
    }
    return tuple(word for word, happened in events.items() if happened)
