"""Places: who is who, and what of it is told."""

from typing import Any

import pytest

from monitor.detection import detect
from monitor.detection.sites import match_sites
from monitor.registry.record.people import Location
from tests.unit.detection.made import GONE, RECORD, edited, found, identities, study_of

_PLACES = "contactsLocationsModule.locations"


def _place(
    facility: str | None, city: str = "Lyon", zip_: str | None = "69003", **more: Any
) -> Location:
    return Location(
        **{"facility": facility, "city": city, "zip": zip_, "country": "France", **more}
    )


def _pairs(old: list[Location], new: list[Location]) -> list[tuple[str | None, str | None]]:
    match = match_sites(old, new)
    return [(one.location.facility, other.location.facility) for one, other in match.pairs]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_place('H\u0103"Pital Foch', "Suresnes"), _place("H\u00f4pital Foch", "Suresnes")),
        (_place("Istituto Verde | Oncologia Medica"), _place("Istituto Verde | Oncologia")),
        (_place("Harbour Hospital"), _place("Meadow Institute")),
        (_place("Harbour Hospital", zip_="69003"), _place("Harbour Hospital", zip_="69008")),
        (
            _place("Harbour Hospital", zip_="\u00b4710061"),
            _place("Harbour Hospital", zip_="710061"),
        ),
        (_place("Harbour Hospital", "N. Port-Old Lyon"), _place("Harbour Hospital", "Old Lyon")),
        (_place("Harbour Hospital"), _place("Harbour Hospital", state="Rhone")),
        (_place(None, zip_=None), _place(None, zip_=None, state="Rhone")),
        (_place("Research Site"), _place("Harbour Hospital")),
        (_place("Research Site", "Old Town"), _place("Research Site", "Lyon")),
        (_place("Made Ltd Study Site", zip_="69003"), _place("Made Ltd Study Site", zip_="69120")),
        (_place("Made Ltd Study Site", zip_=None), _place("Harbour Clinic", zip_="69120")),
        (
            _place("Prof. Dr. Ada Maple Memorial Hospital", "Lyon", None),
            _place("Prof. Dr. Ada Maple Memorial Hospital", "Tours", None),
        ),
        (_place("Harbour Hospital", zip_=None), _place("Harbour Hospital, Allergy", zip_=None)),
        (_place("Harbour Hospital"), _place("Harbour Hospital", country="Italy")),
    ],
)
def test_one_place_under_another_name(old: Location, new: Location) -> None:
    match = match_sites([old], [new])

    assert [(one.location, other.location) for one, other in match.pairs] == [(old, new)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_place("Research Site", "Lyon"), _place("Research Site", "Tours", "37000")),
        (_place("Harbour Clinic", "Lyon", None), _place("Harbour Clinic", "Tours", None)),
        (
            _place("First People's Hospital", zip_="100"),
            _place("Third People's Hospital", zip_="200"),
        ),
        (_place("Harbour Hospital"), _place("Harbour Hospital", "Tours", "37000")),
        (
            _place("Local Institution - 0001", zip_=None),
            _place("Local Institution - 0002", zip_=None),
        ),
        (
            _place("University Hospital", zip_="1"),
            _place("University Hospital of Sorrel", zip_="2"),
        ),
    ],
)
def test_two_places_that_are_not_one(old: Location, new: Location) -> None:
    assert match_sites([old], [new]).pairs == ()


def test_fifty_places_of_one_name_stay_who_they_are() -> None:
    old = [_place("Research Site", f"Town {number}", f"{10_000 + number}") for number in range(50)]
    new = [*old[:20], *old[21:], _place("Research Site", "Newtown", "99999")]

    match = match_sites(old, new[::-1])

    assert match.pairs == ()
    assert [place.location.city for place in match.removed] == ["Town 20"]
    assert [place.location.city for place in match.added] == ["Newtown"]


def test_two_places_of_one_address_are_two() -> None:
    twice = _place("Harbour Hospital")

    assert len(match_sites([twice, twice], [twice]).removed) == 1


def test_twins_pair_with_the_one_of_their_status() -> None:
    old = [_place("Research Site", status=status) for status in ("RECRUITING", "COMPLETED")]
    new = [
        _place("Research Site", status=status, state="Rhone")
        for status in ("COMPLETED", "RECRUITING")
    ]

    match = match_sites(old, new)

    assert {(one.location.status, other.location.status) for one, other in match.pairs} == {
        ("RECRUITING", "RECRUITING"),
        ("COMPLETED", "COMPLETED"),
    }


