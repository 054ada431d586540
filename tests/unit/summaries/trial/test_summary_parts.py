"""What each part of a summary says, and when it is left out."""

from typing import Any

import pytest

from monitor.registry.parse import decode_study
from monitor.summaries.labels import PHASES
from monitor.summaries.stages import stage_sentences
from monitor.summaries.trial import SECTION_IDS, write_summary
from tests.unit.summaries.trial.making import a_record, said


def test_empty_record_says_only_what_it_can() -> None:
    summary = write_summary(decode_study(b"{}"), version=0)

    assert [section.id for section in summary.sections] == ["status", "results", "source"]
    assert summary.sections[0].sentences[0] == "The record does not say how this study stands."
    assert summary.eligibility == ()


def test_sections_stand_in_their_order() -> None:
    summary = write_summary(a_record(), version=3)
    ids = [section.id for section in summary.sections]

    assert ids == [name for name in SECTION_IDS if name in ids]
    assert summary.title == "A Study of Drug A"
    assert summary.version == 3


def test_status_says_how_fresh_it_is() -> None:
    study = a_record(
        statusModule={
            "overallStatus": "UNKNOWN",
            "lastKnownStatus": "RECRUITING",
            "statusVerifiedDate": "2024-02",
            "lastUpdatePostDateStruct": {"date": "2024-02-20", "type": "ACTUAL"},
        }
    )

    lines = said(study, "status")

    assert "The last status the study team gave was: open." in lines
    assert "The study team last checked this record in February 2024." in lines
    assert "The last change was posted on February 20, 2024." in lines


def test_missing_freshness_is_said() -> None:
    assert "The record does not say when it was last checked." in said(a_record(), "status")


def test_reason_of_a_stop_is_no_reason_for_being_open() -> None:
    study = a_record(statusModule={"overallStatus": "RECRUITING", "whyStopped": "Slow accrual"})

    told = " ".join(said(study, "status"))

    assert 'The record also holds a reason for a stop: "Slow accrual".' in told
    assert "gave this reason" not in told


def test_reason_to_stop_is_quoted() -> None:
    study = a_record(statusModule={"overallStatus": "WITHDRAWN", "whyStopped": "No funds \\> yet"})

    assert 'The study team gave this reason: "No funds > yet".' in " ".join(said(study, "status"))


@pytest.mark.parametrize("phases", [[phase] for phase in PHASES] + [["PHASE1", "PHASE2"]])
def test_stage_gives_no_sizes_and_no_approvals(phases: list[str]) -> None:
    (line, *_) = said(a_record(designModule={"phases": phases}), "stage")

    assert line.startswith(("This is a Phase", "This is an Early Phase"))
    for word in ("approv", "people", "larger", "small", "hundred", "FDA"):
        assert word not in line


def test_stage_that_does_not_apply_is_said() -> None:
    assert stage_sentences(["NA"], None) == "Stages (phases) do not apply to this study."
    assert "watches people" in stage_sentences([], "OBSERVATIONAL")
    assert stage_sentences([], "INTERVENTIONAL") == ""
    assert stage_sentences(["PHASE9"], None) == 'This is a "PHASE9" study.'


@pytest.mark.parametrize(
    ("size", "line"),
    [
        ({"count": 33, "type": "ESTIMATED"}, "The study plans for 33 people."),
        ({"count": 1, "type": "ACTUAL"}, "1 person joined."),
        ({"count": 0, "type": "ACTUAL"}, "No one joined."),
        (
            {"count": 40},
            (
                "The record gives a size of 40 people. "
                "It does not say if this is a plan or a final count."
            ),
        ),
        (
            {"count": 40, "type": "HOPED"},
            'The record gives a size of 40 people. It marks this number as "HOPED".',
        ),
    ],
)
def test_size_is_a_plan_or_a_count(size: dict[str, Any], line: str) -> None:
    assert said(a_record(designModule={"enrollmentInfo": size}), "size") == (line,)


def test_size_that_is_not_given_is_left_out() -> None:
    assert said(a_record(), "size") == ()


