"""What comparing finds, before it is weighed; and the one home of DeepDiff.

How findings become differences with a severity is in ``classify``.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from deepdiff import DeepDiff

from monitor.domain.changes import Json

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that differs. Shapes of the values by kind are in docs/detection.md."""

    kind: str
    subject: str
    before: Json = None
    after: Json = None
    notes: Mapping[str, Json] | None = None


def differing(
    before: Mapping[Key, Mapping[str, Any]], after: Mapping[Key, Mapping[str, Any]]
) -> dict[Key, tuple[str, ...]]:
    """Return which fields differ between things of the same key.

    Both sides are canonical and hold the same keys; an absent field and None are the same. Only
    what is not plainly equal is handed on to DeepDiff, which is slow and exact.

    Returns:
        Key to the names of its differing fields, sorted; keys without any are left out.
    """
    suspects = {key: old for key, old in before.items() if old != after[key]}
    if not suspects:
        return {}
    old = {key: _present(fields) for key, fields in suspects.items()}
    new = {key: _present(after[key]) for key in suspects}
    # Without the threshold many changes at once collapse into one at the root.
    report = DeepDiff(old, new, threshold_to_diff_deeper=0, view="tree", max_diffs=None)
    found: dict[Key, set[str]] = {}
    for level in (level for levels in report.values() for level in levels):
        key, field, *_ = level.path(output_format="list")
        found.setdefault(key, set()).add(field)
    return {key: tuple(sorted(fields)) for key, fields in found.items()}


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
