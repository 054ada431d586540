"""How much each finding matters, and in which order they are told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from monitor.detection.findings import Finding
from monitor.detection.normalize import unique
from monitor.detection.rules import RULES, Case
from monitor.detection.weights import Weights
from monitor.domain.changes import Difference, Severity
from monitor.registry.record import Study

_DIGITS = re.compile(r"(\d+)")


def classify(
    findings: Iterable[Finding], before: Study, after: Study, *, weights: Weights
) -> tuple[Difference, ...]:
    """Return findings as differences, most important first, each (kind, subject) once."""
    weighed = [
        weigh(finding, before, after, weights=weights) for finding in _with_own_subjects(findings)
    ]
    return tuple(sorted(weighed, key=lambda one: _order(one, weights)))


def weigh(finding: Finding, before: Study, after: Study, *, weights: Weights) -> Difference:
    """Return ``finding`` with its severity and the reason for it."""
    severity, reason = _weight(finding, before, after, weights)
    return Difference(
        kind=finding.kind,
        subject=finding.subject,
        before=finding.before,
        after=finding.after,
        severity=severity,
        reason=reason,
        notes=finding.notes,
    )


def _weight(
    finding: Finding, before: Study, after: Study, weights: Weights
) -> tuple[Severity, str]:
    weight = weights.by_kind[finding.kind]
    case = Case(
        finding=finding,
        status_before=before.status.overall_status,
        status_after=after.status.overall_status,
    )
    for rule in weight.rules:
        if RULES[rule.when](case):
            return rule.severity, rule.reason
    return weight.severity, weight.reason


def _with_own_subjects(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Yield findings so that no two of a kind share a subject; in an order of their own."""
    by_kind: dict[str, list[Finding]] = {}
    for finding in findings:
        by_kind.setdefault(finding.kind, []).append(finding)
    for kind in sorted(by_kind):
        ordered = _settled(by_kind[kind])
        names = unique(finding.subject for finding in ordered)
        for finding, name in zip(ordered, names, strict=True):
            yield finding if name == finding.subject else replace(finding, subject=name)


def _settled(findings: Sequence[Finding]) -> Sequence[Finding]:
    if len(findings) == 1:
        return findings
    return sorted(
        findings,
        key=lambda one: (one.subject, msgspec.json.encode((one.before, one.after), order="sorted")),
    )


def _order(difference: Difference, weights: Weights) -> tuple[object, ...]:
    rank = weights.rank[difference.kind]
    return (-difference.severity, rank, _natural(difference.subject), difference.subject)


def _natural(subject: str) -> list[tuple[bool, int, str]]:
    """Return a key by which ``rule 9`` stands before ``rule 10``."""
    parts = _DIGITS.split(subject.casefold())
    return [
        (part.isdecimal(), int(part[:18]) if part.isdecimal() else 0, part)
        for part in parts
        if part
    ]
