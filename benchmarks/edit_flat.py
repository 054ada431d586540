"""Edits of fields that stand once, and of short lists."""

import copy
import random
from typing import Any

from benchmarks.edits import Draft, Editor

Json = Any
_WORDS = "amber basin cedar delta ember fjord grove heron ivory juniper krill lumen".split()  # noqa: SIM905 - a list of words
_STOPPED = ("SUSPENDED", "TERMINATED", "WITHDRAWN")
_STATUSES = (
    "RECRUITING",
    "NOT_YET_RECRUITING",
    "ACTIVE_NOT_RECRUITING",
    "COMPLETED",
    "SUSPENDED",
    "UNKNOWN",
)


def words(rng: random.Random, count: int) -> str:
    """Return made-up words."""
    return " ".join(rng.choice(_WORDS) for _ in range(count)).capitalize()


def _status(draft: Draft) -> bool:
    status = draft.module("statusModule")
    old = status.get("overallStatus")
    if not draft.claim("status", "site status", "why"):
        return False
    status["overallStatus"] = draft.rng.choice([one for one in _STATUSES if one != old])
    if status["overallStatus"] == "UNKNOWN":
        status["lastKnownStatus"] = old
    if status["overallStatus"] not in ("RECRUITING", "UNKNOWN"):
        _close(draft)
    return draft.tell("status", "overall status")


def _close(draft: Draft) -> None:
    """Take away what the registry shows only of trials that take people."""
    places = draft.module("contactsLocationsModule")
    if draft.claim("contacts"):
        places.pop("centralContacts", None)
    for place in places.get("locations", []):
        place.pop("status", None)
        place.pop("contacts", None)


def _stopped(draft: Draft) -> bool:
    status = draft.module("statusModule")
    if status.get("overallStatus") in _STOPPED or not draft.claim("status", "site status", "why"):
        return False
    status["overallStatus"] = draft.rng.choice(_STOPPED)
    status["whyStopped"] = words(draft.rng, 6)
    _close(draft)
    draft.tell("why_stopped")
    return draft.tell("status", "overall status")


def _why(draft: Draft) -> bool:
    status = draft.module("statusModule")
    if "whyStopped" not in status or not draft.claim("why"):
        return False
    status["whyStopped"] += " " + words(draft.rng, 4)
    return draft.tell("why_stopped")


def _date(name: str, kind: str) -> Editor:
    def edit(draft: Draft) -> bool:
        struct = draft.module("statusModule").get(name)
        if not struct or "date" not in struct or not draft.claim(kind):
            return False
        date, rng = struct["date"], draft.rng
        change = rng.choice(("year", "precision", "actual", "gone", "month"))
        if change == "year":
            struct["date"] = str(int(date[:4]) + rng.randint(1, 3)) + date[4:]
        elif change == "month":
            struct["date"] = f"{date[:4]}-{int(date[5:7]) % 12 + 1:02d}{date[7:] and '-11'}"
        elif change == "precision":
            struct["date"] = date[:7] if len(date) == 10 else date + "-15"
        elif change == "actual":
            struct["type"] = "ACTUAL" if struct.get("type") != "ACTUAL" else "ESTIMATED"
        else:
            del draft.module("statusModule")[name]
        return draft.tell(kind)

    return edit


def _enrollment(draft: Draft) -> bool:
    info = draft.module("designModule").get("enrollmentInfo")
    if not info or "count" not in info or not draft.claim("enrollment"):
        return False
    if draft.rng.random() < 0.7:
        info["count"] += draft.rng.randint(1, 100)
    else:
        info["type"] = "ACTUAL" if info.get("type") == "ESTIMATED" else "ESTIMATED"
    return draft.tell("enrollment")


def _set(kind: str, module: str, path: str, values: tuple[Json, ...]) -> Editor:
    """Return an edit that gives a field another of ``values``."""

    def edit(draft: Draft) -> bool:
        holder, *names = draft.module(module), *path.split(".")
        for name in names[:-1]:
            holder = holder.setdefault(name, {})
        others = [value for value in values if value != holder.get(names[-1])]
        if not draft.claim(f"{module}.{path}"):
            return False
        holder[names[-1]] = copy.deepcopy(draft.rng.choice(others))
        return draft.tell(kind)

    return edit


