"""Groups of a trial and what they get.

An arm's label and an intervention's name are their only keys, so a renamed one is found by what
else it says. Both sides of the tie between them are in the record; it is told once.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from monitor.detection.alike import likeness, same_story
from monitor.detection.findings import Finding, differing
from monitor.detection.normalize import canonical, canonical_markup, canonical_set, folded, shown
from monitor.detection.pairing import Pairing
from monitor.domain.changes import Json
from monitor.registry.record import Study
from monitor.registry.record.scientific import ArmGroup, ArmsInterventionsModule, Intervention

#: (folded arm label, folded intervention name)
Tie = tuple[str, str]
_NAME_ALIKE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ties:
    """Which arm gets what, in one version, in the names of the new one."""

    by_arm: frozenset[Tie]
    by_intervention: frozenset[Tie]


def compare_arms(before: Study, after: Study) -> Iterator[Finding]:
    """Yield what changed about arms and interventions."""
    old, new = before.arms, after.arms
    if old == new:
        return
    arms = _pair_arms(old.arm_groups, new.arm_groups)
    drugs = _pair_interventions(old.interventions, new.interventions)
    was, now = _ties_before(old, arms, drugs), _ties_after(new, arms, drugs)
    by_arm = was.by_arm ^ now.by_arm
    hidden = (was.by_intervention ^ now.by_intervention) - by_arm
    yield from _arm_findings(arms, {label for label, _ in by_arm})
    yield from _intervention_findings(drugs, {name for _, name in hidden})


def _pair_arms(old: tuple[ArmGroup, ...], new: tuple[ArmGroup, ...]) -> Pairing[ArmGroup]:
    pairing = Pairing(old=old, new=new)
    pairing.match(lambda arm: arm)
    pairing.match(lambda arm: (*_arm_form(arm).values(), _gets(arm)))
    pairing.match(lambda arm: (folded(arm.label), folded(arm.description)))
    pairing.match(lambda arm: folded(arm.label) or None)
    pairing.match_alike(_arm_likeness)
    if len(pairing.gone) == len(pairing.come) == 1:
        pairing.match(lambda arm: (arm.type, _gets(arm)) if _gets(arm) else None)
    return pairing


def _arm_likeness(one: ArmGroup, other: ArmGroup) -> float:
    name = likeness(canonical(one.label), canonical(other.label))
    story = same_story(canonical_markup(one.description), canonical_markup(other.description))
    if story:
        return story + name / 10
    same_drugs = _gets(one) == _gets(other) and one.type == other.type
    return name if name >= _NAME_ALIKE and same_drugs else 0.0


def _gets(arm: ArmGroup) -> frozenset[str]:
    return frozenset(_drug_of(name) for name in arm.intervention_names)


def _drug_of(name: str) -> str:
    """Return the folded name in an arm's ``Drug: name``."""
    kind, colon, rest = name.partition(": ")
    return folded(rest if colon else kind)


def _pair_interventions(
    old: tuple[Intervention, ...], new: tuple[Intervention, ...]
) -> Pairing[Intervention]:
    pairing = Pairing(old=old, new=new)
    pairing.match(lambda drug: drug)
    pairing.match(lambda drug: tuple(_drug_form(drug).values()))
    pairing.match(lambda drug: (drug.type, folded(drug.name), folded(drug.description)))
    pairing.match(lambda drug: (drug.type, folded(drug.name)))
    pairing.match(lambda drug: folded(drug.name) or None)
    pairing.match_alike(_intervention_likeness)
    return pairing


def _intervention_likeness(one: Intervention, other: Intervention) -> float:
    story = same_story(canonical_markup(one.description), canonical_markup(other.description))
    name = likeness(canonical(one.name), canonical(other.name))
    if _known_as(one, other) or _known_as(other, one):
        return 1.0 + name
    if one.type == other.type and story:
        return story + name / 10
    return name if name >= _NAME_ALIKE else 0.0


def _known_as(one: Intervention, other: Intervention) -> bool:
    """Tell whether the name of one is among the other names of the other."""
    return folded(one.name) in {folded(name) for name in other.other_names}


def _ties_before(
    old: ArmsInterventionsModule, arms: Pairing[ArmGroup], drugs: Pairing[Intervention]
) -> _Ties:
    labels = {folded(one.label): folded(other.label) for one, other in arms.matched()}
    names = {folded(one.name): folded(other.name) for one, other in drugs.matched()}
    return _ties(old, labels, names, _came_or_went(drugs))


