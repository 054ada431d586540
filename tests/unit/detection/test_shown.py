"""What a change shows of both sides: every field under its name, and nothing else."""

from typing import Any

import pytest

from tests.unit.detection.made import GONE, RECORD, found

_ARMS = "armsInterventionsModule.armGroups"
_DRUGS = "armsInterventionsModule.interventions"
_NOTES = "/annotationSection.annotationModule."
_MADE = RECORD["protocolSection"]["outcomesModule"]


@pytest.mark.parametrize(
    ("edits", "shown"),
    [
        (
            {
                "contactsLocationsModule.centralContacts": [
                    {
                        "name": "Ann Other",
                        "phone": "555-0101",
                        "phoneExt": "7",
                        "email": "a@b.example",
                    }
                ]
            },
            {
                "contacts": [
                    {"name": "Ann Other", "phone": "555-0101 ext. 7", "email": "a@b.example"}
                ]
            },
        ),
        ({"contactsLocationsModule.centralContacts": GONE}, None),
        (
            {f"{_ARMS}.0.description": "Drops once a week"},
            {
                "label": "Birch drops",
                "type": "EXPERIMENTAL",
                "description": "Drops once a week",
                "interventions": ["Drug: Birch extract"],
            },
        ),
        (
            {f"{_DRUGS}.0.description": "Given weekly"},
            {
                "type": "DRUG",
                "name": "Birch extract",
                "description": "Given weekly",
                "other_names": ["BX-1"],
                "arms": ["Birch drops"],
            },
        ),
        (
            {"outcomesModule.primaryOutcomes.0.timeFrame": "2 years"},
            {
                "measure": "Change in symptom score from baseline",
                "time_frame": "2 years",
                "description": "Mean of the daily score from 0 to 18",
            },
        ),
        (
            {"identificationModule.secondaryIdInfos": [{"id": "2026-1", "type": "EUDRACT_NUMBER"}]},
            ["EUDRACT_NUMBER 2026-1"],
        ),
        (
            {
                f"{_NOTES}violationAnnotation.violationEvents": [
                    {"type": "VIOLATION_IDENTIFIED", "issuedDate": "2026-03-01"},
                    {"type": "CORRECTION_CONFIRMED", "releaseDate": "2026-04-01"},
                    {"type": "PENALTY_IMPOSED", "creationDate": "2026-05-01"},
                ]
            },
            [
                {"type": "VIOLATION_IDENTIFIED", "date": "2026-03-01"},
                {"type": "CORRECTION_CONFIRMED", "date": "2026-04-01"},
                {"type": "PENALTY_IMPOSED", "date": "2026-05-01"},
            ],
        ),
        (
            {
                f"{_NOTES}unpostedAnnotation.unpostedEvents": [
                    {"type": "RELEASE", "date": "2026-03"}
                ]
            },
            [{"type": "RELEASE", "date": "2026-03"}],
        ),
        ({"contactsLocationsModule.locations.0.status": "COMPLETED"}, "COMPLETED"),
    ],
)
def test_one_edit_shows_the_new_side_whole(edits: dict[str, Any], shown: object) -> None:
    (change,) = found(edits)

    assert change.after == shown


@pytest.mark.parametrize(
    ("path", "item", "shown"),
    [
        (
            "referencesModule.availIpds",
            {
                "id": "D1",
                "type": "Protocol",
                "url": "https://example.org/d",
                "comment": "On request",
            },
            {
                "id": "D1",
                "type": "Protocol",
                "url": "https://example.org/d",
                "comment": "On request",
            },
        ),
        (
            "referencesModule.seeAlsoLinks",
            {"label": "Home", "url": "https://example.org/"},
            {"label": "Home", "url": "https://example.org/"},
        ),
        (
            "/documentSection.largeDocumentModule.largeDocs",
            {
                "label": "Plan",
                "hasProtocol": True,
                "hasSap": True,
                "date": "2026-01-01",
                "filename": "P",
            },
            {
                "label": "Plan",
                "date": "2026-01-01",
                "kinds": ["protocol", "sap"],
                "filename": "P",
                "uploaded": None,
            },
        ),
    ],
)
def test_an_item_that_takes_the_place_of_another_is_shown_whole(
    path: str, item: dict[str, Any], shown: dict[str, Any]
) -> None:
    come, gone = found({path: [item]})

    assert (come.before, come.after) == (None, shown)
    assert gone.after is None
    assert isinstance(gone.before, dict)
    assert gone.before.keys() == shown.keys()


def test_a_status_of_a_place_comes_with_how_many_are_open() -> None:
    (change,) = found({"contactsLocationsModule.locations.0.status": "COMPLETED"})

    assert change.notes == {"total": 3, "open": 1, "point": [45.7, 4.8]}


def test_an_outcome_that_went_down_and_changed_says_what_changed_and_how_it_reads_now() -> None:
    was = _MADE["primaryOutcomes"][0]
    now = {**was, "timeFrame": "2 years"}

    (change,) = found(
        {
            "outcomesModule.primaryOutcomes": GONE,
            "outcomesModule.secondaryOutcomes": [*_MADE["secondaryOutcomes"], now],
        }
    )

    assert (change.kind, change.subject) == ("outcome.primary.removed", was["measure"])
    assert change.notes is not None
    assert change.notes["fields"] == ["time_frame"]
    assert change.notes["became"] == "secondary"
    assert change.notes["now"] == {
        "measure": was["measure"],
        "time_frame": "2 years",
        "description": was["description"],
    }


def test_an_outcome_that_went_up_and_was_reworded_is_still_the_same() -> None:
    was = _MADE["secondaryOutcomes"][0]
    now = {**was, "measure": "Number of days with rescue medicines"}

    (change,) = found(
        {
            "outcomesModule.primaryOutcomes": [*_MADE["primaryOutcomes"], now],
            "outcomesModule.secondaryOutcomes": GONE,
        }
    )

    assert change.kind == "outcome.primary.added"
    assert change.notes is not None
    assert change.notes["was"] == "secondary"
    assert change.notes["fields"] == ["measure"]


def test_one_outcome_drawn_out_with_the_same_time_frame_is_changed_not_replaced() -> None:
    measure = (
        "Change in symptom score from baseline in the group of birch drops beside placebo, by day"
    )

    (change,) = found(
        {
            "outcomesModule.primaryOutcomes.0.measure": measure,
            "outcomesModule.primaryOutcomes.0.description": "Daily score kept in a diary",
        }
    )

    assert change.kind == "outcome.primary.changed"
    assert change.notes == {"fields": ["description", "measure"]}


@pytest.mark.parametrize(
    ("path", "value", "fields"),
    [
        (f"{_ARMS}.0.description", "Drops once a week", ["description"]),
        (f"{_ARMS}.0.type", "OTHER", ["type"]),
        (f"{_DRUGS}.0.type", "BIOLOGICAL", ["type"]),
        (f"{_DRUGS}.0.description", "Given weekly", ["description"]),
        (f"{_DRUGS}.0.otherNames", ["BX-2"], ["other_names"]),
        ("outcomesModule.primaryOutcomes.0.description", "Kept in a diary", ["description"]),
        ("outcomesModule.primaryOutcomes.0.timeFrame", "2 years", ["time_frame"]),
    ],
)
def test_which_part_of_an_item_changed_is_named(
    path: str, value: object, fields: list[str]
) -> None:
    (change,) = found({path: value})

    assert change.notes is not None
    assert change.notes["fields"] == fields
