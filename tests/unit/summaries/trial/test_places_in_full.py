"""Places, contacts, dates and results in whole sentences, at their bounds."""

import json
from typing import Any

import pytest

from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from tests.unit.summaries.trial.making import a_record, said

CALL = "Call Jo Doe at 555-0100."


def a_place(number: int, **more: Any) -> dict[str, Any]:
    return {"facility": f"Clinic {number}", "city": "Ghent", "country": "Belgium", **more}


def at_places(*places: dict[str, Any], status: str = "RECRUITING") -> Study:
    return a_record(
        statusModule={"overallStatus": status}, contactsLocationsModule={"locations": list(places)}
    )


def a_person(number: int = 0) -> dict[str, str]:
    return {"name": "Jo Doe", "phone": f"555-010{number}"}


@pytest.mark.parametrize(
    ("statuses", "line"),
    [
        (["RECRUITING", "RECRUITING"], "All of them are open now."),
        (["COMPLETED", None], "None of them are open now."),
        (["RECRUITING", "RECRUITING", None], "2 of them are open now."),
        ([None, None], "Clinic 0 (Ghent, Belgium)."),
    ],
)
def test_open_places_are_counted(statuses: list[str | None], line: str) -> None:
    places = [
        a_place(number, **({"status": status} if status else {}))
        for number, status in enumerate(statuses)
    ]

    assert said(at_places(*places), "places")[1] == line


def test_lone_place_is_told_how_it_stands_once() -> None:
    assert said(at_places(a_place(1, status="RECRUITING")), "places") == (
        "The study has 1 place in Belgium.",
        "Clinic 1 (Ghent, Belgium): open.",
    )


def test_places_of_a_study_of_unknown_status_are_not_counted_as_open() -> None:
    bare = at_places(a_place(1), a_place(2), status="UNKNOWN")

    assert said(bare, "places") == (
        "The study has 2 places in Belgium.",
        "Clinic 1 (Ghent, Belgium).",
        "Clinic 2 (Ghent, Belgium).",
    )


@pytest.mark.parametrize(
    ("count", "end"),
    [
        (25, "Clinic 24 (Ghent, Belgium)."),
        (26, "The record lists 1 more place."),
        (27, "The record lists 2 more places."),
    ],
)
def test_twenty_five_places_are_told(count: int, end: str) -> None:
    lines = said(at_places(*(a_place(number) for number in range(count))), "places")

    assert lines[-1] == end


def test_countries_with_the_most_places_come_first_and_then_by_name() -> None:
    countries = ["Chile", "Peru", "Cuba", "Peru", " "]

    lines = said(at_places(*(a_place(1, country=name) for name in countries)), "places")

    assert lines[:2] == (
        "The study has 5 places in 3 countries.",
        "Places in each country: Peru 2, Chile 1, and Cuba 1.",
    )


@pytest.mark.parametrize(("count", "end"), [(12, "and C11 1."), (13, "C11 1, and 1 more.")])
def test_twelve_countries_are_named(count: int, end: str) -> None:
    places = (a_place(1, country=f"C{number:02d}") for number in range(count))

    assert said(at_places(*places), "places")[1].endswith(end)


def test_places_without_a_country_are_counted_alone() -> None:
    assert said(at_places({"facility": "Clinic"}), "places") == (
        "The study has 1 place.",
        "Clinic.",
    )


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        ("RECRUITING", ("The record names no place.",)),
        ("NOT_YET_RECRUITING", ("The record names no place.",)),
        ("ENROLLING_BY_INVITATION", ("The record names no place.",)),
        ("SUSPENDED", ()),
    ],
)
def test_missing_place_is_told_where_somebody_may_join(status: str, lines: tuple[str, ...]) -> None:
    assert said(a_record(statusModule={"overallStatus": status}), "places") == lines


def test_people_for_the_whole_study_come_before_those_of_its_places() -> None:
    study = a_record(
        contactsLocationsModule={
            "centralContacts": [
                {"name": "Nobody"},
                a_person(),
                {"email": "ask@example.org"},
                {"name": "Al Roe", "email": "al@example.org"},
            ],
            "locations": [a_place(1, contacts=[a_person(7)])],
        }
    )

    assert said(study, "contacts") == (
        CALL,
        "Write to the study team at ask@example.org.",
        "Write to Al Roe at al@example.org.",
    )


@pytest.mark.parametrize(
    ("count", "end"),
    [
        (5, "At Clinic 1 (Ghent, Belgium): Call Jo Doe at 555-0104."),
        (6, "The record names 1 more person to call."),
        (7, "The record names 2 more people to call."),
    ],
)
def test_five_people_of_places_are_named(count: int, end: str) -> None:
    people = [a_person(number) for number in range(count)]

    lines = said(at_places(a_place(1, contacts=people)), "contacts")

    assert lines[0] == "The record names no one for the whole study."
    assert lines[-1] == end


def test_people_of_open_places_come_first() -> None:
    study = at_places(
        a_place(1, contacts=[a_person(1)], status="COMPLETED"),
        a_place(2, contacts=[a_person(2)], status="RECRUITING", state="Flanders"),
    )

    assert said(study, "contacts")[1:] == (
        "At Clinic 2 (Ghent, Belgium): Call Jo Doe at 555-0102.",
        "At Clinic 1 (Ghent, Belgium): Call Jo Doe at 555-0101.",
    )


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        (
            {"primaryCompletionDateStruct": {"date": "2026-03", "type": "ACTUAL"}},
            ("The last check for the main results was in March 2026.",),
        ),
        (
            {"completionDateStruct": {"date": "2026-03-09", "type": "ACTUAL"}},
            ("The study ended on March 9, 2026.",),
        ),
        (
            {"startDateStruct": {"date": "2026-03", "type": "HOPED"}},
            ('The start date is March 2026. The record marks this date as "HOPED".',),
        ),
        (
            {"startDateStruct": {"date": "2026-03", "type": "ESTIMATED"}},
            ("The start date is March 2026. This date is a best guess.",),
        ),
        ({"startDateStruct": {"type": "ACTUAL"}}, ()),
    ],
)
def test_each_date_is_told_in_full(given: dict[str, Any], lines: tuple[str, ...]) -> None:
    assert said(a_record(statusModule={"overallStatus": "RECRUITING", **given}), "dates") == lines


def with_events(*kinds: str) -> Study:
    events = [{"type": kind, "date": "2026-01-05"} for kind in kinds]
    annotation = {"annotationModule": {"unpostedAnnotation": {"unpostedEvents": events}}}
    return decode_study(json.dumps({"annotationSection": annotation}).encode())


@pytest.mark.parametrize(
    ("kinds", "line"),
    [
        (
            ["RESET", "RELEASE"],
            "The study team has sent results to the registry. They are not posted yet.",
        ),
        (
            ["RELEASE", "RESET"],
            "The registry sent results back to the study team. They are not posted yet.",
        ),
        (["RELEASE", "UNRELEASE"], "No results are on the registry."),
        ([], "No results are on the registry."),
    ],
)
def test_last_step_of_results_is_the_one_told(kinds: list[str], line: str) -> None:
    assert said(with_events(*kinds), "results") == (line,)


def test_results_without_a_date_are_told_without_one() -> None:
    assert said(decode_study(b'{"hasResults":true}'), "results") == (
        "Results are on the registry. Ask your doctor what they mean.",
    )
