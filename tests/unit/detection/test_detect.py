"""Every kind of the contract can happen, and what nobody would call a change gives nothing."""

from typing import Any

import pytest

from monitor.detection import detect, events
from monitor.domain.changes import KINDS
from tests.unit.detection.made import CRITERIA, GONE, RECORD, edited, found, identities, study_of

_STATUS = "statusModule."
_ARMS = "armsInterventionsModule.armGroups"
_DRUGS = "armsInterventionsModule.interventions"
_PLACES = "contactsLocationsModule.locations"
_MODULES = RECORD["protocolSection"]
_NEW_OUTCOME = {"measure": "Serum level of birch antibodies", "timeFrame": "3 months"}
_NEW_PLACE = {"facility": "Lakeside Clinic", "city": "Tours", "zip": "37000", "country": "France"}


def _more(module: str, key: str, item: Any) -> list[Any]:
    return [*_MODULES[module][key], item]


def _rules(old: str, new: str) -> dict[str, Any]:
    assert old in CRITERIA
    return {"eligibilityModule.eligibilityCriteria": CRITERIA.replace(old, new)}


_CASES: dict[str, tuple[dict[str, Any], str]] = {
    "status": ({_STATUS + "overallStatus": "COMPLETED"}, "overall_status"),
    "why_stopped": ({_STATUS + "whyStopped": "Slow start"}, "why_stopped"),
    "expanded_access": (
        {_STATUS + "expandedAccessInfo.hasExpandedAccess": True},
        "expanded_access",
    ),
    "date.start": ({_STATUS + "startDateStruct.date": "2025-04"}, "start"),
    "date.primary_completion": (
        {_STATUS + "primaryCompletionDateStruct.date": "2028-05-31"},
        "primary_completion",
    ),
    "date.completion": ({_STATUS + "completionDateStruct.date": "2027-12"}, "completion"),
    "enrollment": ({"designModule.enrollmentInfo.count": 60}, "enrollment"),
    "phase": ({"designModule.phases": ["PHASE2", "PHASE3"]}, "phases"),
    "study_type": ({"designModule.studyType": "OBSERVATIONAL"}, "study_type"),
    "design": ({"designModule.designInfo.maskingInfo.masking": "NONE"}, "masking"),
    "title": ({"identificationModule.briefTitle": "Birch Drops"}, "brief_title"),
    "sponsor": ({"sponsorCollaboratorsModule.leadSponsor.name": "Other Ltd"}, "lead_sponsor"),
    "collaborators": ({"sponsorCollaboratorsModule.collaborators": []}, "Meadow Institute"),
    "responsible_party": (
        {"sponsorCollaboratorsModule.responsibleParty.type": "SPONSOR_INVESTIGATOR"},
        "responsible_party",
    ),
    "oversight": ({"oversightModule.oversightHasDmc": False}, "has_dmc"),
    "description": ({"descriptionModule.briefSummary": "Other words."}, "brief_summary"),
    "conditions": (
        {"conditionsModule.conditions": _more("conditionsModule", "conditions", "Asthma")},
        "Asthma",
    ),
    "keywords": ({"conditionsModule.keywords": ["birch"]}, "pollen"),
    "arm.added": (
        {_ARMS: _more("armsInterventionsModule", "armGroups", {"label": "Third"})},
        "Third",
    ),
    "arm.removed": ({_ARMS + ".1": GONE}, "Placebo drops"),
    "arm.changed": ({_ARMS + ".0.type": "OTHER"}, "Birch drops"),
    "intervention.added": (
        {
            _DRUGS: _more(
                "armsInterventionsModule", "interventions", {"type": "DEVICE", "name": "Pump"}
            )
        },
        "Pump",
    ),
    "intervention.removed": ({_DRUGS + ".1": GONE}, "Placebo"),
    "intervention.changed": ({_DRUGS + ".0.description": "Six drops a day"}, "Birch extract"),
    "outcome.primary.added": (
        {
            "outcomesModule.primaryOutcomes": _more(
                "outcomesModule", "primaryOutcomes", _NEW_OUTCOME
            )
        },
        _NEW_OUTCOME["measure"],
    ),
    "outcome.primary.removed": (
        {"outcomesModule.primaryOutcomes": []},
        "Change in symptom score from baseline",
    ),
    "outcome.primary.changed": (
        {"outcomesModule.primaryOutcomes.0.timeFrame": "24 months"},
        "Change in symptom score from baseline",
    ),
    "outcome.secondary.added": (
        {
            "outcomesModule.secondaryOutcomes": _more(
                "outcomesModule", "secondaryOutcomes", _NEW_OUTCOME
            )
        },
        _NEW_OUTCOME["measure"],
    ),
    "outcome.secondary.removed": (
        {"outcomesModule.secondaryOutcomes": []},
        "Number of days with rescue medicine",
    ),
    "outcome.secondary.changed": (
        {"outcomesModule.secondaryOutcomes.0.timeFrame": "2 years"},
        "Number of days with rescue medicine",
    ),
    "outcome.other.added": (
        {"outcomesModule.otherOutcomes": _more("outcomesModule", "otherOutcomes", _NEW_OUTCOME)},
        _NEW_OUTCOME["measure"],
    ),
    "outcome.other.removed": (
        {"outcomesModule.otherOutcomes": []},
        "Quality of life by questionnaire",
    ),
    "outcome.other.changed": (
        {"outcomesModule.otherOutcomes.0.description": "Twenty questions"},
        "Quality of life by questionnaire",
    ),
    "eligibility.added": (
        _rules("* Pregnant", "* Dialysis or a kidney transplant planned\n* Pregnant"),
        "exclusion 2",
    ),
    "eligibility.removed": (_rules("* Pregnant or breast-feeding women\n", ""), "exclusion 2"),
    "eligibility.changed": (_rules("40 kg", "50 kg"), "inclusion 2"),
    "eligibility.moved": (
        {
            "eligibilityModule.eligibilityCriteria": CRITERIA.replace(
                "* Pregnant or breast-feeding women\n", ""
            ).replace("* Body", "* Pregnant or breast-feeding women\n* Body")
        },
        "inclusion 2",
    ),
    "eligibility.reworded": (
        _rules("before any study procedure", "before any of the study procedures"),
        "inclusion 3",
    ),
    "eligibility.split": (
        _rules(
            "Adults with a confirmed allergy to birch pollen for at least two seasons",
            "Adults with a confirmed allergy to birch\n* Birch pollen for at least two seasons",
        ),
        "inclusion 1",
    ),
    "eligibility.merged": (
        _rules(
            "two seasons\n* Body weight of 40 kg",
            "two seasons; body weight of 40 kg",
        ),
        "inclusion 1",
    ),
    "eligibility.age": ({"eligibilityModule.minimumAge": "12 Years"}, "minimum_age"),
    "eligibility.sex": ({"eligibilityModule.sex": "FEMALE"}, "sex"),
    "eligibility.healthy_volunteers": (
        {"eligibilityModule.healthyVolunteers": True},
        "healthy_volunteers",
    ),
    "eligibility.population": (
        {"eligibilityModule.studyPopulation": "People seen in spring"},
        "study_population",
    ),
    "site.added": (
        {_PLACES: _more("contactsLocationsModule", "locations", _NEW_PLACE)},
        "Lakeside Clinic, Tours, France",
    ),
    "site.removed": ({_PLACES + ".0": GONE}, "Harbour Hospital, Lyon, France"),
    "site.renamed": (
        {_PLACES + ".0.facility": "Harbour Hospital | Allergy"},
        "Harbour Hospital | Allergy, Lyon, France",
    ),
    "site.status": ({_PLACES + ".0.status": "COMPLETED"}, "Harbour Hospital, Lyon, France"),
    "site.contact": ({_PLACES + ".0.contacts": []}, "Harbour Hospital, Lyon, France"),
    "country.added": (
        {
            _PLACES: _more(
                "contactsLocationsModule", "locations", {**_NEW_PLACE, "country": "Italy"}
            )
        },
        "Italy",
    ),
    "country.removed": ({_PLACES + ".0": GONE}, "France"),
    "contact": (
        {"contactsLocationsModule.centralContacts.0.phone": "555-0199"},
        "central_contacts",
    ),
    "official": ({"contactsLocationsModule.overallOfficials.0.name": "Otto Ash"}, "Otto Ash"),
    "ipd": ({"ipdSharingStatementModule.ipdSharing": "YES"}, "ipd_sharing"),
    "reference": ({"referencesModule.references": []}, "99000001"),
    "link": ({"referencesModule.seeAlsoLinks.0.label": "Page"}, "https://example.org/birch"),
    "document": (
        {"/documentSection.largeDocumentModule.largeDocs.0.uploadDate": "2026-02-01T10:00"},
        "Prot_000.pdf",
    ),
    "results.posted": (
        {"/hasResults": True, "/resultsSection": {"moreInfoModule": {}}},
        "results",
    ),
    "results.submitted": (
        {
            "/annotationSection": {
                "annotationModule": {
                    "unpostedAnnotation": {
                        "unpostedEvents": [{"type": "RELEASE", "date": "2026-02-01"}]
                    }
                }
            }
        },
        "unposted_events",
    ),
    "record.reverified": ({_STATUS + "statusVerifiedDate": "2026-02"}, "status_verified_date"),
}
_WITH_RESULTS = edited(
    RECORD, {"hasResults": True, "resultsSection": {"adverseEventsModule": {"timeFrame": "1 year"}}}
)


