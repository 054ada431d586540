"""Notes and weights of fields that stand once, of short lists and of results."""

from typing import Any

import pytest

from monitor.detection import detect
from tests.unit.detection.made import GONE, RECORD, edited, found, identities, study_of

_STATUS = "statusModule."


def test_status_to_unknown_without_an_update_is_found() -> None:
    differences = found(
        {_STATUS + "overallStatus": "UNKNOWN", _STATUS + "lastKnownStatus": "RECRUITING"}
    )

    assert identities(differences) == [("status", "overall_status")]
    assert differences[0].notes == {
        "last_known": "RECRUITING",
        "why_stopped": None,
        "verified": "2026-01",
        "sites_open": 2,
        "sites": 3,
        "sites_status_swept": 0,
        "contacts_swept": 0,
    }


@pytest.mark.parametrize(
    ("date", "severity"),
    [
        ("2027-06-03", "minor"),
        ("2027-08-29", "minor"),
        ("2027-08-30", "major"),
        ("2030-01-01", "major"),
    ],
)
def test_far_slip_weighs_more_than_a_near_one(date: str, severity: str) -> None:
    differences = found({_STATUS + "primaryCompletionDateStruct.date": date})

    assert [one.severity.word for one in differences] == [severity]


def test_more_exact_date_is_no_slip() -> None:
    differences = found({_STATUS + "completionDateStruct.date": "2027-11-30"})

    assert [(one.notes, one.severity.word) for one in differences] == [
        ({"event": "precision", "days": None, "months": None}, "minor")
    ]


def test_date_that_came_true_later_says_both() -> None:
    differences = found(
        {_STATUS + "primaryCompletionDateStruct": {"date": "2027-06-30", "type": "ACTUAL"}}
    )

    assert differences[0].notes == {"event": "slip+actual", "days": 30, "months": 0}


@pytest.mark.parametrize(
    ("info", "event", "severity"),
    [
        ({"count": 130, "type": "ESTIMATED"}, "count", "minor"),
        ({"count": 60, "type": "ESTIMATED"}, "count", "major"),
        ({"count": 120, "type": "ACTUAL"}, "actual", "minor"),
        ({"count": 12, "type": "ACTUAL"}, "count+actual", "major"),
        (GONE, "removed", "minor"),
    ],
)
def test_enrollment_says_what_moved(info: Any, event: str, severity: str) -> None:
    differences = found({"designModule.enrollmentInfo": info})

    assert [(one.notes, one.severity.word) for one in differences] == [({"event": event}, severity)]


@pytest.mark.parametrize(
    ("edit", "direction"),
    [
        ({"minimumAge": "12 Years"}, "easier"),
        ({"minimumAge": "21 Years"}, "harder"),
        ({"minimumAge": "216 Months"}, "same"),
        ({"minimumAge": GONE}, "easier"),
        ({"minimumAge": "Adult"}, "unclear"),
        ({"maximumAge": "70 Years"}, "easier"),
        ({"maximumAge": GONE}, "easier"),
        ({"maximumAge": "60 Years"}, "harder"),
        ({"sex": "FEMALE"}, "harder"),
        ({"genderDescription": "By self-report"}, "unclear"),
        ({"healthyVolunteers": True}, "easier"),
        ({"healthyVolunteers": GONE}, "unclear"),
    ],
)
def test_direction_of_a_limit(edit: dict[str, Any], direction: str) -> None:
    differences = found({f"eligibilityModule.{name}": value for name, value in edit.items()})

    assert [(one.notes or {})["direction"] for one in differences] == [direction]


def test_age_groups_are_told_only_when_they_move_alone() -> None:
    alone = found({"eligibilityModule.stdAges": ["ADULT", "CHILD"]})
    with_age = found(
        {"eligibilityModule.stdAges": ["ADULT", "CHILD"], "eligibilityModule.minimumAge": "6 Years"}
    )

    assert [(one.subject, one.severity.word) for one in alone] == [("standard_ages", "silent")]
    assert [one.subject for one in with_age] == ["minimum_age"]


def test_limits_weigh_less_once_nobody_can_join() -> None:
    over = edited(RECORD, {"protocolSection.statusModule.overallStatus": "COMPLETED"})

    differences = found({"eligibilityModule.minimumAge": "12 Years"}, over)

    assert [one.severity.word for one in differences] == ["minor"]


def test_access_that_is_only_denied_in_words_is_silent() -> None:
    silent = edited(RECORD, {"protocolSection.statusModule.expandedAccessInfo": GONE})
    path = "statusModule.expandedAccessInfo"

    denied = found({path: {"hasExpandedAccess": False}}, silent)
    opened = found({path: {"hasExpandedAccess": True, "nctId": "NCT99000009"}}, silent)

    assert [one.severity.word for one in (*denied, *opened)] == ["silent", "major"]


