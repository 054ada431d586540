"""A made-up record, and edits of it by path."""

import copy
import json
from typing import Any

from monitor.detection import detect
from monitor.domain.changes import Difference
from monitor.registry.parse import decode_study
from monitor.registry.record import Study

#: In ``edited``: takes a field away.
GONE: Any = object()

CRITERIA = """Inclusion Criteria:

* Adults with a confirmed allergy to birch pollen for at least two seasons
* Body weight of 40 kg or more at screening
* Able to give written informed consent before any study procedure

Exclusion Criteria:

* Treatment with oral corticosteroids within 4 weeks before screening
* Pregnant or breast-feeding women
* Uncontrolled asthma in the opinion of the investigator
"""

RECORD: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT99000001",
            "orgStudyIdInfo": {"id": "MADE-1"},
            "secondaryIdInfos": [{"id": "2026-000001-01", "type": "EUDRACT_NUMBER"}],
            "briefTitle": "Birch Drops for Hay Fever",
            "officialTitle": "A Made-Up Study of Birch Drops in Adults With Hay Fever",
            "organization": {"fullName": "Made Trials Ltd", "class": "INDUSTRY"},
        },
        "statusModule": {
            "statusVerifiedDate": "2026-01",
            "overallStatus": "RECRUITING",
            "expandedAccessInfo": {"hasExpandedAccess": False},
            "startDateStruct": {"date": "2025-03", "type": "ACTUAL"},
            "primaryCompletionDateStruct": {"date": "2027-05-31", "type": "ESTIMATED"},
            "completionDateStruct": {"date": "2027-11", "type": "ESTIMATED"},
            "lastUpdateSubmitDate": "2026-01-10",
            "lastUpdatePostDateStruct": {"date": "2026-01-14", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {
            "responsibleParty": {"type": "SPONSOR"},
            "leadSponsor": {"name": "Made Trials Ltd", "class": "INDUSTRY"},
            "collaborators": [{"name": "Meadow Institute", "class": "OTHER"}],
        },
        "oversightModule": {"oversightHasDmc": True},
        "descriptionModule": {
            "briefSummary": "This study tests birch drops.\n\n* First point\n* Second point",
            "detailedDescription": "Drops are taken daily \\> 6 months.",
        },
        "conditionsModule": {
            "conditions": ["Hay Fever", "Allergy"],
            "keywords": ["birch", "pollen"],
        },
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE2"],
            "designInfo": {"allocation": "RANDOMIZED", "maskingInfo": {"masking": "DOUBLE"}},
            "enrollmentInfo": {"count": 120, "type": "ESTIMATED"},
        },
        "armsInterventionsModule": {
            "armGroups": [
                {
                    "label": "Birch drops",
                    "type": "EXPERIMENTAL",
                    "description": "Participants take five drops under the tongue once a day for a year.",
                    "interventionNames": ["Drug: Birch extract"],
                },
                {
                    "label": "Placebo drops",
                    "type": "PLACEBO_COMPARATOR",
                    "description": "Participants take drops that look the same but hold no extract.",
                    "interventionNames": ["Drug: Placebo"],
                },
            ],
            "interventions": [
                {
                    "type": "DRUG",
                    "name": "Birch extract",
                    "description": "Five drops a day, 10 units each",
                    "armGroupLabels": ["Birch drops"],
                    "otherNames": ["BX-1"],
                },
                {"type": "DRUG", "name": "Placebo", "armGroupLabels": ["Placebo drops"]},
            ],
        },
        "outcomesModule": {
            "primaryOutcomes": [
                {
                    "measure": "Change in symptom score from baseline",
                    "description": "Mean of the daily score from 0 to 18",
                    "timeFrame": "12 months",
                }
            ],
            "secondaryOutcomes": [
                {"measure": "Number of days with rescue medicine", "timeFrame": "12 months"}
            ],
            "otherOutcomes": [
                {"measure": "Quality of life by questionnaire", "timeFrame": "6 months"}
            ],
        },
        "eligibilityModule": {
            "eligibilityCriteria": CRITERIA,
            "healthyVolunteers": False,
            "sex": "ALL",
            "minimumAge": "18 Years",
            "maximumAge": "65 Years",
            "stdAges": ["ADULT"],
        },
        "contactsLocationsModule": {
            "centralContacts": [
                {"name": "Desk One", "phone": "555-0101", "email": "desk@example.org"}
            ],
            "overallOfficials": [
                {"name": "Ada Maple", "affiliation": "Meadow Institute", "role": "STUDY_DIRECTOR"}
            ],
            "locations": [
                {
                    "facility": "Harbour Hospital",
                    "status": "RECRUITING",
                    "city": "Lyon",
                    "zip": "69003",
                    "country": "France",
                    "contacts": [{"name": "Nurse One", "phone": "555-0102"}],
                    "geoPoint": {"lat": 45.7, "lon": 4.8},
                },
                {
                    "facility": "Orchard Clinic",
                    "status": "RECRUITING",
                    "city": "Seoul",
                    "zip": "03722",
                    "country": "South Korea",
                },
                {
                    "facility": "Valley Medical Center",
                    "status": "NOT_YET_RECRUITING",
                    "city": "Boston",
                    "state": "Massachusetts",
                    "zip": "02114",
                    "country": "United States",
                },
            ],
        },
        "referencesModule": {
            "references": [
                {
                    "pmid": "99000001",
                    "type": "BACKGROUND",
                    "citation": "Maple A. Birch and hay fever. 2020.",
                }
            ],
            "seeAlsoLinks": [{"label": "Study page", "url": "https://example.org/birch"}],
            "availIpds": [{"id": "SET-1", "type": "Data set", "url": "https://example.org/set"}],
        },
        "ipdSharingStatementModule": {"ipdSharing": "UNDECIDED"},
    },
    "documentSection": {
        "largeDocumentModule": {
            "largeDocs": [{"filename": "Prot_000.pdf", "label": "Protocol", "hasProtocol": True}]
        }
    },
    "derivedSection": {
        "miscInfoModule": {"versionHolder": "2026-01-14"},
        "conditionBrowseModule": {"meshes": [{"id": "D000001", "term": "Made Up"}]},
    },
    "hasResults": False,
}
P = "protocolSection."


def edited(base: dict[str, Any], edits: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of ``base`` with the values at dotted paths replaced (numbers index lists)."""
    copied = copy.deepcopy(base)
    for path, value in edits.items():
        *parents, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
        holder: Any = copied
        for part in parents:
            holder = holder[part] if isinstance(part, int) else holder.setdefault(part, {})
        if value is GONE:
            del holder[last]
        else:
            holder[last] = value
    return copied


def study_of(value: dict[str, Any]) -> Study:
    """Return the typed record of some JSON."""
    return decode_study(json.dumps(value).encode())


def found(edits: dict[str, Any], base: dict[str, Any] | None = None) -> tuple[Difference, ...]:
    """Return what is found when the made-up record is edited; paths begin in the protocol."""
    start = RECORD if base is None else base
    full = {path if path[0] == "/" else P + path: value for path, value in edits.items()}
    after = edited(start, {path.lstrip("/"): value for path, value in full.items()})
    return detect(study_of(start), study_of(after))


def identities(differences: tuple[Difference, ...]) -> list[tuple[str, str]]:
    """Return kind and subject of each difference."""
    return [(difference.kind, difference.subject) for difference in differences]
