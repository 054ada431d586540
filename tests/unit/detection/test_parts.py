"""Arms, interventions, outcomes: pairs, renames and what is told once."""

from typing import Any

from tests.unit.detection.made import GONE, RECORD, found, identities

_ARMS = "armsInterventionsModule.armGroups"
_DRUGS = "armsInterventionsModule.interventions"
_OUTCOMES = RECORD["protocolSection"]["outcomesModule"]


def test_renamed_arm_is_one_change_and_its_ties_are_silent() -> None:
    differences = found({f"{_ARMS}.0.label": "Active", f"{_DRUGS}.0.armGroupLabels": ["Active"]})

    assert identities(differences) == [("arm.changed", "Active")]
    assert differences[0].notes == {"fields": ["label"]}


def test_renamed_intervention_is_found_by_its_other_names() -> None:
    differences = found(
        {
            f"{_DRUGS}.0.name": "BX-1",
            f"{_DRUGS}.0.otherNames": ["Birch extract"],
            f"{_ARMS}.0.interventionNames": ["Drug: BX-1"],
        }
    )

    assert identities(differences) == [("intervention.changed", "BX-1")]
    assert differences[0].notes == {"fields": ["name", "other_names"]}


def test_new_intervention_says_its_arms_and_the_arm_is_not_told_again() -> None:
    drugs = RECORD["protocolSection"]["armsInterventionsModule"]["interventions"]
    differences = found(
        {
            _DRUGS: [*drugs, {"type": "DEVICE", "name": "Pump", "armGroupLabels": ["Birch drops"]}],
            f"{_ARMS}.0.interventionNames": ["Drug: Birch extract", "Device: Pump"],
        }
    )

    assert identities(differences) == [("intervention.added", "Pump")]
    assert differences[0].notes == {"arms": ["Birch drops"]}


def test_arm_that_gets_a_known_intervention_is_told_by_the_arm() -> None:
    differences = found(
        {
            f"{_ARMS}.1.interventionNames": ["Drug: Placebo", "Drug: Birch extract"],
            f"{_DRUGS}.0.armGroupLabels": ["Birch drops", "Placebo drops"],
        }
    )

    assert identities(differences) == [("arm.changed", "Placebo drops")]
    assert differences[0].notes == {"fields": ["interventions"]}


def test_tie_that_only_the_intervention_shows_is_told_by_it() -> None:
    differences = found({f"{_DRUGS}.0.armGroupLabels": ["Birch drops", "Placebo drops"]})

    assert identities(differences) == [("intervention.changed", "Birch extract")]
    assert differences[0].notes == {"fields": ["arms"]}


def test_other_medicine_in_the_same_arm_is_no_rename() -> None:
    differences = found(
        {f"{_DRUGS}.1": {"type": "DRUG", "name": "Saline", "armGroupLabels": ["Placebo drops"]}}
    )

    assert {one.kind for one in differences} >= {"intervention.added", "intervention.removed"}


def test_wording_without_numbers_weighs_less_than_a_dose() -> None:
    dose = found({f"{_DRUGS}.0.description": "Six drops a day, 20 units each"})
    words = found({f"{_DRUGS}.0.description": "Five drops every day, 10 units each"})

    assert [one.severity.word for one in (*dose, *words)] == ["major", "minor"]


def test_primary_outcome_that_becomes_secondary_is_one_grave_change() -> None:
    differences = found(
        {
            "outcomesModule.primaryOutcomes": [],
            "outcomesModule.secondaryOutcomes": [
                *_OUTCOMES["secondaryOutcomes"],
                *_OUTCOMES["primaryOutcomes"],
            ],
        }
    )

    assert identities(differences) == [
        ("outcome.primary.removed", "Change in symptom score from baseline")
    ]
    assert differences[0].notes is not None
    assert differences[0].notes["became"] == "secondary"
    assert differences[0].severity.word == "critical"


def test_secondary_outcome_that_becomes_primary_is_one_change() -> None:
    differences = found(
        {
            "outcomesModule.primaryOutcomes": [
                *_OUTCOMES["primaryOutcomes"],
                *_OUTCOMES["secondaryOutcomes"],
            ],
            "outcomesModule.secondaryOutcomes": [],
        }
    )

    assert [(one.kind, (one.notes or {}).get("was")) for one in differences] == [
        ("outcome.primary.added", "secondary")
    ]


def test_reworded_measure_is_the_same_outcome() -> None:
    differences = found(
        {"outcomesModule.primaryOutcomes.0.measure": "Mean change in symptom score from baseline"}
    )

    assert [(one.kind, one.notes) for one in differences] == [
        ("outcome.primary.changed", {"fields": ["measure"]})
    ]


def test_one_measure_at_two_times_is_two_outcomes() -> None:
    first = {"measure": "Serum level", "timeFrame": "1 month"}
    second = {"measure": "Serum level", "timeFrame": "6 months"}
    base: dict[str, Any] = {
        "protocolSection": {"outcomesModule": {"otherOutcomes": [first, second]}}
    }

    differences = found({"outcomesModule.otherOutcomes": [second]}, base)

    assert [(one.kind, one.before) for one in differences] == [
        (
            "outcome.other.removed",
            {"measure": "Serum level", "time_frame": "1 month", "description": None},
        )
    ]


def test_removed_arm_takes_its_ties_along() -> None:
    differences = found({f"{_ARMS}.1": GONE, f"{_DRUGS}.1.armGroupLabels": []})

    assert identities(differences) == [("arm.removed", "Placebo drops")]
