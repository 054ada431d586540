"""Headings that say who a list is for: cohorts, parts, kinds of people.

A rule that keeps its words but is listed for other people has changed, and so has every rule of a
list whose heading now names other people. A heading is shown as a criterion of its own, with the
path of its section (``I:2`` is the second section of the text, of inclusion rules).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from monitor.eligibility.deltas import CriterionDelta, DeltaOp
from monitor.eligibility.direction import Direction
from monitor.eligibility.model import (
    Criterion,
    EligibilityDoc,
    ListLogic,
    Section,
    Span,
)
from monitor.eligibility.ratios import ratio
from monitor.eligibility.rules import Match
from monitor.eligibility.text import comparison_text
from monitor.eligibility.wording import same_wording


def group_map(matches: Iterable[Match]) -> Mapping[str | None, str | None]:
    """Return which group of the old text is which of the new: where most of its rules went."""
    votes: dict[str | None, Counter[str | None]] = defaultdict(Counter)
    for match in matches:
        votes[match.old[0].criterion.group][match.new[0].criterion.group] += 1
    return {
        group: min(went, key=lambda name: (-went[name], name != group, name or ""))
        for group, went in votes.items()
    }


def same_group(old: str | None, new: str | None, known: Mapping[str | None, str | None]) -> bool:
    """Say whether two rules are listed for the same people."""
    if comparison_text(old or "").casefold() == comparison_text(new or "").casefold():
        return True
    return old in known and known[old] == new


def group_deltas(
    old: EligibilityDoc, new: EligibilityDoc, matches: Iterable[Match]
) -> list[CriterionDelta]:
    """Return what changed in headings over lists that stayed."""
    partners = _section_partners(old, new, matches)
    found = (_heading_delta(old, before, new, after) for before, after in sorted(partners.items()))
    return [delta for delta in found if delta]


def _section_partners(
    old: EligibilityDoc, new: EligibilityDoc, matches: Iterable[Match]
) -> dict[int, int]:
    """Return which section of the old text became which of the new, by where the rules went."""
    ours, theirs = _sections_by_rule(old), _sections_by_rule(new)
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for match in matches:
        before = ours[match.old[0].criterion.span.start]
        after = theirs[match.new[0].criterion.span.start]
        if old.sections[before].kind is new.sections[after].kind:
            votes[before][after] += 1
    return {
        before: min(went, key=lambda after: (-went[after], abs(after - before), after))
        for before, went in votes.items()
    }


def _sections_by_rule(doc: EligibilityDoc) -> dict[int, int]:
    return {
        node.span.start: place
        for place, section in enumerate(doc.sections)
        for rule in section.criteria
        for node in rule.walk()
    }


def _heading_delta(
    old: EligibilityDoc, before: int, new: EligibilityDoc, after: int
) -> CriterionDelta | None:
    ours, theirs = _says(old.sections[before]), _says(new.sections[after])
    if comparison_text(ours).casefold() == comparison_text(theirs).casefold():
        return None
    if not (ours and theirs) and not _binds(old.sections[before], new.sections[after]):
        return None
    old_side = (_as_criterion(old, before, ours),) if ours else ()
    new_side = (_as_criterion(new, after, theirs),) if theirs else ()
    both = bool(ours and theirs)
    reworded = both and same_wording(ours, theirs)
    one_sided = DeltaOp.ADDED if theirs else DeltaOp.REMOVED
    return CriterionDelta(
        op=DeltaOp.REWORDED if reworded else DeltaOp.CHANGED if both else one_sided,
        old=old_side,
        new=new_side,
        similarity=ratio(ours, theirs),
        direction=Direction.SAME if reworded else Direction.UNCLEAR,
        reasons=("the heading over these rules changed",),
    )


def _says(section: Section) -> str:
    return ": ".join(part for part in (section.group, section.intro) if part)


def _binds(before: Section, after: Section) -> bool:
    """Say whether a heading gained or lost does more than introduce a list of plain rules."""
    if before.group != after.group:
        return True
    loose = {ListLogic.ANY, ListLogic.ONE_OF, ListLogic.NONE}
    return before.list_logic is not after.list_logic and bool(
        loose & {before.list_logic, after.list_logic}
    )


def _as_criterion(doc: EligibilityDoc, place: int, text: str) -> Criterion:
    section = doc.sections[place]
    return Criterion(
        path=f"{section.kind.letter}:{place + 1}",
        section=section.kind,
        group=section.group,
        marker="",
        depth=0,
        span=Span(start=section.span.start, end=section.span.end),
        raw=section.span.of(doc.raw),
        text=text,
        list_logic=section.list_logic,
        children=(),
        flags=frozenset(),
    )
