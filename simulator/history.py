"""The site's own, undocumented history pages.

A version is a submitted update, so what the registry does by itself makes none. All
text comes HTML-escaped, unlike in API v2: that is the trap of these pages.
"""

import html
import json
from typing import Any

from simulator.registry import View

_LABELS = {
    "identificationModule": "Study Identification",
    "statusModule": "Study Status",
    "sponsorCollaboratorsModule": "Sponsor/Collaborators",
    "oversightModule": "Oversight",
    "descriptionModule": "Study Description",
    "conditionsModule": "Conditions",
    "designModule": "Study Design",
    "armsInterventionsModule": "Arms and Interventions",
    "outcomesModule": "Outcome Measures",
    "eligibilityModule": "Eligibility",
    "contactsLocationsModule": "Contacts/Locations",
    "referencesModule": "References",
    "ipdSharingStatementModule": "IPDSharing",
}
_Study = dict[str, Any]


def changes(view: View, nct_id: str) -> list[dict[str, Any]]:
    """Return one entry for each submitted version up to this release, oldest first."""
    versions = _versions(view, nct_id)
    return [
        _entry(number, study, versions[number - 1][1] if number else {})
        for number, (_, study) in enumerate(versions)
    ]


def version(view: View, nct_id: str, number: int) -> _Study | None:
    """Return a version's record, HTML-escaped, ``None`` when there is no such version."""
    versions = _versions(view, nct_id)
    if not 0 <= number < len(versions):
        return None
    escaped: _Study = _escaped(versions[number][1])
    return escaped


def _versions(view: View, nct_id: str) -> list[tuple[str, _Study]]:
    versions: list[tuple[str, _Study]] = []
    for release in range(view.release.number + 1):
        found = view.source.find(nct_id, release)
        if found is None:
            continue
        study = json.loads(found.body())
        submitted = _status(study).get("lastUpdateSubmitDate", "")
        if not versions or versions[-1][0] != submitted:
            versions.append((submitted, study))
    return versions


def _status(study: _Study) -> dict[str, Any]:
    module: dict[str, Any] = study["protocolSection"].get("statusModule", {})
    return module


def _entry(number: int, study: _Study, before: _Study) -> dict[str, Any]:
    protocol, old = study["protocolSection"], before.get("protocolSection", {})
    labels = [label for name, label in _LABELS.items() if protocol.get(name) != old.get(name)]
    if study.get("resultsSection") != before.get("resultsSection"):
        labels.append("Outcome Measures (Results)")
    return {
        "version": number,
        "date": _status(study).get("lastUpdateSubmitDate", ""),
        "status": _status(study).get("overallStatus", ""),
        "studyType": protocol.get("designModule", {}).get("studyType", ""),
        "moduleLabels": labels,
    }


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return html.escape(value, quote=False)
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return value
