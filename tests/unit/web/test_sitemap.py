"""A trial's places on a map: the right piece of it, and a pin that says how each stands."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.registry.record.people import GeoPoint, Location
from storage.engine import Database
from tests.fakes.registry import FakeRegistry, a_study
from tests.unit.web.site import CHANGES, QUIET, a_service, fill, visiting
from trialwatch.web.sitemap import WIDE, SiteMap, site_map, view_of

LEEDS, YORK, LYON, OSLO = (53.8, -1.55), (53.96, -1.08), (45.76, 4.84), (59.91, 10.75)
AUCKLAND, SEATTLE = (-36.85, 174.76), (47.6, -122.33)


def a_place(at: tuple[float, float] | None, status: str | None = None, name: str = "") -> Location:
    point = None if at is None else GeoPoint(lat=at[0], lon=at[1])
    return Location(facility=name or "Hillside Clinic", status=status, geo_point=point)


def drawn(*places: Location) -> SiteMap:
    found = site_map(places)
    assert found is not None
    return found


def test_pins_lie_on_the_picture_north_up_and_east_right() -> None:
    south_west, north_east = drawn(a_place(LYON, "RECRUITING"), a_place(OSLO, "RECRUITING")).pins[
        ::-1
    ]

    assert south_west.x < north_east.x
    assert south_west.y > north_east.y


def test_shape_says_how_a_place_stands() -> None:
    found = drawn(
        a_place(LEEDS, "COMPLETED", "Old Clinic"),
        a_place(OSLO, "RECRUITING", "New Clinic"),
        a_place(LYON),
    )

    looks = {pin.words.partition(":")[0]: pin.look for pin in found.pins}
    assert looks == {"Old Clinic": "over", "New Clinic": "open", "Hillside Clinic": "none"}
    assert found.pins[-1].look == "open", "drawn last, so on top"
    assert [(look, places) for look, _, places in found.legend] == [
        ("open", 1),
        ("over", 1),
        ("none", 1),
    ]


def test_status_never_heard_of_counts_as_none_given() -> None:
    assert drawn(a_place(LEEDS, "<b>NEW</b>")).pins[0].look == "none"


def test_places_close_together_are_one_larger_pin() -> None:
    found = drawn(*(a_place(LEEDS, "RECRUITING", f"Clinic {n}") for n in range(6)), a_place(OSLO))

    (many,) = [pin for pin in found.pins if pin.look == "open"]
    assert many.size == "large"
    assert many.words == "Clinic 0; Clinic 1; Clinic 2; and 3 more: taking people"


def test_places_without_a_point_are_counted_not_drawn() -> None:
    found = drawn(a_place(LEEDS), a_place(None), a_place((91, 0)), a_place((10, 999)))

    assert (len(found.pins), found.places, found.pointless) == (1, 4, 3)
    assert site_map([a_place(None)]) is None
    assert site_map([]) is None


def test_view_takes_the_shorter_way_round_the_earth() -> None:
    view = view_of([(AUCKLAND[1], AUCKLAND[0]), (SEATTLE[1], SEATTLE[0])])

    assert view.west < 174.76
    assert view.east > 237.67
    assert view.east - view.west < 180


@given(
    st.lists(
        st.tuples(st.floats(-58, 84), st.floats(-180, 180)),
        min_size=1,
        max_size=30,
    )
)
def test_every_place_is_inside_a_picture_of_reasonable_form(
    points: list[tuple[float, float]],
) -> None:
    found = drawn(*(a_place(point) for point in points))

    assert WIDE * 0.3 <= found.height <= WIDE * 1.1
    for pin in found.pins:
        assert 0 <= pin.x <= WIDE
        assert 0 <= pin.y <= found.height


def test_a_world_of_places_stays_small() -> None:
    places = [
        a_place((n % 120 - 50 + n / 900, n * 37 % 360 - 180), name="A" * 300) for n in range(3000)
    ]

    found = drawn(*places)

    assert found.is_cut
    assert len(found.pins) == 600
    assert max(len(pin.words) for pin in found.pins) < 400
    assert len(found.land) + len(found.borders) < 60_000


def a_sited_study(*places: Mapping[str, object]) -> bytes:
    return a_study(QUIET, contactsLocationsModule={"locations": list(places)})


@pytest.mark.parametrize("page", [f"/trials/{QUIET}", f"/trials/{QUIET}/places"])
async def test_page_draws_places_that_are_read_as_words_too(database: Database, page: str) -> None:
    service = a_service(database)
    evil = '<script>alert(1)</script> & "Sons"'
    hall = {
        "facility": evil,
        "city": "Leeds",
        "status": "RECRUITING",
        "geoPoint": {"lat": 53.8, "lon": -1.55},
    }
    lost = {"facility": "Lost Clinic", "city": "Nowhere", "status": "WITHDRAWN"}
    await fill(service, FakeRegistry({CHANGES: a_study(CHANGES), QUIET: a_sited_study(hall, lost)}))

    async with visiting(service) as client:
        text = (await client.get(page)).text

    svg = text[text.index("<svg role") : text.index("</svg>") + len("</svg>")]
    picture = ET.fromstring(svg)  # noqa: S314  # what our own template wrote
    spoken = {one.get("id"): one.text for one in picture if one.get("id")}
    assert spoken["map-title"] == f"Map of the places of {QUIET}"
    assert (
        spoken["map-told"] == "1 place taking people. The table of places says the same in words."
    )
    assert f"{evil}, Leeds: taking people" in [one.text for one in picture.iter() if one.text]
    assert "The record gives no point of 1 of 2 places" in text
    assert "<script" not in text
    assert "style=" not in svg


async def test_page_of_a_trial_without_points_has_no_map(database: Database) -> None:
    service = a_service(database)
    await fill(service)

    async with visiting(service) as client:
        text = (await client.get(f"/trials/{QUIET}")).text

    assert "<figure" not in text