@pytest.mark.parametrize("kind", sorted(_CASES))
def test_each_kind_is_found(kind: str) -> None:
    edits, subject = _CASES[kind]

    differences = found(edits)

    assert (kind, subject) in identities(differences)
    if kind.startswith("country."):
        differences = tuple(one for one in differences if not one.kind.startswith("site."))
    if kind.startswith("site."):
        differences = tuple(one for one in differences if not one.kind.startswith("country."))
    assert {one.kind for one in differences} == {kind}


def test_changed_results_are_told_by_part() -> None:
    after = edited(_WITH_RESULTS, {"resultsSection.adverseEventsModule.timeFrame": "2 years"})

    differences = detect(study_of(_WITH_RESULTS), study_of(after))

    assert identities(differences) == [("results.updated", "adverseEventsModule")]


def test_every_kind_of_the_contract_is_in_these_tests() -> None:
    of_records = {
        events.gone("2026-03-09").kind,
        events.back("2026-03-09").kind,
        events.merged("NCT99000001", "NCT99000002").kind,
        events.damaged("cut").kind,
    }
    stale = events.stale(study_of(RECORD), today="2029-01-01")

    assert stale is not None
    assert {*_CASES, *of_records, stale.kind, "results.updated"} == set(KINDS)


_NOTHING: dict[str, dict[str, Any]] = {
    "places in another order": {_PLACES: _MODULES["contactsLocationsModule"]["locations"][::-1]},
    "another point on the map": {_PLACES + ".0.geoPoint": {"lat": 1, "lon": 2}},
    "a country's old name": {_PLACES + ".1.country": "Korea, Republic of"},
    "conditions in another order": {"conditionsModule.conditions": ["Allergy", "hay fever"]},
    "escapes undone": {
        "descriptionModule.detailedDescription": "Drops are taken daily > 6 months."
    },
    "entities": {"descriptionModule.detailedDescription": "Drops are taken daily &gt; 6 months."},
    "other bullets": {
        "descriptionModule.briefSummary": "This study tests birch drops.\r\n\r\n- First  point\r\n- Second point"
    },
    "criteria renumbered": {
        "eligibilityModule.eligibilityCriteria": CRITERIA.replace("* ", "1. ").replace("\n", "\r\n")
    },
    "release": {"/derivedSection.miscInfoModule.versionHolder": "2026-02-02"},
    "tracking of results": {
        "/derivedSection.miscInfoModule.submissionTracking": {
            "estimatedResultsFirstSubmitDate": "2028-01-01"
        }
    },
    "MeSH terms": {"/derivedSection.conditionBrowseModule": {}},
}


