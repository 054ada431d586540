"""Results: whether they were posted, and which parts of them changed.

Results can be a megabyte. They are compared where they stand, part by part, and only that a part
changed and a few counts are told; the numbers themselves belong to the registry's page.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from monitor.detection.findings import Finding
from monitor.detection.normalize import canonical_markup
from monitor.domain.changes import Json
from monitor.registry.record import Study

_DEEPEST = 40
#: Part of the results to the list in it whose length is told, and the word for it.
_COUNTED = {
    "participantFlowModule": (("periods", "periods"), ("groups", "groups")),
    "baselineCharacteristicsModule": (("measures", "measures"), ("groups", "groups")),
    "outcomeMeasuresModule": (("outcomeMeasures", "outcome_measures"),),
    "adverseEventsModule": (("seriousEvents", "serious_events"), ("otherEvents", "other_events")),
}


def compare_results(before: Study, after: Study) -> Iterator[Finding]:
    """Yield whether results were posted or taken away, else which parts changed."""
    had, has = _is_posted(before), _is_posted(after)
    if had != has:
        yield Finding(
            kind="results.posted",
            subject="results",
            before=_posted(before) if had else None,
            after=_posted(after) if has else None,
        )
        return
    old, new = before.results_section or {}, after.results_section or {}
    for module in sorted(old.keys() | new.keys()):
        if bytes(old.get(module, b"")) != bytes(new.get(module, b"")):
            yield from _compare_part(module, old.get(module), new.get(module))


def _is_posted(study: Study) -> bool:
    return study.has_results or bool(study.results_section)


def _posted(study: Study) -> Json:
    posted = study.status.results_first_post_date_struct
    return {
        "first_posted": posted.date if posted else None,
        "modules": sorted(study.results_section or {}),
    }


def _compare_part(
    module: str, old: msgspec.Raw | None, new: msgspec.Raw | None
) -> Iterator[Finding]:
    before = None if old is None else msgspec.json.decode(old)
    after = None if new is None else msgspec.json.decode(new)
    if not same(before, after):
        yield Finding(
            kind="results.updated",
            subject=module,
            before=_counts(module, before),
            after=_counts(module, after),
        )


def _counts(module: str, part: Any) -> Json:
    if not isinstance(part, dict):
        return None
    lists = {word: part.get(key) for key, word in _COUNTED.get(module, ())}
    counts = {word: len(found) for word, found in lists.items() if isinstance(found, list)}
    return counts or None


def same(before: Any, after: Any, *, depth: int = _DEEPEST) -> bool:
    """Tell whether two JSON values say the same: texts by their canonical form, lists in order.

    What is nested deeper than results ever are is taken as different unless it is equal.
    """
    if depth == 0 or type(before) is not type(after):
        return bool(before == after)
    if isinstance(before, dict):
        below = depth - 1
        return before.keys() == after.keys() and all(
            same(before[key], after[key], depth=below) for key in before
        )
    if isinstance(before, list):
        pairs = zip(before, after, strict=False)
        below = depth - 1
        return len(before) == len(after) and all(same(*pair, depth=below) for pair in pairs)
    if isinstance(before, str):
        return before == after or canonical_markup(before) == canonical_markup(after)
    return bool(before == after)
