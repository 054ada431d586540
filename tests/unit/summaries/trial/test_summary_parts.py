"""What each part of a summary says, and when it is left out."""

import json
from typing import Any

import pytest

from monitor.registry.parse import decode_study
from monitor.summaries.labels import PHASES
from monitor.summaries.stages import stage_sentences
from monitor.summaries.trial import SECTION_IDS, write_summary
from tests.unit.summaries.trial.making import a_record, said

CONTACT = {"name": "Jo Doe", "phone": "555-0100", "phoneExt": "7", "email": "jo@example.org"}


def a_place(number: int, **more: Any) -> dict[str, Any]:
    return {"facility": f"Clinic {number}", "city": "Ghent", "country": "Belgium", **more}


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


def test_places_are_counted_and_the_open_ones_come_first() -> None:
    places = [
        a_place(1, status="COMPLETED"),
        a_place(2, status="RECRUITING", country="Norway", city="Oslo"),
        a_place(3, status="NOT_YET_RECRUITING"),
    ]

    assert said(a_record(contactsLocationsModule={"locations": places}), "places") == (
        "The study has 3 places in 2 countries.",
        "Places in each country: Belgium 2 and Norway 1.",
        "1 of them is open now.",
        "Clinic 2 (Oslo, Norway): open.",
        "Clinic 1 (Ghent, Belgium): done with this study.",
        "Clinic 3 (Ghent, Belgium): not open yet.",
    )


def test_many_places_end_in_a_count() -> None:
    places = [a_place(number) for number in range(100)]

    lines = said(a_record(contactsLocationsModule={"locations": places}), "places")

    assert lines[0] == "The study has 100 places in Belgium."
    assert lines[-1] == "The record lists 75 more places."
    assert len(lines) == 27


def test_place_of_a_study_of_unknown_status_is_not_called_open() -> None:
    study = a_record(
        statusModule={"overallStatus": "UNKNOWN"},
        contactsLocationsModule={"locations": [a_place(1, status="RECRUITING")]},
    )

    assert said(study, "places") == (
        "The study has 1 place in Belgium.",
        "This list may be out of date. A place listed as open may be closed.",
        "Clinic 1 (Ghent, Belgium): listed as open.",
    )


def test_country_is_named_as_people_say_it() -> None:
    place = {"facility": "Clinic", "city": "Austin", "state": "Texas", "country": "United States"}

    lines = said(a_record(contactsLocationsModule={"locations": [place]}), "places")

    assert lines == (
        "The study has 1 place in the United States.",
        "Clinic (Austin, Texas, United States).",
    )


def test_missing_place_is_said_only_while_people_can_join() -> None:
    assert said(a_record(), "places") == ("The record names no place.",)
    assert said(a_record(statusModule={"overallStatus": "COMPLETED"}), "places") == ()


def test_contact_says_whom_to_call() -> None:
    study = a_record(contactsLocationsModule={"centralContacts": [CONTACT]})

    assert said(study, "contacts") == (
        "Call Jo Doe at 555-0100 (extension 7) or write to jo@example.org.",
    )


def test_contact_of_a_place_stands_in_for_a_missing_one() -> None:
    study = a_record(contactsLocationsModule={"locations": [a_place(1, contacts=[CONTACT])]})

    assert said(study, "contacts") == (
        "The record names no one for the whole study.",
        (
            "At Clinic 1 (Ghent, Belgium): "
            "Call Jo Doe at 555-0100 (extension 7) or write to jo@example.org."
        ),
    )


def test_missing_contact_is_said_only_while_people_can_join() -> None:
    assert said(a_record(), "contacts") == (
        "The record names no one to call. Ask your doctor how to reach the study team.",
    )
    assert said(a_record(statusModule={"overallStatus": "COMPLETED"}), "contacts") == ()


def test_dates_say_whether_they_are_guesses() -> None:
    study = a_record(
        statusModule={
            "overallStatus": "RECRUITING",
            "startDateStruct": {"date": "2026-03-15", "type": "ACTUAL"},
            "primaryCompletionDateStruct": {"date": "2027-03", "type": "ESTIMATED"},
            "completionDateStruct": {"date": "2028"},
        }
    )

    assert said(study, "dates") == (
        "The study started on March 15, 2026.",
        "The date of the last check for the main results is March 2027. This date is a best guess.",
        "The end date is 2028. The record does not say if this is a guess.",
    )


