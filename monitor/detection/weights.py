"""The table of what matters how much: read from ``weights.toml`` or from an operator's own file.

What the names of rules mean is in ``rules``; using the table on a finding is in ``classify``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.detection.rules import RULES
from monitor.domain.changes import KINDS, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A severity that holds when something is true of the change."""

    when: str
    severity: Severity
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one kind of change weighs, and why."""

    severity: Severity
    reason: str
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What every kind of change weighs; the order of the kinds is their order in an alert."""

    by_kind: Mapping[str, Weight]
    rank: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        rank = {kind: number for number, kind in enumerate(self.by_kind)}
        object.__setattr__(self, "rank", rank)


@cache
def default_weights() -> Weights:
    """Return the table that comes with the service."""
    return read_weights((files(__package__) / "weights.toml").read_text(encoding="utf-8"))


def read_weights(text: str, *, over: Weights | None = None) -> Weights:
    """Return the table in ``text``.

    Args:
        text: TOML, shaped as ``weights.toml``.
        over: Table for kinds that ``text`` leaves out; without it all kinds must be there.

    Raises:
        ValueError: ``text`` is not TOML, a kind, rule or severity is unknown, or a kind is
            missing; the message names it and what is allowed.
    """
    found = {kind: _weight(kind, row) for kind, row in tomllib.loads(text).items()}
    by_kind = {**(over.by_kind if over else {}), **found}
    for kind in KINDS:
        if kind not in by_kind:
            raise ValueError(f"The table of weights has no [{kind}]; add it with its severity.")
    return Weights(by_kind=by_kind)


def _weight(kind: str, row: Any) -> Weight:
    if kind not in KINDS:
        raise ValueError(f"[{kind}] is no kind of change; the kinds are {', '.join(KINDS)}.")
    if not isinstance(row, dict):
        raise ValueError(f"{kind} must be a table with severity and reason.")  # noqa: TRY004 - one error for a bad file
    return Weight(
        severity=_severity(kind, row),
        reason=str(row.get("reason", "")),
        rules=tuple(_rule(kind, rule) for rule in row.get("rules", ())),
    )


def _rule(kind: str, row: Mapping[str, Any]) -> Rule:
    when = str(row.get("when"))
    if when not in RULES:
        raise ValueError(
            f"[{kind}] has the rule {when!r}; the rules are {', '.join(sorted(RULES))}."
        )
    return Rule(when=when, severity=_severity(kind, row), reason=str(row.get("reason", "")))


def _severity(kind: str, row: Mapping[str, Any]) -> Severity:
    words = {severity.word: severity for severity in Severity}
    word = row.get("severity")
    if word not in words:
        raise ValueError(f"[{kind}] has the severity {word!r}; it is one of {', '.join(words)}.")
    return words[word]
