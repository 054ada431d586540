"""Names that stay with a rule through all versions of a trial, wherever it stands."""

import hashlib
from collections import Counter
from collections.abc import Mapping

from monitor.eligibility.model import EligibilityDoc
from monitor.eligibility.pairing import pair
from monitor.eligibility.rules import rules_of
from monitor.eligibility.tree import parse

_ID_CHARS = 12


def carry_lineage(
    old_ids: Mapping[str, str], old: EligibilityDoc, new: EligibilityDoc
) -> Mapping[str, str]:
    """Return the lineage ids of ``new`` by path.

    A rule that was edited, moved or renumbered keeps its id. Of a split rule the first part keeps
    it, of merged rules the first one's lives on; a rule without a forerunner gets a new id, made
    of its text. The same input gives the same ids.

    Args:
        old_ids: Ids of ``old`` by path, as this function or ``first_lineage`` gave them.
        old: The version before.
        new: The version after.
    """
    carried = {
        match.new[0].criterion.path: old_ids[match.old[0].criterion.path]
        for match in pair(old, new).matches
        if match.old[0].criterion.path in old_ids
    }
    used = {*old_ids.values()}
    tried: Counter[str] = Counter()
    ids: dict[str, str] = {}
    for rule in rules_of(new):
        path = rule.criterion.path
        ids[path] = carried[path] if path in carried else _fresh(rule.form, used, tried)
    return ids


def first_lineage(doc: EligibilityDoc) -> Mapping[str, str]:
    """Return ids by path for the first version that is known."""
    return carry_lineage({}, parse(None), doc)


def _fresh(form: str, used: set[str], tried: Counter[str]) -> str:
    """Return an id no rule of this trial has; ``tried`` counts the attempts by text."""
    while True:
        name = hashlib.sha256(f"{tried[form]}\n{form}".encode("utf-8", "surrogatepass")).hexdigest()
        tried[form] += 1
        if name[:_ID_CHARS] not in used:
            return name[:_ID_CHARS]
