"""What comparing finds, before it is weighed; and the one home of DeepDiff.

How findings become differences with a severity is in ``classify``.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from monitor.domain.changes import Json

Key = TypeVar("Key", bound=Hashable)
#: Values without parts; None is an absent field.
_PLAIN = (str, int, float, bool, type(None))


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

    Both sides are canonical and hold the same keys; an absent field and None are the same. What
    ``==`` can tell of it is told by ``==``; values with values inside are handed on to DeepDiff,
    which is slow and exact.

    Returns:
        Key to the names of its differing fields, sorted; keys without any are left out.
    """
    found: dict[Key, set[str]] = {}
    nested: dict[tuple[Key, str], tuple[Any, Any]] = {}
    for key, old in before.items():
        for field, was, now in _unequal(old, after[key]):
            if isinstance(was, _PLAIN) or isinstance(now, _PLAIN):
                found.setdefault(key, set()).add(field)
            else:
                nested[key, field] = (was, now)
    for key, field in _deeply_unequal(nested):
        found.setdefault(key, set()).add(field)
    return {key: tuple(sorted(fields)) for key, fields in found.items()}


def _unequal(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    if old == new:
        return
    for field in {**old, **new}:
        was, now = old.get(field), new.get(field)
        if was != now:
            yield field, was, now


def _deeply_unequal(
    nested: Mapping[tuple[Key, str], tuple[Any, Any]],
) -> Iterator[tuple[Key, str]]:
    if not nested:
        return
    from deepdiff import DeepDiff  # noqa: PLC0415  # large, and wanted at the first change

    old = {place: was for place, (was, _) in nested.items()}
    new = {place: now for place, (_, now) in nested.items()}
    # Without the threshold many changes at once collapse into one at the root.
    report = DeepDiff(old, new, threshold_to_diff_deeper=0, view="tree", max_diffs=None)
    for level in (level for levels in report.values() for level in levels):
        yield level.path(output_format="list")[0]