@pytest.mark.parametrize("name", sorted(_NOTHING))
def test_what_is_no_change_gives_nothing(name: str) -> None:
    assert found(_NOTHING[name]) == ()


def test_reverified_is_silent_when_anything_else_changed() -> None:
    differences = found(
        {_STATUS + "statusVerifiedDate": "2026-02", "designModule.enrollmentInfo.count": 119}
    )

    assert [one.kind for one in differences] == ["enrollment"]


def test_only_upkeep_dates_moved_is_one_silent_difference() -> None:
    differences = found(
        {
            _STATUS + "lastUpdateSubmitDate": "2026-02-01",
            _STATUS + "lastUpdatePostDateStruct.date": "2026-02-03",
        }
    )

    assert identities(differences) == [("record.reverified", "last_update_submit_date")]
    assert differences[0].severity.word == "silent"


def test_most_important_comes_first() -> None:
    differences = found(
        {
            "conditionsModule.keywords": [],
            "identificationModule.acronym": "BIRCH",
            "eligibilityModule.maximumAge": "70 Years",
            _STATUS + "overallStatus": "SUSPENDED",
            _STATUS + "whyStopped": "Supply",
        }
    )

    assert [one.kind for one in differences[:4]] == [
        "status",
        "why_stopped",
        "eligibility.age",
        "title",
    ]


def test_there_and_back_are_two_changes() -> None:
    away = study_of(edited(RECORD, {"protocolSection.statusModule.overallStatus": "SUSPENDED"}))
    here = study_of(RECORD)

    there, back = detect(here, away), detect(away, here)

    assert [one.after for one in (*there, *back)] == ["SUSPENDED", "RECRUITING"]


def test_unknown_status_is_shown_as_itself() -> None:
    differences = found({_STATUS + "overallStatus": "PAUSED_FOR_TEA"})

    assert differences[0].after == "PAUSED_FOR_TEA"
