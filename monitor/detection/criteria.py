"""What changed in the rules for joining, as findings. How trees are read and aligned is elsewhere.

``monitor.eligibility`` says what became of each criterion; here it gets its kind, its subject
("inclusion 6.2") and what a writer needs.
"""

from collections.abc import Iterator

from monitor.detection.findings import Finding
from monitor.detection.normalize import canonical_markup
from monitor.domain.changes import Json
from monitor.eligibility.align import align
from monitor.eligibility.deltas import CriterionDelta, DeltaOp
from monitor.eligibility.model import Criterion
from monitor.eligibility.tree import parse
from monitor.registry.record import Study


def compare_criteria(before: Study, after: Study) -> Iterator[Finding]:
    """Yield what changed in the rules for joining, in the order of the new text."""
    old, new = before.eligibility.eligibility_criteria, after.eligibility.eligibility_criteria
    if old == new or _same_lines(old or "", new or ""):
        return
    for delta in align(parse(old), parse(new)):
        yield _finding(delta)


def _same_lines(old: str, new: str) -> bool:
    """Tell whether two texts say the same line by line, so that they need no trees."""
    ours, theirs = ([line for line in text.splitlines() if line.strip()] for text in (old, new))
    return len(ours) == len(theirs) and all(
        one == other or canonical_markup(one) == canonical_markup(other)
        for one, other in zip(ours, theirs, strict=True)
    )


def _finding(delta: CriterionDelta) -> Finding:
    was, now = delta.old[0] if delta.old else None, delta.new[0] if delta.new else None
    shown = was if now is None or delta.op is DeltaOp.SPLIT else now
    before, after = _values(delta)
    return Finding(
        kind=f"eligibility.{delta.op}",
        subject=subject_of(shown) if shown else "",
        before=before,
        after=after,
        notes={
            "section": shown.section.value if shown else None,
            "group": shown.group if shown else None,
            "direction": delta.direction.value,
            "old_path": was.path if was else None,
            "new_path": now.path if now else None,
            "flags": sorted(
                {flag.value for rule in (*delta.old, *delta.new) for flag in rule.flags}
            ),
            "why": list(delta.reasons),
        },
    )


def subject_of(rule: Criterion) -> str:
    """Return how a rule is called: ``inclusion 6.2``, ``rules 4``, ``exclusion heading 2``."""
    _, dot, number = rule.path.partition(".")
    if dot:
        return f"{_word(rule)} {number}"
    return f"{_word(rule)} heading {rule.path.partition(':')[2]}"


def _word(rule: Criterion) -> str:
    return "rule" if rule.section.value == "rules" else rule.section.value


def _values(delta: CriterionDelta) -> tuple[Json, Json]:
    old: list[Json] = [rule.text for rule in delta.old]
    new: list[Json] = [rule.text for rule in delta.new]
    match delta.op:
        case DeltaOp.SPLIT:
            return old[0], new
        case DeltaOp.MERGED:
            return old, new[0]
        case DeltaOp.MOVED:
            return _placed(delta.old[0]), _placed(delta.new[0])
        case _:
            return (old[0] if old else None), (new[0] if new else None)


def _placed(rule: Criterion) -> Json:
    return {"section": rule.section.value, "text": rule.text}
