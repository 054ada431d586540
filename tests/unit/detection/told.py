"""Pairs of made-up records and all that is told of each: the table is ``told.json``.

A case is two sets of edits of the made-up record, by path, and the differences between the two.
"""

import json
from pathlib import Path
from typing import Any

from monitor.detection import detect
from tests.unit.detection.made import GONE, RECORD, P, edited, study_of

_TOLD = Path(__file__).with_name("told.json")


def told_cases() -> list[dict[str, Any]]:
    """Return the cases: name, edits before, edits after, what is told."""
    cases: list[dict[str, Any]] = json.loads(_TOLD.read_text(encoding="utf-8"))
    return cases


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all there is to each difference between two edits of the made-up record."""
    old = edited(RECORD, _paths(before))
    return told_of(old, edited(old, _paths(after)))


def against_itself(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is found between the later record and itself."""
    new = edited(edited(RECORD, _paths(before)), _paths(after))
    return told_of(new, new)


def told_of(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all there is to each difference between two records."""
    return [
        {
            "kind": one.kind,
            "subject": one.subject,
            "before": one.before,
            "after": one.after,
            "severity": one.severity.word,
            "reason": one.reason,
            "notes": None if one.notes is None else dict(one.notes),
        }
        for one in detect(study_of(old), study_of(new))
    ]


def _paths(edits: dict[str, Any]) -> dict[str, Any]:
    return {
        path[1:] if path[0] == "/" else P + path: GONE if value == "<gone>" else value
        for path, value in edits.items()
    }
