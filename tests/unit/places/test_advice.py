"""What is said of a place that is none, or several, word for word: people act on it."""

import pytest

from monitor.domain.errors import PlaceNotFoundError
from monitor.places.gazetteer import find_place, find_town, near_of, read_distance
from monitor.places.postcodes import find_postcode, looks_like_one

GIVE = (
    ": name a larger one near it, with its country (Leeds, GB), its postcode (10115, DE), or"
    " degrees (53.796,-1.548)"
)
IN_NONE = (
    " is known in any of the 120 countries whose postcodes are known here: give a town near it,"
    " with its country (Leeds, GB)"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nowhereville", f"No town of 5,000 people or more is known as 'Nowhereville'{GIVE}"),
        ("", f"No town of 5,000 people or more is known as ''{GIVE}"),
        (" Leeds, FR ", f"No town of 5,000 people or more is known as 'Leeds, FR'{GIVE}"),
        ("x" * 61, f"No town of 5,000 people or more is known as '{'x' * 60}'{GIVE}"),
        (
            "Springfield",
            (
                "'Springfield' could be Springfield, MO, US; Springfield, MA, US; Springfield, IL, US;"
                " Springfield, OR, US; Springfield, OH, US; Springfield, VA, US: say which"
            ),
        ),
    ],
)
def test_town_that_is_none_or_several_is_refused_with_advice(text: str, words: str) -> None:
    with pytest.raises(PlaceNotFoundError) as refused:
        find_town(text)

    assert str(refused.value) == words


@pytest.mark.parametrize("text", ["91, 0", "-90.1, 0", "0, 181", "0, -180.1"])
def test_degrees_off_the_earth_are_refused(text: str) -> None:
    with pytest.raises(PlaceNotFoundError) as refused:
        find_place(f" {text} ")

    assert str(refused.value) == f"'{text}' is no latitude and longitude"


def test_long_degrees_are_named_by_their_beginning() -> None:
    with pytest.raises(PlaceNotFoundError) as refused:
        find_place("91.0000000000000000000, 0.00000000000000000000")

    assert str(refused.value) == (
        "'91.0000000000000000000, 0.00000000000000' is no latitude and longitude"
    )


@pytest.mark.parametrize(("latitude", "longitude"), [(90, 180), (-90, -180), (0, 0)])
def test_degrees_up_to_the_poles_and_the_date_line_are_a_place(
    latitude: float, longitude: float
) -> None:
    place = f"{latitude}, {longitude}"

    assert find_place(place) == (place, latitude, longitude)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1km", (1, False)),
        ("2000 km", (2000, False)),
        ("1 kilometre", (1, False)),
        ("5 kilometers", (5, False)),
        ("1 mi", (1.609, True)),
        ("1 mile", (1.609, True)),
        ("1242 miles", (1998.805, True)),
    ],
)
def test_distance_may_be_from_one_kilometre_to_two_thousand(
    text: str, read: tuple[float, bool]
) -> None:
    assert read_distance(text) == read


@pytest.mark.parametrize("text", ["0.9km", "2000.1km", "0.6mi", "1243mi"])
def test_distance_that_is_too_short_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="distance") as refused:
        near_of("Leeds", text)

    assert str(refused.value) == f"read '{text}'; a distance is 1 to 2,000 km"


def test_distance_without_a_unit_is_refused_with_two_to_choose_from() -> None:
    with pytest.raises(ValueError, match="distance") as refused:
        near_of("Leeds", "fifty and a bit, or so")

    assert str(refused.value) == (
        "read 'fifty and a bit, or '; write a distance with its unit, as 50km or 30mi"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "1497",
            (
                "'1497' is a postcode of South Africa (ZA) and Singapore (SG): say which, as in"
                " 1497, ZA"
            ),
        ),
        # Nine are named; of ten, two are a number.
        (
            "1056",
            (
                "'1056' is a postcode of Norway (NO), The Netherlands (NL), South Africa (ZA), Hungary"
                " (HU), Philippines (PH), Azerbaijan (AZ), Denmark (DK), Cyprus (CY) and Romania (RO):"
                " say which, as in 1056, NO"
            ),
        ),
        (
            "1007",
            (
                "'1007' is a postcode of Norway (NO), Switzerland (CH), Australia (AU), South Africa"
                " (ZA), Hungary (HU), Philippines (PH), Azerbaijan (AZ), Denmark (DK) and 2 more"
                " countries: say which, as in 1007, NO"
            ),
        ),
        (
            "700000",
            (
                "'700000' could be a postcode of several countries: write its country too, as in"
                " 7000, RO"
            ),
        ),
        ("110-744", f"No postcode '110-744'{IN_NONE}"),
        ("x" * 12 + "99", f"No postcode 'xxxxxxxxxxxx'{IN_NONE}"),
        (
            "110744, NL",
            "No postcode '110744' of The Netherlands is known here: give a town near it",
        ),
        (
            "x" * 12 + "99, DE",
            "No postcode 'xxxxxxxxxxxx' of Germany is known here: give a town near it",
        ),
        (
            "9999999, IL",
            "Postcodes of Israel are not known here: give a town near it, or degrees",
        ),
        (
            "10115, Narnia",
            (
                "'Narnia' is no country that is known here: write a postcode and its country, as in"
                " 10115, DE"
            ),
        ),
        (
            f"10115, {'N' * 61}",
            (
                f"'{'N' * 60}' is no country that is known here: write a postcode and its country, as"
                " in 10115, DE"
            ),
        ),
    ],
)
def test_postcode_that_is_none_or_several_is_refused_with_advice(text: str, words: str) -> None:
    with pytest.raises(PlaceNotFoundError) as refused:
        find_postcode(text)

    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("text", "could_be"),
    [
        ("LS1", True),
        ("LS1 4AP, GB", True),
        ("123456789012, United States", True),
        ("1234567890123", False),
        ("Leeds", False),
        ("Leeds, 12", False),
        ("", False),
    ],
)
def test_what_is_short_and_has_a_digit_could_be_a_postcode(text: str, *, could_be: bool) -> None:
    assert looks_like_one(text) is could_be
