"""What a trial measures: primary, secondary and other outcomes.

The measure is the only key. An outcome that goes to another list is one difference: the grave
one is a primary outcome that is no longer primary.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.detection.alike import likeness, same_story, within
from monitor.detection.findings import Finding, differing
from monitor.detection.normalize import canonical, canonical_markup, folded, shown
from monitor.detection.pairing import Pairing
from monitor.domain.changes import Json
from monitor.registry.record import Study
from monitor.registry.record.scientific import Outcome, OutcomesModule

_ALIKE = 0.8
_ALIKE_ACROSS = 0.9
_RANK = {"primary": 0, "secondary": 1, "other": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """An outcome and the list it stands in."""

    outcome: Outcome
    where: str

    def key(self) -> str | None:
        return folded(self.outcome.measure) or None


def compare_outcomes(before: Study, after: Study) -> Iterator[Finding]:
    """Yield what changed about outcomes."""
    if before.outcomes == after.outcomes:
        return
    pairing = _pair(_listed(before.outcomes), _listed(after.outcomes))
    yield from _stayed(pairing)
    for old, new in pairing.matched():
        if old.where != new.where:
            yield _switched(old, new)
    for gone in pairing.left():
        kind = f"outcome.{gone.where}.removed"
        yield Finding(kind=kind, subject=_subject(gone), before=_shown(gone.outcome))
    for come in pairing.arrived():
        kind = f"outcome.{come.where}.added"
        yield Finding(kind=kind, subject=_subject(come), after=_shown(come.outcome))


def _listed(module: OutcomesModule) -> list[_Listed]:
    lists = {
        "primary": module.primary_outcomes,
        "secondary": module.secondary_outcomes,
        "other": module.other_outcomes,
    }
    return [_Listed(outcome=one, where=where) for where, found in lists.items() for one in found]


def _pair(old: list[_Listed], new: list[_Listed]) -> Pairing[_Listed]:
    pairing = Pairing(old=old, new=new)
    pairing.match(lambda one: one)
    pairing.match(lambda one: (one.where, one.key(), folded(one.outcome.time_frame), _story(one)))
    pairing.match(lambda one: (one.where, one.key(), folded(one.outcome.time_frame)))
    pairing.match(lambda one: (one.key(), folded(one.outcome.time_frame), _story(one)))
    pairing.match(lambda one: (one.where, one.key()) if one.key() else None)
    pairing.match(lambda one: (one.key(), folded(one.outcome.time_frame)) if one.key() else None)
    pairing.match(_Listed.key)
    pairing.match_alike(_likeness, within=lambda one: one.where)
    pairing.match_alike(_likeness_across)
    return pairing


def _story(one: _Listed) -> str:
    return canonical_markup(one.outcome.description)


def _likeness(one: _Listed, other: _Listed) -> float:
    measure = likeness(canonical(one.outcome.measure), canonical(other.outcome.measure))
    story = same_story(_story(one), _story(other))
    same_time = folded(one.outcome.time_frame) == folded(other.outcome.time_frame)
    bonus = same_time / 10
    if measure >= _ALIKE:
        return measure + bonus + story / 10
    longer = same_time and within(one.key() or "", other.key() or "")
    if longer or (same_time and story):
        return max(measure, story, 0.5) + bonus
    return 0.0


def _likeness_across(one: _Listed, other: _Listed) -> float:
    measure = likeness(canonical(one.outcome.measure), canonical(other.outcome.measure))
    return measure if measure >= _ALIKE_ACROSS else 0.0


def _stayed(pairing: Pairing[_Listed]) -> Iterator[Finding]:
    pairs = {n: pair for n, pair in enumerate(pairing.matched()) if pair[0].where == pair[1].where}
    fields = differing(
        {n: _form(old.outcome) for n, (old, _) in pairs.items()},
        {n: _form(new.outcome) for n, (_, new) in pairs.items()},
    )
    for number, names in fields.items():
        old, new = pairs[number]
        yield Finding(
            kind=f"outcome.{new.where}.changed",
            subject=_subject(new),
            before=_shown(old.outcome),
            after=_shown(new.outcome),
            notes={"fields": list(names)},
        )


def _switched(old: _Listed, new: _Listed) -> Finding:
    """Return the one difference for an outcome that went to another list, told by the higher one."""
    fields = differing({0: _form(old.outcome)}, {0: _form(new.outcome)}).get(0, ())
    notes: Mapping[str, Json] = {"fields": list(fields)} if fields else {}
    if _RANK[old.where] < _RANK[new.where]:
        return Finding(
            kind=f"outcome.{old.where}.removed",
            subject=_subject(old),
            before=_shown(old.outcome),
            notes={"became": new.where, "now": _shown(new.outcome), **notes},
        )
    return Finding(
        kind=f"outcome.{new.where}.added",
        subject=_subject(new),
        after=_shown(new.outcome),
        notes={"was": old.where, "before": _shown(old.outcome), **notes},
    )


def _subject(one: _Listed) -> str:
    return shown(one.outcome.measure) or "unnamed"


def _form(outcome: Outcome) -> dict[str, Json]:
    return {
        "measure": canonical(outcome.measure),
        "time_frame": canonical_markup(outcome.time_frame) or None,
        "description": canonical_markup(outcome.description) or None,
    }


def _shown(outcome: Outcome) -> dict[str, Json]:
    return {
        "measure": shown(outcome.measure),
        "time_frame": shown(outcome.time_frame),
        "description": shown(outcome.description),
    }
