"""A place by its name, and what is near it."""

import pytest

from monitor.domain.errors import PlaceNotFoundError
from monitor.domain.near import KM_A_MILE, Near, kilometres
from monitor.places.gazetteer import find_town, near_of, read_distance

LEEDS = Near(place="Leeds", latitude=53.796, longitude=-1.548, km=50)


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Leeds, GB", "Leeds", "GB"),
        ("leeds", "Leeds", "GB"),
        ("Leeds, United Kingdom", "Leeds", "GB"),
        ("Leeds, UK", "Leeds", "GB"),
        ("Leeds, AL, US", "Leeds", "US"),
        ("Springfield, IL", "Springfield", "US"),
        ("Munich, Germany", "Munich", "DE"),
        ("München", "Munich", "DE"),
        ("koln", "Köln", "DE"),
        ("SAO PAULO", "São Paulo", "BR"),
        ("L'Aquila", "L'Aquila", "IT"),
        ("LAquila, Italy", "L'Aquila", "IT"),
    ],
)
def test_town_is_found_as_people_write_it(text: str, name: str, country: str) -> None:
    town = find_town(text)

    assert (town.name, town.country) == (name, country)
    assert find_town(town.shown) == town


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Springfield", "could be Springfield, MO, US; Springfield, MA, US"),
        ("Nowhereville", "No town of 5,000 people"),
        ("LS99X 4AP", "No postcode 'LS99X 4AP' is known in any of the 1\\d\\d countries"),
        ("", "No town of 5,000 people"),
        ("Leeds, FR", "No town of 5,000 people"),
        ("95, 10", "no latitude and longitude"),
    ],
)
def test_place_that_is_not_known_is_refused_with_advice(text: str, words: str) -> None:
    with pytest.raises(PlaceNotFoundError, match=words):
        near_of(text, "50km")


def test_degrees_are_a_place_too() -> None:
    near = near_of("53.8, -1.55", "20 mi")

    assert (near.latitude, near.longitude, near.in_miles) == (53.8, -1.55, True)
    assert near.words == "within 20 miles of 53.8, -1.55"


@pytest.mark.parametrize(
    ("text", "km", "in_miles"),
    [
        ("50km", 50, False),
        ("30 mi", 48.28, True),
        ("30 Miles", 48.28, True),
        ("7.5 km", 7.5, False),
    ],
)
def test_distance_is_read_with_its_unit(text: str, km: float, *, in_miles: bool) -> None:
    assert read_distance(text) == (km, in_miles)


@pytest.mark.parametrize("text", ["50", "km", "-5km", "0km", "5000km", "far", ""])
def test_distance_without_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="distance"):
        read_distance(text)


def test_distances_are_those_of_a_round_earth() -> None:
    paris, london = (48.853, 2.349), (51.509, -0.126)

    assert kilometres(*paris, *london) == pytest.approx(343, abs=3)
    assert kilometres(*paris, *paris) == 0
    assert kilometres(0, 179.5, 0, -179.5) == pytest.approx(111, abs=1), "over the date line"
    assert kilometres(90, 0, -90, 0) == pytest.approx(20015, abs=10)


@pytest.mark.parametrize(
    ("km", "kilometre_words", "mile_words"),
    [
        (0.3, "under 1 km", "under 1 mile"),
        (1.4, "about 1 km", "about 1 mile"),
        (12.4, "about 12 km", "about 8 miles"),
        (344.0, "about 340 km", "about 210 miles"),
        (1700.0, "about 1,700 km", "about 1,060 miles"),
    ],
)
def test_distances_are_said_rounded(km: float, kilometre_words: str, mile_words: str) -> None:
    miles = Near(place="Leeds", latitude=0, longitude=0, km=30 * KM_A_MILE, in_miles=True)

    assert LEEDS.said(km) == kilometre_words
    assert miles.said(km) == mile_words


def test_what_is_near_is_written_down_and_read_again() -> None:
    near = near_of("Köln", "30mi")

    assert Near.read(str(near)) == near
    assert str(Near.read(str(near))) == str(near)