def _words(kind: str, module: str, path: str) -> Editor:
    """Return an edit that adds words to a text, or writes one where there was none."""

    def edit(draft: Draft) -> bool:
        holder, *names = draft.module(module), *path.split(".")
        for name in names[:-1]:
            holder = holder.setdefault(name, {})
        if not draft.claim(f"{module}.{path}"):
            return False
        holder[names[-1]] = " ".join(filter(None, (holder.get(names[-1]), words(draft.rng, 3))))
        return draft.tell(kind)

    return edit


def _reverified(draft: Draft) -> bool:
    """Only makes sense alone."""
    if draft.truths or draft.claimed:
        return False
    status = draft.module("statusModule")
    status["statusVerifiedDate"] = "2026-11"
    status["lastUpdateSubmitDate"] = "2026-11-20"
    status["lastUpdatePostDateStruct"] = {"date": "2026-11-23", "type": "ACTUAL"}
    draft.closed = True
    return draft.tell("record.reverified")


_DESIGN = "designModule"
_ELIGIBILITY = "eligibilityModule"
FLAT_EDITORS: dict[str, Editor] = {
    "status": _status,
    "stopped": _stopped,
    "why stopped": _why,
    "start": _date("startDateStruct", "date.start"),
    "primary completion": _date("primaryCompletionDateStruct", "date.primary_completion"),
    "completion": _date("completionDateStruct", "date.completion"),
    "enrollment": _enrollment,
    "phase": _set("phase", _DESIGN, "phases", (["PHASE1"], ["PHASE1", "PHASE2"], ["PHASE3"])),
    "study type": _set("study_type", _DESIGN, "studyType", ("INTERVENTIONAL", "OBSERVATIONAL")),
    "allocation": _set(
        "design", _DESIGN, "designInfo.allocation", ("RANDOMIZED", "NON_RANDOMIZED")
    ),
    "purpose": _set("design", _DESIGN, "designInfo.primaryPurpose", ("TREATMENT", "PREVENTION")),
    "masking": _set("design", _DESIGN, "designInfo.maskingInfo.masking", ("NONE", "DOUBLE")),
    "model words": _words("design", _DESIGN, "designInfo.interventionModelDescription"),
    "brief title": _words("title", "identificationModule", "briefTitle"),
    "official title": _words("title", "identificationModule", "officialTitle"),
    "sponsor": _words("sponsor", "sponsorCollaboratorsModule", "leadSponsor.name"),
    "responsible": _words(
        "responsible_party", "sponsorCollaboratorsModule", "responsibleParty.investigatorTitle"
    ),
    "oversight": _set("oversight", "oversightModule", "oversightHasDmc", (True, False)),
    "summary": _words("description", "descriptionModule", "briefSummary"),
    "description": _words("description", "descriptionModule", "detailedDescription"),
    "access": _set(
        "expanded_access", "statusModule", "expandedAccessInfo.hasExpandedAccess", (True, False)
    ),
    "minimum age": _set(
        "eligibility.age", _ELIGIBILITY, "minimumAge", ("18 Years", "12 Years", "6 Months")
    ),
    "maximum age": _set("eligibility.age", _ELIGIBILITY, "maximumAge", ("65 Years", "80 Years")),
    "sex": _set("eligibility.sex", _ELIGIBILITY, "sex", ("ALL", "FEMALE", "MALE")),
    "healthy": _set(
        "eligibility.healthy_volunteers", _ELIGIBILITY, "healthyVolunteers", (True, False)
    ),
    "population": _words("eligibility.population", _ELIGIBILITY, "studyPopulation"),
    "sharing": _set("ipd", "ipdSharingStatementModule", "ipdSharing", ("YES", "NO", "UNDECIDED")),
    "sharing words": _words("ipd", "ipdSharingStatementModule", "description"),
    "reverified": _reverified,
}
