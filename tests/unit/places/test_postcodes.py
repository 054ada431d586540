"""A place by its postcode, and how the packaged set was made."""

import pytest

from monitor.domain.errors import PlaceNotFoundError
from monitor.domain.near import kilometres
from monitor.places.gazetteer import find_place, near_of
from monitor.places.postcodes import find_postcode
from scripts.postcodes import code_of, lines_of

BERLIN, LEEDS, BOSTON, TOKYO = (52.52, 13.41), (53.80, -1.55), (42.36, -71.06), (35.68, 139.76)
AMSTERDAM, TORONTO, DUBLIN, LUXEMBOURG = (
    (52.37, 4.90),
    (43.65, -79.38),
    (53.34, -6.26),
    (49.61, 6.13),
)


@pytest.mark.parametrize(
    ("text", "shown", "point"),
    [
        ("10115, DE", "10115, DE", BERLIN),
        ("D-10115", "10115, DE", BERLIN),
        ("10115, Germany", "10115, DE", BERLIN),
        ("LS1 4AP", "LS1, GB", LEEDS),
        ("ls14ap, UK", "LS1, GB", LEEDS),
        ("02139-4307, US", "02139, US", BOSTON),
        ("100-0001, JP", "10000, JP", TOKYO),
        ("1012 AB", "1012, NL", AMSTERDAM),
        ("M5V 3L9, Canada", "M5V, CA", TORONTO),
        ("D02 X285", "D02, IE", DUBLIN),
        ("L-1111", "1111, LU", LUXEMBOURG),
        ("LU-1111", "1111, LU", LUXEMBOURG),
    ],
)
def test_postcode_is_found_as_people_write_it(
    text: str, shown: str, point: tuple[float, float]
) -> None:
    code = find_postcode(text)

    assert code.shown == shown
    assert kilometres(code.latitude, code.longitude, *point) < 8
    assert find_postcode(code.shown) == code


def test_place_is_called_by_the_part_that_is_kept() -> None:
    near = near_of("LS1 4AP", "10km")

    assert near.words == "within 10 km of LS1, GB"
    assert near_of(near.place, "10km") == near


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10115", r"of United States \(US\), .*Germany \(DE\).*: say which, as in 10115, US"),
        ("4000", r"and \d more countries: say which"),
        ("110-744", "No postcode '110-744' is known in any of the"),
        ("700000", r"could be a postcode of several countries: write its country too"),
        ("110744, NL", "No postcode '110744' of The Netherlands"),
        ("M5V3X9A, CA", "No postcode"),
        ("H0H 0H0", "No postcode"),
        ("99999, DE", "No postcode '99999' of Germany is known here: give a town"),
        ("9999999, IL", "Postcodes of Israel are not known here: give a town"),
        ("10115, Narnia", "'Narnia' is no country"),
        ("é1, DE", "No postcode"),
        ("1011é, DE", "No postcode '1011é' of Germany is known here: give a town"),
        ("0" * 12, "No postcode"),
        ("1 -5 7, DE", "No postcode"),
    ],
)
def test_postcode_that_is_none_or_several_is_refused_with_advice(text: str, words: str) -> None:
    with pytest.raises(PlaceNotFoundError, match=words):
        find_postcode(text)


def test_part_of_a_country_is_found_under_the_country_too() -> None:
    assert find_postcode("00601, US").shown == "00601, PR"
    assert find_postcode("JE2 3AB").shown == "JE2, JE", "not under both"


def test_town_with_a_digit_in_its_name_is_a_town() -> None:
    name, latitude, _ = find_place("6th of October City, EG")

    assert (name, round(latitude)) == ("6th of October City", 30)


def test_set_is_made_of_middles_and_steps() -> None:
    records = [
        _a_place("DE", "10117", 52.51, 13.38),
        _a_place("DE", "10115", 52.53, 13.38),
        _a_place("DE", "10115", 52.55, 13.40),
        _a_place("DE", "10115", 10.0, 10.0),
        _a_place("PT", "1000-001", 38.73, -9.14),
        _a_place("AE", "12345 67890", 24.4, 54.4),
        _a_place("GB", "LS1", 53.8, -1.55),
        _a_place("GB", "EC1A", 51.52, -0.1),
    ]

    assert list(lines_of(records)) == [
        *("=DE 5 5", "10115 5253 1338", "10117 -2 0"),
        *("=GB 0 0", "EC1A 5152 -10", "LS1 228 -145"),
        *("=PT 4 7", "1000 3873 -914"),
    ]


def test_code_whose_places_lie_wide_apart_is_left_out() -> None:
    records = [_a_place("IN", "110001", 28.6, 77.2), _a_place("IN", "110001", 20.0, 70.0)]

    assert list(lines_of(records)) == []


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [("LV", "LV-1050", "1050"), ("FR", "75231 CEDEX 05", "75231"), ("JE", "JE2", "JE2")],
)
def test_code_is_kept_without_what_stands_around_it(country: str, text: str, code: str) -> None:
    assert code_of(country, text) == code


def _a_place(country: str, code: str, latitude: float, longitude: float) -> dict[str, object]:
    return {
        "country_code": country,
        "postal_code": code,
        "latitude": latitude,
        "longitude": longitude,
    }
