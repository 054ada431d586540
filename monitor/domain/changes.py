"""What can change about a trial, and how much a change matters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from monitor.domain.trial import NctId

#: A value as JSON has it. ``before`` and ``after`` of a change hold nothing else.
Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


class Severity(IntEnum):
    """How much a change matters to a reader; the order is the order in an alert."""

    SILENT = 0
    MINOR = 1
    MAJOR = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        """The word used in JSON and on pages."""
        return self.name.lower()


#: Every kind of change, in the words of the JSON contract.
KINDS: tuple[str, ...] = (
    "status",
    "why_stopped",
    "expanded_access",
    "date.start",
    "date.primary_completion",
    "date.completion",
    "enrollment",
    "phase",
    "study_type",
    "design",
    "title",
    "sponsor",
    "collaborators",
    "responsible_party",
    "oversight",
    "description",
    "conditions",
    "keywords",
    "arm.added",
    "arm.removed",
    "arm.changed",
    "intervention.added",
    "intervention.removed",
    "intervention.changed",
    "outcome.primary.added",
    "outcome.primary.removed",
    "outcome.primary.changed",
    "outcome.secondary.added",
    "outcome.secondary.removed",
    "outcome.secondary.changed",
    "outcome.other.added",
    "outcome.other.removed",
    "outcome.other.changed",
    "eligibility.added",
    "eligibility.removed",
    "eligibility.changed",
    "eligibility.moved",
    "eligibility.reworded",
    "eligibility.split",
    "eligibility.merged",
    "eligibility.age",
    "eligibility.sex",
    "eligibility.healthy_volunteers",
    "eligibility.population",
    "site.added",
    "site.removed",
    "site.renamed",
    "site.status",
    "site.contact",
    "country.added",
    "country.removed",
    "contact",
    "official",
    "ipd",
    "reference",
    "link",
    "document",
    "results.posted",
    "results.updated",
    "results.submitted",
    "record.reverified",
    "record.damaged",
    "record.gone",
    "record.back",
    "record.merged",
    "record.stale",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs between two records, before it is put into words.

    Shapes of ``before`` and ``after`` by kind are listed in docs/detection.md.
    """

    kind: str
    #: What it is about, in the registry's words; unique within (kind, pair of versions).
    subject: str
    before: Json
    after: Json
    severity: Severity
    #: Why it weighs what it weighs, in a few words.
    reason: str = ""
    #: What a writer may need and a reader of JSON does not (direction of a rule, marks).
    notes: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A difference between two versions of one trial, with its sentence.

    Its identity is (nct_id, from_version, to_version, kind, subject), never its new value
    alone: A -> B -> A -> B is three changes.
    """

    nct_id: NctId
    from_version: int
    to_version: int
    kind: str
    subject: str
    before: Json
    after: Json
    severity: Severity
    #: One or more plain sentences that stand alone.
    sentence: str
    reason: str = ""
    #: What it means for a reader; empty when nothing can be said for sure.
    meaning: str = ""
    notes: Mapping[str, Json] | None = None

    def contract(self) -> dict[str, Json]:
        """Return the change as the JSON contract of ``check --json`` and ``diff --json``."""
        return {
            "nct_id": self.nct_id,
            "from_version": self.from_version,
            "to_version": self.to_version,
            "kind": self.kind,
            "subject": self.subject,
            "before": self.before,
            "after": self.after,
            "severity": self.severity.word,
            "sentence": self.sentence,
        }