def _ties_after(
    new: ArmsInterventionsModule, arms: Pairing[ArmGroup], drugs: Pairing[Intervention]
) -> _Ties:
    labels = {folded(arm.label): folded(arm.label) for _, arm in arms.matched()}
    return _ties(new, labels, {}, _came_or_went(drugs))


def _came_or_went(drugs: Pairing[Intervention]) -> set[str]:
    return {folded(drug.name) for drug in (*drugs.left(), *drugs.arrived())}


def _ties(
    module: ArmsInterventionsModule,
    labels: Mapping[str, str],
    names: Mapping[str, str],
    told: set[str],
) -> _Ties:
    """Return the ties between what both versions have; ``told`` interventions came or went."""
    by_arm = [
        (labels[folded(arm.label)], names.get(drug, drug))
        for arm in module.arm_groups
        if folded(arm.label) in labels
        for drug in _gets(arm) - told
    ]
    by_intervention = [
        (labels[folded(label)], names.get(folded(drug.name), folded(drug.name)))
        for drug in module.interventions
        if folded(drug.name) not in told
        for label in drug.arm_group_labels
        if folded(label) in labels
    ]
    return _Ties(by_arm=frozenset(by_arm), by_intervention=frozenset(by_intervention))


def _arm_findings(arms: Pairing[ArmGroup], retied: set[str]) -> Iterator[Finding]:
    pairs = dict(enumerate(arms.matched()))
    fields = differing(
        {n: {**_arm_form(old), "interventions": ""} for n, (old, _) in pairs.items()},
        {
            n: {**_arm_form(new), "interventions": "other" if folded(new.label) in retied else ""}
            for n, (_, new) in pairs.items()
        },
    )
    for number, names in fields.items():
        old, new = pairs[number]
        yield _changed("arm.changed", new.label, _shown_arm(old), _shown_arm(new), names)
    for arm in arms.left():
        yield Finding(kind="arm.removed", subject=_subject(arm.label), before=_shown_arm(arm))
    for arm in arms.arrived():
        yield Finding(kind="arm.added", subject=_subject(arm.label), after=_shown_arm(arm))


def _intervention_findings(drugs: Pairing[Intervention], retied: set[str]) -> Iterator[Finding]:
    pairs = dict(enumerate(drugs.matched()))
    fields = differing(
        {n: {**_drug_form(old), "arms": ""} for n, (old, _) in pairs.items()},
        {
            n: {**_drug_form(new), "arms": "other" if folded(new.name) in retied else ""}
            for n, (_, new) in pairs.items()
        },
    )
    for number, names in fields.items():
        old, new = pairs[number]
        kind = "intervention.changed"
        yield _changed(kind, new.name, _shown_drug(old), _shown_drug(new), names)
    for drug in drugs.left():
        yield _drug_finding("intervention.removed", drug)
    for drug in drugs.arrived():
        yield _drug_finding("intervention.added", drug)


def _drug_finding(kind: str, drug: Intervention) -> Finding:
    gone = kind.endswith("removed")
    value = _shown_drug(drug)
    return Finding(
        kind=kind,
        subject=_subject(drug.name),
        before=value if gone else None,
        after=None if gone else value,
        notes={"arms": _texts(drug.arm_group_labels)},
    )


def _changed(
    kind: str, name: str | None, before: Json, after: Json, fields: tuple[str, ...]
) -> Finding:
    notes = {"fields": list(fields)}
    return Finding(kind=kind, subject=_subject(name), before=before, after=after, notes=notes)


def _arm_form(arm: ArmGroup) -> dict[str, Hashable]:
    return {
        "label": canonical(arm.label),
        "type": arm.type,
        "description": canonical_markup(arm.description) or None,
    }


def _drug_form(drug: Intervention) -> dict[str, Hashable]:
    return {
        "type": drug.type,
        "name": canonical(drug.name),
        "description": canonical_markup(drug.description) or None,
        "other_names": canonical_set(folded(name) for name in drug.other_names),
    }


def _shown_arm(arm: ArmGroup) -> dict[str, Json]:
    return {
        "label": shown(arm.label),
        "type": arm.type,
        "description": shown(arm.description),
        "interventions": _texts(arm.intervention_names),
    }


def _shown_drug(drug: Intervention) -> dict[str, Json]:
    return {
        "type": drug.type,
        "name": shown(drug.name),
        "description": shown(drug.description),
        "other_names": _texts(drug.other_names),
        "arms": _texts(drug.arm_group_labels),
    }


def _texts(texts: Iterable[str]) -> list[Json]:
    return [shown(text) for text in texts]


def _subject(name: str | None) -> str:
    return shown(name) or "unnamed"