def test_person_comes_from_the_structured_fields() -> None:
    rules = {
        "minimumAge": "18 Years",
        "maximumAge": "65 Years",
        "sex": "FEMALE",
        "healthyVolunteers": False,
        "genderDescription": "Trans women",
    }

    assert said(a_record(eligibilityModule=rules), "who-it-is-for") == (
        "The study is for people 18 to 65 years old.",
        "It is only for women or girls.",
        "The rules do not let healthy people join.",
        'The study team says of gender: "Trans women".',
    )


def test_unknown_sex_is_shown_as_itself() -> None:
    assert said(a_record(eligibilityModule={"sex": "OTHER"}), "who-it-is-for") == (
        'It is for "OTHER".',
    )


def test_about_quotes_the_own_words_of_the_study() -> None:
    study = a_record(
        conditionsModule={"conditions": ["Asthma", "Hay Fever"]},
        designModule={"designInfo": {"primaryPurpose": "TREATMENT"}},
        descriptionModule={"briefSummary": "It tests A.\n\n* safety\n* dose \\> 5 mg"},
    )

    assert said(study, "about") == (
        "It is about: Asthma and Hay Fever.",
        "The main aim is to treat an illness or problem.",
        "Here is what it is about, in the study's own words:",
        '"It tests A."',
        '"safety"',
        '"dose > 5 mg"',
    )


def test_very_long_own_words_end_with_a_pointer() -> None:
    study = a_record(descriptionModule={"briefSummary": "\n\n".join(["A word. " * 100] * 9)})

    lines = said(study, "about")

    assert lines[-1] == "There is more in the record."
    assert sum(map(len, lines)) < 3_000


def test_treatment_has_plain_dose_beside_the_own_words() -> None:
    drug = {"type": "DRUG", "name": "A", "description": "5mg, QD, PO", "otherNames": ["A-1"]}

    lines = said(a_record(armsInterventionsModule={"interventions": [drug]}), "treatments")

    assert lines == (
        '"A" (a drug). It is also called "A-1".',
        "In plain words: 5 mg, once a day, by mouth.",
        'The study\'s own words: "5mg, QD, PO".',
    )


def test_groups_say_how_people_get_there_and_what_they_get() -> None:
    study = a_record(
        designModule={
            "designInfo": {
                "allocation": "RANDOMIZED",
                "interventionModel": "PARALLEL",
                "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT", "INVESTIGATOR"]},
            }
        },
        armsInterventionsModule={
            "armGroups": [
                {"label": "A", "type": "EXPERIMENTAL", "interventionNames": ["Drug: A: new"]},
                {"label": "P", "type": "PLACEBO_COMPARATOR", "description": "Sugar pill"},
                {"label": "X", "type": "NEW_KIND"},
            ]
        },
    )

    assert said(study, "groups") == (
        "The study has 3 groups.",
        "People are put into groups by chance.",
        "Each group gets its own treatment at the same time.",
        'Group 1: "A". This group gets what is being tested. It gets: A: new.',
        'Group 2: "P". This group gets a placebo, to compare. The study team says: "Sugar pill".',
        'Group 3: "X". The record marks it as "NEW_KIND".',
    )
    assert said(study, "who-knows") == (
        (
            "Some do not know which treatment is given. "
            "They are: the people in the study and the study doctors."
        ),
    )


def test_masking_without_names_does_not_guess_them() -> None:
    info = {"maskingInfo": {"masking": "DOUBLE"}}

    assert said(a_record(designModule={"designInfo": info}), "who-knows") == (
        (
            "Two parties in the study do not know which treatment is given. "
            "The record does not say who."
        ),
    )


def test_one_group_model_is_not_told_beside_many_groups() -> None:
    study = a_record(
        designModule={"designInfo": {"interventionModel": "SINGLE_GROUP"}},
        armsInterventionsModule={"armGroups": [{"label": "A"}, {"label": "B"}]},
    )

    assert not any("one group" in line for line in said(study, "groups"))


def test_main_outcome_is_quoted_with_its_time() -> None:
    study = a_record(
        outcomesModule={
            "primaryOutcomes": [{"measure": "Pain score", "timeFrame": "12 weeks"}],
            "secondaryOutcomes": [{"measure": "Sleep"}],
        }
    )

    assert said(study, "main-outcome") == (
        '"Pain score". Time: "12 weeks".',
        "It measures 1 other thing too.",
    )