def test_sponsor_that_also_keeps_the_record_is_told_once() -> None:
    differences = found(
        {
            "sponsorCollaboratorsModule.leadSponsor": {"name": "Heirs Ltd", "class": "OTHER"},
            "identificationModule.organization.fullName": "Heirs Ltd",
        }
    )

    assert identities(differences) == [("sponsor", "lead_sponsor")]
    assert differences[0].notes == {"class_before": "INDUSTRY", "class_after": "OTHER"}


def test_loosened_rule_while_recruiting_says_so() -> None:
    criteria = RECORD["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]

    differences = found(
        {"eligibilityModule.eligibilityCriteria": criteria.replace("40 kg", "30 kg")}
    )

    assert [(one.kind, (one.notes or {})["direction"]) for one in differences] == [
        ("eligibility.changed", "easier")
    ]
    assert "loosened" in differences[0].reason


def test_paper_linked_by_the_registry_is_silent() -> None:
    papers = RECORD["protocolSection"]["referencesModule"]["references"]
    linked = {"pmid": "99000002", "type": "DERIVED", "citation": "Ash O. Drops. 2026."}

    differences = found({"referencesModule.references": [*papers, linked]})

    assert [(one.subject, one.severity.word, one.notes) for one in differences] == [
        ("99000002", "silent", {"by_registry": True})
    ]


def test_retracted_paper_is_not_silent() -> None:
    differences = found({"referencesModule.references.0.retractions": [{"pmid": "99000003"}]})

    assert [one.severity.word for one in differences] == ["major"]


def test_other_words_for_a_numbered_paper_are_silent() -> None:
    differences = found(
        {"referencesModule.references.0.citation": "Maple A. Birch, and fever. 2020."}
    )

    assert [one.severity.word for one in differences] == ["silent"]


def test_replaced_official_is_one_difference() -> None:
    differences = found({"contactsLocationsModule.overallOfficials.0.name": "Otto Ash"})

    assert len(differences) == 1
    assert differences[0].before != differences[0].after is not None


def test_posted_results_tell_their_steps_once() -> None:
    waiting = edited(
        RECORD,
        {
            "annotationSection": {
                "annotationModule": {
                    "unpostedAnnotation": {
                        "unpostedEvents": [{"type": "RELEASE", "date": "2026-01-02"}]
                    }
                }
            }
        },
    )
    posted = edited(
        RECORD,
        {
            "hasResults": True,
            "resultsSection": {"moreInfoModule": {}},
            "protocolSection.statusModule.resultsFirstSubmitDate": "2026-01-02",
            "protocolSection.statusModule.resultsFirstPostDateStruct": {"date": "2026-03-01"},
        },
    )

    differences = detect(study_of(waiting), study_of(posted))

    assert identities(differences) == [("results.posted", "results")]
    assert differences[0].after == {"first_posted": "2026-03-01", "modules": ["moreInfoModule"]}


def test_results_in_other_markup_are_the_same_results() -> None:
    part = {"outcomeMeasures": [{"title": "Score \\> 5", "groups": [{"id": "OG000"}]}]}
    other = {"outcomeMeasures": [{"groups": [{"id": "OG000"}], "title": "Score &gt;  5"}]}
    base = edited(RECORD, {"hasResults": True, "resultsSection": {"outcomeMeasuresModule": part}})

    assert found({"/resultsSection.outcomeMeasuresModule": other}, base) == ()


def test_results_tell_counts_and_no_figures() -> None:
    base = edited(
        RECORD,
        {
            "hasResults": True,
            "resultsSection": {"adverseEventsModule": {"seriousEvents": [{"term": "A"}]}},
        },
    )

    differences = found(
        {"/resultsSection.adverseEventsModule.seriousEvents": [{"term": "A"}, {"term": "B"}]}, base
    )

    assert [(one.before, one.after) for one in differences] == [
        ({"serious_events": 1}, {"serious_events": 2})
    ]


def test_results_of_another_shape_are_told_without_counts() -> None:
    base = edited(
        RECORD,
        {"hasResults": True, "resultsSection": {"adverseEventsModule": {"seriousEvents": 7}}},
    )

    differences = found({"/resultsSection.adverseEventsModule.seriousEvents": None}, base)

    assert [(one.kind, one.before, one.after) for one in differences] == [
        ("results.updated", None, None)
    ]


def test_results_nested_beyond_reason_are_compared_all_the_same() -> None:
    def nested(leaf: int) -> Any:
        value: Any = leaf
        for _ in range(300):
            value = [value]
        return edited(RECORD, {"hasResults": True, "resultsSection": {"moreInfoModule": value}})

    differences = detect(study_of(nested(1)), study_of(nested(2)))

    assert identities(differences) == [("results.updated", "moreInfoModule")]
    assert detect(study_of(nested(1)), study_of(nested(1))) == ()
