"""Which rules of the list to mark as new or changed, in words and not by colour alone."""

from collections.abc import Iterable

from monitor.domain.changes import Change

_WORDS = {
    "eligibility.added": "NEW",
    "eligibility.changed": "CHANGED",
    "eligibility.moved": "CHANGED",
    "eligibility.reworded": "CHANGED",
    "eligibility.split": "CHANGED",
    "eligibility.merged": "CHANGED",
}


def rule_marks(changes: Iterable[Change]) -> dict[str, str]:
    """Return path of a rule -> ``NEW`` or ``CHANGED``, for rules that stand in the list now.

    The paths are those of ``PlainCriterion.path`` in the summary of the later version.
    """
    found = {}
    for change in changes:
        path = (change.notes or {}).get("new_path")
        if isinstance(path, str) and change.kind in _WORDS:
            found[path] = _WORDS[change.kind]
    return found