def test_unnamed_place_among_others_of_its_town_is_not_guessed() -> None:
    neighbour = _place("Made Ltd Study Site", zip_="69001")
    old = [neighbour, _place("Made Ltd Study Site", zip_="69003")]
    new = [neighbour, _place("Made Ltd Study Site", zip_="69120")]

    match = match_sites(old, new)

    assert (match.pairs, len(match.removed), len(match.added)) == ((), 1, 1)


def test_same_name_in_town_beats_same_postcode() -> None:
    old = [_place("Harbour Hospital", zip_="69003")]
    new = [_place("Meadow Institute", zip_="69003"), _place("Harbour Hospital", zip_="69008")]

    assert _pairs(old, new) == [("Harbour Hospital", "Harbour Hospital")]


def test_order_of_the_lists_does_not_matter() -> None:
    old = [_place(f"Clinic {n}", zip_=None) for n in range(6)] + [_place("Research Site")] * 3
    new = [_place(f"Clinic {n} Annex", zip_=None) for n in range(6)] + [_place("Research Site")] * 2

    assert set(_pairs(old, new)) == set(_pairs(old[::-1], new[::-1]))


def test_contacts_are_counted_and_never_shown() -> None:
    differences = found({_PLACES + ".0.contacts.0.phone": "555-0177"})

    assert [(one.before, one.after, one.notes) for one in differences] == [(1, 1, None)]
    assert "Nurse One" not in str(differences)


def test_statuses_that_vanish_with_the_trials_are_counted() -> None:
    differences = found(
        {
            "statusModule.overallStatus": "ACTIVE_NOT_RECRUITING",
            "contactsLocationsModule.centralContacts": [],
            **{f"{_PLACES}.{number}.status": GONE for number in range(3)},
            f"{_PLACES}.0.contacts": GONE,
        }
    )

    assert identities(differences) == [("status", "overall_status")]
    assert differences[0].notes is not None
    assert differences[0].notes["sites_status_swept"] == 3
    assert differences[0].notes["contacts_swept"] == 1


def test_a_place_that_closes_while_the_trial_stays_open_is_told() -> None:
    differences = found({f"{_PLACES}.0.status": GONE})

    assert [(one.kind, one.before, one.after) for one in differences] == [
        ("site.status", "RECRUITING", None)
    ]


def test_a_country_is_lost_with_its_last_place_and_told_once() -> None:
    differences = found(
        {_PLACES + ".0": GONE, "/derivedSection.miscInfoModule.removedCountries": ["France"]}
    )

    assert identities(differences) == [
        ("country.removed", "France"),
        ("site.removed", "Harbour Hospital, Lyon, France"),
    ]


def test_a_country_the_registry_lists_as_left_is_told() -> None:
    differences = found({"/derivedSection.miscInfoModule.removedCountries": ["Italy"]})

    assert identities(differences) == [("country.removed", "Italy")]


def test_same_label_twice_gives_two_subjects() -> None:
    twin = {"facility": "Research Site", "city": "Tours", "country": "France"}
    places = RECORD["protocolSection"]["contactsLocationsModule"]["locations"]
    new = [*places, {**twin, "zip": "37000"}, {**twin, "zip": "37100"}]

    differences = found({_PLACES: new})

    assert identities(differences) == [
        ("site.added", "Research Site, Tours, France"),
        ("site.added", "Research Site, Tours, France (2)"),
    ]


def test_the_only_place_weighs_more_than_one_of_very_many() -> None:
    alone = edited(RECORD, {f"protocolSection.{_PLACES}": [{"facility": "A", "country": "France"}]})
    none = edited(alone, {f"protocolSection.{_PLACES}": []})
    many = [
        {"facility": f"Clinic {n}", "city": f"Town {n}", "country": "France"} for n in range(200)
    ]
    full = edited(RECORD, {f"protocolSection.{_PLACES}": many})
    fewer = edited(RECORD, {f"protocolSection.{_PLACES}": many[1:]})

    last = detect(study_of(alone), study_of(none))
    one_of_many = detect(study_of(full), study_of(fewer))

    assert next(d.severity.word for d in last if d.kind == "site.removed") == "critical"
    assert [d.severity.word for d in one_of_many] == ["minor"]
