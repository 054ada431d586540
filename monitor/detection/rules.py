"""What the names of rules in ``weights.toml`` mean: plain questions about one change."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.detection.dates import PartialDate, about_days
from monitor.detection.findings import Finding
from monitor.detection.normalize import canonical

_FAR = 90
_VERY_FAR = 2 * 365
_MUCH = 0.25
_VERY_MANY = 50
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_OPEN = frozenset({"RECRUITING", "NOT_YET_RECRUITING", "ENROLLING_BY_INVITATION"})
_OVER = frozenset({"COMPLETED", "TERMINATED", "WITHDRAWN", "ACTIVE_NOT_RECRUITING"})
_WORDS = frozenset({"description", "label", "measure", "name", "other_names", "time_frame"})
_RECORD_NUMBERS = frozenset({"secondary_ids", "org_study_id", "aliases"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A finding, and what the trial is while it is found."""

    finding: Finding
    #: Overall status of both versions.
    status_before: str | None
    status_after: str | None

    @property
    def notes(self) -> Mapping[str, Any]:
        """The finding's notes."""
        return self.finding.notes or {}


def _subject_is(*subjects: str) -> Callable[[Case], bool]:
    return lambda case: case.finding.subject in subjects


def _no_longer_primary(case: Case) -> bool:
    return "became" in case.notes


def _only_words_changed(case: Case) -> bool:
    """Texts alone changed, and the same numbers stand in them on both sides."""
    fields = set(case.notes.get("fields", ()))
    if not fields or not fields <= _WORDS:
        return False
    before, after = _fields(case.finding.before), _fields(case.finding.after)
    return all(_numbers(before.get(name)) == _numbers(after.get(name)) for name in fields)


def _numbers(value: Any) -> list[str]:
    texts = value if isinstance(value, list) else [value or ""]
    return sorted(number for text in texts for number in _NUMBER.findall(canonical(text)))


def _fields(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _nobody_can_join_any_more(case: Case) -> bool:
    return case.status_after in _OVER


def _while_recruiting(direction: str) -> Callable[[Case], bool]:
    return lambda case: case.status_after in _OPEN and case.notes.get("direction") == direction


def _a_remark(case: Case) -> bool:
    return case.notes.get("section") in ("note", "preamble")


def _no_after_nothing_said(case: Case) -> bool:
    """One side is absent, the other says no."""
    said = [_says(case.finding.before), _says(case.finding.after)]
    return said in ([None, False], [False, None])


def _says(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    given = {key: item for key, item in value.items() if item is not None}
    return given["available"] if set(given) == {"available"} else given or None


def _access_opened_or_closed(case: Case) -> bool:
    before = _fields(case.finding.before).get("available") or False
    return bool(before) != bool(_fields(case.finding.after).get("available"))


def _no_place_left(case: Case) -> bool:
    return case.notes.get("total") == 0


def _one_of_very_many(case: Case) -> bool:
    return (case.notes.get("total") or 0) >= _VERY_MANY


def _enrollment_moved_much(case: Case) -> bool:
    before = _fields(case.finding.before).get("count")
    after = _fields(case.finding.after).get("count")
    if before is None or after is None or before == after:
        return False
    return bool(abs(after - before) >= _MUCH * max(before, 1))


def _moved_over(days: int) -> Callable[[Case], bool]:
    def moved(case: Case) -> bool:
        before = PartialDate.parse(_fields(case.finding.before).get("date"))
        after = PartialDate.parse(_fields(case.finding.after).get("date"))
        slipped = str(case.notes.get("event", "")).startswith("slip")
        return slipped and bool(before and after) and abs(about_days(before, after)) > days  # type: ignore[arg-type]  # both are there

    return moved


def _a_retraction(case: Case) -> bool:
    before, after = (
        _fields(value).get("retractions") or 0
        for value in (case.finding.before, case.finding.after)
    )
    return bool(after > before)


def _citation_of_a_numbered_paper(case: Case) -> bool:
    """PubMed gives the words of a paper with a number; only they differ."""
    before, after = _fields(case.finding.before), _fields(case.finding.after)
    differing = {name for name in before if before[name] != after.get(name)}
    return bool(before.get("pmid") and after) and differing == {"citation"}


RULES: Mapping[str, Callable[[Case], bool]] = {
    "a_number_of_the_record": lambda case: case.finding.subject in _RECORD_NUMBERS,
    "a_remark": _a_remark,
    "a_retraction": _a_retraction,
    "a_violation": _subject_is("violation_events", "fdaaa801_violation"),
    "access_opened_or_closed": _access_opened_or_closed,
    "citation_of_a_numbered_paper": _citation_of_a_numbered_paper,
    "easier_while_recruiting": _while_recruiting("easier"),
    "enrollment_moved_much": _enrollment_moved_much,
    "harder_while_recruiting": _while_recruiting("harder"),
    "last_known_status_only": _subject_is("last_known_status"),
    "linked_by_registry": lambda case: bool(case.notes.get("by_registry")),
    "moved_over_90_days": _moved_over(_FAR),
    "moved_over_two_years": _moved_over(_VERY_FAR),
    "no_after_nothing_said": _no_after_nothing_said,
    "no_longer_primary": _no_longer_primary,
    "no_place_left": _no_place_left,
    "nobody_can_join_any_more": _nobody_can_join_any_more,
    "one_of_very_many": _one_of_very_many,
    "only_a_description": _subject_is("gender_description"),
    "only_words_changed": _only_words_changed,
    "record_keeper_only": _subject_is("organization"),
    "sponsor_class_only": _subject_is("lead_sponsor_class"),
    "standard_ages_only": _subject_is("standard_ages"),
}
