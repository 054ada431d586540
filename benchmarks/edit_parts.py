"""Edits of arms, interventions and outcomes."""

from typing import Any

from benchmarks.edit_flat import words
from benchmarks.edits import Draft, Editor, loose

Json = Any
_LISTS = {"primary": "primaryOutcomes", "secondary": "secondaryOutcomes", "other": "otherOutcomes"}


def _arms(draft: Draft) -> list[Json]:
    found: list[Json] = draft.module("armsInterventionsModule").setdefault("armGroups", [])
    return found


def _drugs(draft: Draft) -> list[Json]:
    found: list[Json] = draft.module("armsInterventionsModule").setdefault("interventions", [])
    return found


def _free(items: list[Json], key: str) -> list[Json]:
    """Return the items whose name no other item has."""
    names = [loose(item.get(key, "")) for item in items]
    return [
        item for item, name in zip(items, names, strict=True) if name and names.count(name) == 1
    ]


def _full_name(drug: Json) -> str:
    return f"{drug['type'].replace('_', ' ').title()}: {drug['name']}"


def _gives(arm: Json, drug: Json) -> bool:
    return any(
        loose(name).endswith(loose(drug["name"])) for name in arm.get("interventionNames", [])
    )


def _arm_added(draft: Draft) -> bool:
    if not draft.claim("arm came or went"):
        return False
    arm: Json = {
        "label": words(draft.rng, 4),
        "type": "EXPERIMENTAL",
        "description": words(draft.rng, 20),
    }
    drugs = _drugs(draft)
    if drugs:
        drug = draft.rng.choice(drugs)
        arm["interventionNames"] = [_full_name(drug)]
        drug.setdefault("armGroupLabels", []).append(arm["label"])
    _arms(draft).append(arm)
    draft.claim(id(arm))
    return draft.tell("arm.added", arm["label"])


def _arm_removed(draft: Draft) -> bool:
    arms = _arms(draft)
    arm = draft.pick(_free(arms, "label")) if len(arms) > 1 else None
    if arm is None or not draft.claim("arm came or went"):
        return False
    arms.remove(arm)
    for drug in _drugs(draft):
        labels = drug.get("armGroupLabels", [])
        drug["armGroupLabels"] = [label for label in labels if label != arm["label"]]
    return draft.tell("arm.removed", arm["label"])


def _arm_renamed(draft: Draft) -> bool:
    arms = _free(_arms(draft), "label")
    arm = draft.pick([one for one in arms if len(one.get("description", "")) > 60])
    if arm is None:
        return False
    old = arm["label"]
    arm["label"] = draft.rng.choice((f"{old} (revised)", words(draft.rng, 3)))
    for drug in _drugs(draft):
        labels = drug.get("armGroupLabels", [])
        drug["armGroupLabels"] = [arm["label"] if label == old else label for label in labels]
    return draft.tell("arm.changed", arm["label"])


def _arm_described(draft: Draft) -> bool:
    arm = draft.pick(_free(_arms(draft), "label"))
    if arm is None:
        return False
    arm["description"] = " ".join(filter(None, (arm.get("description"), words(draft.rng, 3))))
    return draft.tell("arm.changed", arm["label"])


def _arm_retied(draft: Draft) -> bool:
    """A group no longer gets a treatment that others still get."""
    arm = draft.pick([one for one in _free(_arms(draft), "label") if one.get("interventionNames")])
    drugs = [
        d for d in _free(_drugs(draft), "name") if arm and _full_name(d) in arm["interventionNames"]
    ]
    if arm is None or not drugs or not draft.claim("ties"):
        return False
    drug = draft.rng.choice(drugs)
    arm["interventionNames"].remove(_full_name(drug))
    labels = drug.get("armGroupLabels", [])
    drug["armGroupLabels"] = [label for label in labels if label != arm["label"]]
    draft.claim("drug came or went")
    return draft.tell("arm.changed", arm["label"])


def _drug_added(draft: Draft) -> bool:
    if not draft.claim("drug came or went"):
        return False
    drug: Json = {"type": "DRUG", "name": words(draft.rng, 3), "description": words(draft.rng, 15)}
    for arm in _arms(draft)[:1]:
        drug["armGroupLabels"] = [arm["label"]]
        arm.setdefault("interventionNames", []).append(_full_name(drug))
    _drugs(draft).append(drug)
    draft.claim(id(drug), "ties")
    return draft.tell("intervention.added", drug["name"])


def _drug_removed(draft: Draft) -> bool:
    drugs = _drugs(draft)
    drug = draft.pick(_free(drugs, "name")) if len(drugs) > 1 else None
    if drug is None or not draft.claim("drug came or went"):
        return False
    drugs.remove(drug)
    for arm in _arms(draft):
        names = arm.get("interventionNames", [])
        arm["interventionNames"] = [name for name in names if name != _full_name(drug)]
    return draft.tell("intervention.removed", drug["name"])


