"""What the later parts say: places, contacts, dates, results, sponsor, questions, source."""

import json
from typing import Any

from monitor.registry.parse import decode_study
from monitor.summaries.trial import write_summary
from tests.unit.summaries.trial.making import a_record, said

CONTACT = {"name": "Jo Doe", "phone": "555-0100", "phoneExt": "7", "email": "jo@example.org"}


def a_place(number: int, **more: Any) -> dict[str, Any]:
    return {"facility": f"Clinic {number}", "city": "Ghent", "country": "Belgium", **more}


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
                "interventions": [
                    {"type": "DRUG", "name": "Drug A"},
                    {"type": "BIOLOGICAL", "name": "Placebo"},
                ],
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
