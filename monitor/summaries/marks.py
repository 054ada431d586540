"""Which rules of the list to mark as new or changed, in words and not by colour alone."""

from collections.abc import Iterable

from monitor.domain.changes import Change

_WORDS = {
    "eligibility.added": "NEW",
    "eligibility.removed": "REMOVED",
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
    return _marks(changes, "new_path")


def gone_marks(changes: Iterable[Change]) -> dict[str, str]:
    """Return path of a rule in the earlier version -> ``REMOVED``, for rules that are gone."""
    marks = _marks(changes, "old_path")
    return {path: word for path, word in marks.items() if word == "REMOVED"}


def _marks(changes: Iterable[Change], side: str) -> dict[str, str]:
    found = {}
    for change in changes:
        path = (change.notes or {}).get(side)
        if isinstance(path, str) and change.kind in _WORDS:
            found[path] = _WORDS[change.kind]
    return found
