"""What a reader calls near: said, written down, and read again, one choice or several."""

import pytest

from monitor.domain.near import KM_A_MILE, Near, nears_written, read_nears

LEEDS = Near(place="Leeds", latitude=53.796, longitude=-1.548, km=50)
COLOGNE = Near(place="K\u00f6ln", latitude=50.933, longitude=6.95, km=30 * KM_A_MILE, in_miles=True)


@pytest.mark.parametrize(
    ("km", "said"),
    [
        (0.4, "under 1 km"),
        (0.6, "about 1 km"),
        (99, "about 99 km"),
        (99.4, "about 99 km"),
        (100, "about 100 km"),
        (104, "about 100 km"),
        (106, "about 110 km"),
        (1_999, "about 2,000 km"),
    ],
)
def test_distance_is_said_to_the_kilometre_and_in_tens_from_a_hundred(km: float, said: str) -> None:
    assert LEEDS.said(km) == said


@pytest.mark.parametrize(
    ("miles", "said"),
    [
        (0.4, "under 1 mile"),
        (1, "about 1 mile"),
        (2, "about 2 miles"),
        (99, "about 99 miles"),
        (106, "about 110 miles"),
    ],
)
def test_one_mile_is_no_miles(miles: float, said: str) -> None:
    assert COLOGNE.said(miles * KM_A_MILE) == said


@pytest.mark.parametrize(
    ("km", "in_miles", "words", "within"),
    [
        (50, False, "within 50 km of Leeds", "50 km"),
        (7.5, False, "within 8 km of Leeds", "7.5 km"),
        (125, False, "within 120 km of Leeds", "125 km"),
        (KM_A_MILE, True, "within 1 mile of Leeds", "1 mile"),
        (48.28, True, "within 30 miles of Leeds", "30 miles"),
        (12.5 * KM_A_MILE, True, "within 12 miles of Leeds", "12.5 miles"),
    ],
)
def test_choice_is_said_rounded_and_shown_as_it_was_typed(
    km: float, words: str, within: str, *, in_miles: bool
) -> None:
    near = Near(place="Leeds", latitude=0, longitude=0, km=km, in_miles=in_miles)

    assert (near.words, near.within) == (words, within)


def test_choice_is_written_down_to_the_letter() -> None:
    assert str(LEEDS) == '["Leeds", 53.796, -1.548, 50, false]'


@pytest.mark.parametrize("nears", [(), (LEEDS,), (COLOGNE,), (LEEDS, COLOGNE)])
def test_choices_are_read_as_they_were_written(nears: tuple[Near, ...]) -> None:
    assert read_nears(nears_written(nears)) == nears


def test_no_choice_is_none_and_one_is_written_as_it_always_was() -> None:
    assert nears_written(()) is None
    assert nears_written([LEEDS]) == str(LEEDS)
    assert nears_written([LEEDS, COLOGNE]) == f"[{LEEDS}, {COLOGNE}]"


def test_distance_to_a_point_is_measured_from_the_place() -> None:
    assert LEEDS.distance(53.796, -1.548) == 0
    assert LEEDS.distance(54.796, -1.548) == pytest.approx(111.195, abs=0.001)
    assert LEEDS.distance(53.796, -0.548) == pytest.approx(65.68, abs=0.01)
