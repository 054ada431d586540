"""Each part of a summary in whole sentences, at the bounds of what it tells one by one."""

from typing import Any

import pytest

from tests.unit.summaries.trial.making import a_record, said

OWN = "Here is what it is about, in the study's own words:"


def design(**info: Any) -> dict[str, Any]:
    return {"designInfo": info}


def test_titles_are_the_teams_own_words() -> None:
    titles = {
        "nctId": "NCT99000001",
        "briefTitle": "Drug A.",
        "officialTitle": "A Study of Drug A",
        "acronym": "ABC",
    }

    assert said(a_record(identificationModule=titles), "title") == (
        'The study team calls it: "Drug A."',
        'The full title is: "A Study of Drug A".',
        'Its short name is "ABC".',
    )


def test_full_title_that_is_the_short_one_is_said_once() -> None:
    titles = {"nctId": "NCT99000001", "briefTitle": "Drug A", "officialTitle": "Drug A"}

    assert said(a_record(identificationModule=titles), "title") == (
        'The study team calls it: "Drug A".',
    )


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (
            {"overallStatus": "TERMINATED", "whyStopped": "Slow accrual."},
            (
                "This study stopped early. It will not start again.",
                (
                    'The study team gave this reason: "Slow accrual." In plain words: not enough'
                    " people joined."
                ),
                "If you are in this study, talk with the study team before you change any care.",
                "The record does not say when it was last checked.",
            ),
        ),
        (
            {"overallStatus": "RECRUITING", "lastKnownStatus": "COMPLETED"},
            (
                "This study is open. It is looking for people to join.",
                "If you want to join, ask the study team or your doctor.",
                "The record does not say when it was last checked.",
            ),
        ),
        (
            {
                "overallStatus": "COMPLETED",
                "statusVerifiedDate": "2026-03-09",
                "lastUpdatePostDateStruct": {"type": "ACTUAL"},
            },
            (
                "This study has ended as planned. No one new can join.",
                "If you were in this study, you can ask the study team what was found.",
                "The study team last checked this record on March 9, 2026.",
            ),
        ),
    ],
)
def test_status_is_told_with_reason_and_freshness(
    status: dict[str, Any], lines: tuple[str, ...]
) -> None:
    assert said(a_record(statusModule=status), "status") == lines


@pytest.mark.parametrize(("count", "end"), [(8, "C6, C7, and C8."), (9, "C6, C7, C8, and 1 more.")])
def test_eight_illnesses_are_named(count: int, end: str) -> None:
    conditions = [f"C{number}" for number in range(1, count + 1)]

    assert said(a_record(conditionsModule={"conditions": conditions}), "about") == (
        f"It is about: C1, C2, C3, C4, C5, {end}",
    )


def test_own_words_are_shown_up_to_their_bound() -> None:
    whole = a_record(descriptionModule={"briefSummary": "x" * 1799 + "\n\ny"})
    more = a_record(descriptionModule={"briefSummary": "x" * 1800 + "\n\ny"})

    assert said(whole, "about") == (OWN, f'"{"x" * 1799}"', '"y"')
    assert said(more, "about") == (OWN, f'"{"x" * 1800}"', "There is more in the record.")


@pytest.mark.parametrize(
    ("module", "lines"),
    [
        (
            {"studyType": "OBSERVATIONAL", **design(observationalModel="COHORT")},
            (
                "This study watches people. It does not assign a treatment.",
                "It follows groups of people over time.",
            ),
        ),
        (
            {"studyType": "OBSERVATIONAL", **design(timePerspective="RETROSPECTIVE")},
            (
                "This study watches people. It does not assign a treatment.",
                "It looks back at things that already happened.",
            ),
        ),
        (
            {"studyType": "EXPANDED_ACCESS", **design(observationalModel="OTHER")},
            ("This is a way to get a treatment outside of a study (expanded access).",),
        ),
        (
            {"phases": ["EARLY_PHASE1"]},
            ("This is an Early Phase 1 study. Early Phase 1 is a very early stage.",),
        ),
        (
            {"phases": ["PHASE2", "PHASE3"]},
            (
                (
                    "This is a Phase 2 and Phase 3 study. Phase 2 looks at whether the treatment"
                    " works and at its side effects. Phase 3 looks at how well it works."
                ),
            ),
        ),
    ],
)
def test_stage_is_told_in_full(module: dict[str, Any], lines: tuple[str, ...]) -> None:
    assert said(a_record(designModule=module), "stage") == lines


def test_who_oversees_is_told_only_where_the_record_says_so() -> None:
    both = {"isFdaRegulatedDrug": True, "isFdaRegulatedDevice": True}
    neither = {"isFdaRegulatedDrug": False, "isFdaRegulatedDevice": False}

    assert said(a_record(oversightModule=both), "stage") == (
        "The U.S. FDA oversees a drug in this study.",
        "The U.S. FDA oversees a device in this study.",
    )
    assert said(a_record(oversightModule=neither), "stage") == ()


@pytest.mark.parametrize(
    ("rules", "lines"),
    [
        ({"minimumAge": "18 Years"}, ("The study is for people 18 years old or older.",)),
        ({"maximumAge": "1 Year"}, ("The study is for people 1 year old or younger.",)),
        (
            {"minimumAge": "6 Months", "maximumAge": "5 Years"},
            ("The study is for people at least 6 months old and no more than 5 years old.",),
        ),
        ({"sex": "MALE"}, ("It is only for men or boys.",)),
        ({"sex": "ALL"}, ("It is for people of any sex.",)),
        ({"healthyVolunteers": True}, ("The rules let healthy people join.",)),
        (
            {"studyPopulation": "People of a town."},
            ('The study team says of the people it looks at: "People of a town."',),
        ),
        ({}, ()),
    ],
)
def test_whom_it_is_for_is_told_in_full(rules: dict[str, Any], lines: tuple[str, ...]) -> None:
    assert said(a_record(eligibilityModule=rules), "who-it-is-for") == lines


@pytest.mark.parametrize(
    ("main", "others", "end"),
    [
        (8, 0, ('"M8".',)),
        (9, 0, ('"M8".', "The record lists 1 more main thing.")),
        (10, 2, ("The record lists 2 more main things.", "It measures 4 other things too.")),
    ],
)
def test_eight_main_things_are_told(main: int, others: int, end: tuple[str, ...]) -> None:
    other = [{"measure": f"O{number}"} for number in range(others)]
    study = a_record(
        outcomesModule={
            "primaryOutcomes": [{"measure": f"M{number}"} for number in range(1, main + 1)],
            "secondaryOutcomes": other,
            "otherOutcomes": other,
        }
    )

    lines = said(study, "main-outcome")

    assert lines[0] == '"M1".'
    assert lines[-len(end) :] == end


def test_people_behind_the_study_are_told_in_full() -> None:
    study = a_record(
        sponsorCollaboratorsModule={
            "leadSponsor": {"name": "North Clinic"},
            "collaborators": [{"name": "East Fund"}, {"name": "West Inc."}],
        },
        contactsLocationsModule={
            "overallOfficials": [
                {"name": "Jo Doe", "affiliation": "North Clinic", "role": "STUDY_CHAIR"},
                {"name": "Al Roe"},
                {"affiliation": "Nobody", "role": "STUDY_CHAIR"},
            ]
        },
    )

    assert said(study, "sponsor") == (
        "The sponsor is North Clinic. A sponsor is the one who runs or pays for the study.",
        "Others who help to run or pay for it: East Fund and West Inc.",
        "Jo Doe, North Clinic (study chair).",
        "Al Roe (lead).",
    )
