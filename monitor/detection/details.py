"""What a difference of a flat field says beyond before and after; one plain function a kind."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from monitor.detection.dates import PartialDate, date_event, days_between, months_between
from monitor.detection.findings import Finding
from monitor.detection.normalize import canonical, shown
from monitor.domain.changes import Json
from monitor.registry.record import Study

_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*(year|month|week|day|hour|minute)s?", re.IGNORECASE)
_TYPED = {"ACTUAL": "actual", "ESTIMATED": "estimated"}
_DAYS_IN = {
    "year": 365.25,
    "month": 365.25 / 12,
    "week": 7.0,
    "day": 1.0,
    "hour": 1 / 24,
    "minute": 1 / 1440,
}


def with_details(findings: Iterable[Finding], before: Study, after: Study) -> Iterator[Finding]:
    """Yield ``findings`` with their notes, without those that another one already tells."""
    found = {(finding.kind, finding.subject): finding for finding in findings}
    for identity, finding in found.items():
        if not _told_elsewhere(identity, found):
            notes = _NOTES.get(finding.kind)
            yield replace(finding, notes=notes(finding, before, after)) if notes else finding


def _told_elsewhere(identity: tuple[str, str], found: Mapping[tuple[str, str], Finding]) -> bool:
    if identity == ("sponsor", "organization"):
        sponsor = found.get(("sponsor", "lead_sponsor"))
        return sponsor is not None and _same_move(sponsor, found[identity])
    teller = _TELLERS.get(identity, ())
    return any(other in found for other in teller)


def _same_move(one: Finding, other: Finding) -> bool:
    return (one.before, one.after) == (other.before, other.after)


#: A difference (left) that says nothing new when one of those on the right is there.
_TELLERS: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("status", "last_known_status"): (("status", "overall_status"),),
    ("sponsor", "lead_sponsor_class"): (("sponsor", "lead_sponsor"),),
    ("eligibility.age", "standard_ages"): (
        ("eligibility.age", "minimum_age"),
        ("eligibility.age", "maximum_age"),
    ),
}


def _status_notes(_finding: Finding, _before: Study, after: Study) -> dict[str, Json]:
    status, places = after.status, after.contacts.locations
    return {
        "last_known": status.last_known_status,
        "why_stopped": shown(status.why_stopped),
        "verified": status.status_verified_date,
        "sites_open": sum(place.status == "RECRUITING" for place in places),
        "sites": len(places),
    }


def _why_stopped_notes(_finding: Finding, _before: Study, after: Study) -> dict[str, Json]:
    return {"status": after.status.overall_status}


def _date_notes(finding: Finding, _before: Study, _after: Study) -> dict[str, Json]:
    old, new = _parts(finding.before), _parts(finding.after)
    before, after = PartialDate.parse(old.get("date")), PartialDate.parse(new.get("date"))
    event = date_event(before, after, types=(old.get("type"), new.get("type")))
    moved = before and after and event.startswith("slip")
    return {
        "event": event,
        "days": days_between(before, after) if moved and before and after else None,
        "months": months_between(before, after) if moved and before and after else None,
    }


def _enrollment_notes(finding: Finding, _before: Study, _after: Study) -> dict[str, Json]:
    if finding.before is None or finding.after is None:
        return {"event": "added" if finding.before is None else "removed"}
    old, new = _parts(finding.before), _parts(finding.after)
    events = []
    if old.get("count") != new.get("count"):
        events.append("count")
    if old.get("type") != new.get("type"):
        events.append(_TYPED.get(str(new.get("type")), "type"))
    return {"event": "+".join(events)}


def _parts(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _sponsor_notes(finding: Finding, before: Study, after: Study) -> dict[str, Json] | None:
    if finding.subject != "lead_sponsor":
        return None
    old, new = before.sponsors.lead_sponsor, after.sponsors.lead_sponsor
    return {
        "class_before": old.class_ if old else None,
        "class_after": new.class_ if new else None,
    }


def days_of_age(text: str | None) -> float | None:
    """Return an age in days (``18 Years`` -> 6574.5), None when there is none or it is unclear."""
    found = _AGE.fullmatch(canonical(text))
    return float(found[1]) * _DAYS_IN[found[2].lower()] if found else None


def _age_notes(finding: Finding, _before: Study, after: Study) -> dict[str, Json]:
    return {
        "direction": _age_direction(finding),
        "minimum": after.eligibility.minimum_age,
        "maximum": after.eligibility.maximum_age,
    }


def _age_direction(finding: Finding) -> str:
    """Return whether more people fit by age: no limit is the widest limit."""
    if finding.subject == "standard_ages":
        return "unclear"
    lower = finding.subject == "minimum_age"
    old, new = (_age_limit(value, lower=lower) for value in (finding.before, finding.after))
    if old is None or new is None:
        return "unclear"
    if old == new:
        return "same"
    return "easier" if (new < old) == lower else "harder"


def _age_limit(value: Json, *, lower: bool) -> float | None:
    if value is None:
        return 0.0 if lower else float("inf")
    return days_of_age(str(value))


def _sex_notes(finding: Finding, _before: Study, _after: Study) -> dict[str, Json]:
    old, new = finding.before, finding.after
    direction = "unclear"
    if finding.subject == "sex" and new == "ALL" and old in ("FEMALE", "MALE"):
        direction = "easier"
    elif finding.subject == "sex" and old == "ALL" and new in ("FEMALE", "MALE"):
        direction = "harder"
    return {"direction": direction}


def _healthy_notes(finding: Finding, _before: Study, _after: Study) -> dict[str, Json]:
    """Sick people fit either way: what moves is whether healthy ones fit too."""
    if finding.before is None or finding.after is None:
        return {"direction": "unclear"}
    return {"direction": "easier" if finding.after else "harder"}


_NOTES: Mapping[str, Callable[[Finding, Study, Study], Mapping[str, Json] | None]] = {
    "status": _status_notes,
    "why_stopped": _why_stopped_notes,
    "date.start": _date_notes,
    "date.primary_completion": _date_notes,
    "date.completion": _date_notes,
    "enrollment": _enrollment_notes,
    "sponsor": _sponsor_notes,
    "eligibility.age": _age_notes,
    "eligibility.sex": _sex_notes,
    "eligibility.healthy_volunteers": _healthy_notes,
}