def _drug_renamed(draft: Draft) -> bool:
    drug = draft.pick(_free(_drugs(draft), "name"))
    if drug is None or not draft.claim("drug came or went"):
        return False
    old = _full_name(drug)
    drug.setdefault("otherNames", []).append(drug["name"])
    drug["name"] = words(draft.rng, 2)
    for arm in _arms(draft):
        names = arm.get("interventionNames", [])
        arm["interventionNames"] = [_full_name(drug) if name == old else name for name in names]
    return draft.tell("intervention.changed", drug["name"])


def _drug_described(draft: Draft) -> bool:
    drug = draft.pick(_free(_drugs(draft), "name"))
    if drug is None:
        return False
    drug["description"] = " ".join(filter(None, (drug.get("description"), words(draft.rng, 4))))
    return draft.tell("intervention.changed", drug["name"])


def _drug_known_as(draft: Draft) -> bool:
    drug = draft.pick(_free(_drugs(draft), "name"))
    if drug is None:
        return False
    drug.setdefault("otherNames", []).append(words(draft.rng, 3))
    return draft.tell("intervention.changed", drug["name"])


def _outcomes(draft: Draft, where: str) -> list[Json]:
    found: list[Json] = draft.module("outcomesModule").setdefault(_LISTS[where], [])
    return found


def _lone_outcomes(draft: Draft, where: str) -> list[Json]:
    """Return outcomes of a list whose measure stands once in the whole record."""
    everywhere = [
        loose(one.get("measure", "")) for name in _LISTS for one in _outcomes(draft, name)
    ]
    return [
        one
        for one in _outcomes(draft, where)
        if loose(one.get("measure", "")) and everywhere.count(loose(one["measure"])) == 1
    ]


def _outcome_added(where: str) -> Editor:
    def edit(draft: Draft) -> bool:
        found = draft.donor("outcomesModule").get(_LISTS[where], [])
        if not found or not draft.claim(f"{where} came or went"):
            return False
        outcome = dict(draft.rng.choice(found))
        known = {loose(one.get("measure", "")) for name in _LISTS for one in _outcomes(draft, name)}
        if loose(outcome.get("measure", "")) in known:
            return False
        _outcomes(draft, where).append(outcome)
        draft.claim(id(outcome))
        return draft.tell(f"outcome.{where}.added", outcome["measure"])

    return edit


def _outcome_removed(where: str) -> Editor:
    def edit(draft: Draft) -> bool:
        outcome = draft.pick(_lone_outcomes(draft, where))
        if outcome is None or not draft.claim(f"{where} came or went"):
            return False
        _outcomes(draft, where).remove(outcome)
        return draft.tell(f"outcome.{where}.removed", outcome["measure"])

    return edit


def _outcome_changed(where: str) -> Editor:
    def edit(draft: Draft) -> bool:
        outcome = draft.pick(_lone_outcomes(draft, where))
        if outcome is None:
            return False
        key = draft.rng.choice(("measure", "description", "timeFrame"))
        if key == "measure" and len(outcome["measure"]) < 30:
            key = "timeFrame"
        outcome[key] = " ".join(filter(None, (outcome.get(key), words(draft.rng, 1))))
        return draft.tell(f"outcome.{where}.changed", outcome["measure"])

    return edit


def _switched(source: str, target: str, kind: str) -> Editor:
    def edit(draft: Draft) -> bool:
        outcome = draft.pick(_lone_outcomes(draft, source))
        if outcome is None:
            return False
        _outcomes(draft, source).remove(outcome)
        _outcomes(draft, target).append(outcome)
        return draft.tell(kind, outcome["measure"])

    return edit


PART_EDITORS: dict[str, Editor] = {
    "arm added": _arm_added,
    "arm removed": _arm_removed,
    "arm renamed": _arm_renamed,
    "arm described": _arm_described,
    "arm retied": _arm_retied,
    "drug added": _drug_added,
    "drug removed": _drug_removed,
    "drug renamed": _drug_renamed,
    "drug described": _drug_described,
    "drug known as": _drug_known_as,
    **{f"{where} added": _outcome_added(where) for where in _LISTS},
    **{f"{where} removed": _outcome_removed(where) for where in _LISTS},
    **{f"{where} changed": _outcome_changed(where) for where in _LISTS},
    "primary to secondary": _switched("primary", "secondary", "outcome.primary.removed"),
    "secondary to primary": _switched("secondary", "primary", "outcome.primary.added"),
}