def test_results_are_told_posted_on_their_way_or_missing() -> None:
    posted = {
        "hasResults": True,
        "protocolSection": {"statusModule": {"resultsFirstPostDateStruct": {"date": "2026-05-04"}}},
    }
    waiting = {
        "annotationSection": {
            "annotationModule": {
                "unpostedAnnotation": {
                    "unpostedEvents": [{"type": "RELEASE", "date": "2026-01-05"}]
                }
            }
        }
    }

    assert said(decode_study(json.dumps(posted).encode()), "results") == (
        (
            "Results are on the registry. They were first posted on May 4, 2026. "
            "Ask your doctor what they mean."
        ),
    )
    assert (
        "They are not posted yet." in said(decode_study(json.dumps(waiting).encode()), "results")[0]
    )
    assert said(a_record(), "results") == ("No results are on the registry.",)


def test_sponsor_and_leads_are_named() -> None:
    study = a_record(
        sponsorCollaboratorsModule={
            "leadSponsor": {"name": "North Clinic Inc."},
            "collaborators": [{"name": "East Fund"}],
        },
        contactsLocationsModule={
            "overallOfficials": [{"name": "Jo Doe", "role": "PRINCIPAL_INVESTIGATOR"}]
        },
    )

    assert said(study, "sponsor") == (
        "The sponsor is North Clinic Inc. A sponsor is the one who runs or pays for the study.",
        "Others who help to run or pay for it: East Fund.",
        "Jo Doe (lead doctor or scientist).",
    )


def test_questions_come_only_from_facts_of_the_record() -> None:
    bare = said(a_record(), "questions")
    full = said(
        a_record(
            designModule={
                "studyType": "INTERVENTIONAL",
                "phases": ["PHASE1"],
                "designInfo": {
                    "allocation": "RANDOMIZED",
                    "maskingInfo": {"masking": "SINGLE", "whoMasked": ["PARTICIPANT"]},
                },
            },
            eligibilityModule={"eligibilityCriteria": "Inclusion Criteria:\n\n* Adults"},
            armsInterventionsModule={
                "armGroups": [{"label": "P", "type": "PLACEBO_COMPARATOR"}],
                "interventions": [{"type": "DRUG", "name": "Drug A"}],
            },
            contactsLocationsModule={"locations": [a_place(1)]},
        ),
        "questions",
    )

    assert bare == ()
    assert full == (
        "Do I fit the rules of this study?",
        "What is known so far about how safe this treatment is?",
        "What could Drug A do for me, and what could go wrong?",
        "What other care could I get?",
        "What if I am put into a group that I do not want?",
        "What are the odds that I get a placebo?",
        "When could I find out which treatment I got?",
        "How often would I go there, and who pays for travel?",
    )


def test_stopped_study_is_not_asked_about_joining() -> None:
    study = a_record(
        statusModule={"overallStatus": "TERMINATED"},
        eligibilityModule={"eligibilityCriteria": "Inclusion Criteria:\n\n* Adults"},
    )

    assert said(study, "questions") == ("What does it mean for me that this study stopped?",)


def test_source_names_record_version_and_release() -> None:
    study = decode_study(
        json.dumps(
            {
                "protocolSection": {"identificationModule": {"nctId": "NCT99000001"}},
                "derivedSection": {"miscInfoModule": {"versionHolder": "2026-06-07"}},
            }
        ).encode()
    )

    assert said(study, "source", version=4) == (
        "This was written from record NCT99000001 on ClinicalTrials.gov.",
        "It is version 4 of the record that we keep.",
        "The registry gave it in its release of June 7, 2026.",
        "This is not medical advice.",
    )
    assert not any("version" in line for line in said(study, "source", version=0))


def test_every_rule_stands_in_the_list_once() -> None:
    text = "Inclusion Criteria:\n\n* Adults\n* Healthy heart:\n  * no pain\n\nExclusion Criteria:\n\n* Flu"
    summary = write_summary(a_record(eligibilityModule={"eligibilityCriteria": text}), version=1)

    assert [rule.path for rule in summary.eligibility] == ["I.1", "I.2", "I.2.1", "E.1"]
    assert all(rule.plain for rule in summary.eligibility)


def test_facts_keep_the_words_of_the_registry() -> None:
    study = a_record(
        designModule={"phases": ["PHASE2"], "enrollmentInfo": {"count": 33, "type": "ESTIMATED"}}
    )

    facts = write_summary(study, version=1).facts

    assert facts["overall_status"] == "RECRUITING"
    assert facts["phases"] == ["PHASE2"]
    assert facts["enrollment"] == {"count": 33, "type": "ESTIMATED"}
    assert None not in facts.values()
