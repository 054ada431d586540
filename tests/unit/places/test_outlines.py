"""Outlines of land: what a view shows of them, and how the packaged set was made."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.places.outlines import View, lines_in, outlines_in, ring_in
from scripts.outlines import lines_of

SQUARE = View(west=0, south=0, east=10, north=10)


def test_ring_over_an_edge_is_cut_along_it() -> None:
    ring = [(5.0, 5.0), (15.0, 5.0), (15.0, 8.0), (5.0, 8.0), (5.0, 5.0)]

    cut = ring_in(ring, SQUARE)

    assert set(cut) == {(5, 5), (10, 5), (10, 8), (5, 8)}


def test_ring_elsewhere_leaves_nothing_and_one_all_around_leaves_all() -> None:
    beside = [(20.0, 20.0), (30.0, 20.0), (30.0, 30.0), (20.0, 20.0)]
    around = [(-5.0, -5.0), (50.0, -5.0), (50.0, 50.0), (-5.0, 50.0), (-5.0, -5.0)]

    assert ring_in(beside, SQUARE) == []
    assert set(ring_in(around, SQUARE)) == {(0, 0), (10, 0), (10, 10), (0, 10)}


def test_line_is_cut_to_the_steps_that_touch_the_view() -> None:
    line = [(-30.0, 5.0), (-20.0, 5.0), (5.0, 5.0), (6.0, 6.0), (30.0, 6.0), (40.0, 6.0)]

    assert list(lines_in(line, SQUARE)) == [[(-20, 5), (5, 5), (6, 6), (30, 6)]]


@given(
    west=st.floats(-180, 180),
    wide=st.floats(1, 360),
    south=st.floats(-58, 80),
    high=st.floats(1, 60),
)
def test_land_never_leaves_the_view(west: float, wide: float, south: float, high: float) -> None:
    view = View(west=west, south=south, east=west + wide, north=south + high)

    for shape in outlines_in(view):
        for longitude, latitude in shape.points if shape.is_land else ():
            assert view.west - 1e-6 <= longitude <= view.east + 1e-6
            assert view.south - 1e-6 <= latitude <= view.north + 1e-6


def test_view_over_the_date_line_shows_land_on_both_sides() -> None:
    pacific = View(west=170, south=-50, east=240, north=60)

    longitudes = [x for shape in outlines_in(pacific) for x, _ in shape.points]

    assert min(longitudes) < 175, "New Zealand"
    assert max(longitudes) > 235, "California"


def test_borders_are_the_lines_that_two_countries_share() -> None:
    topology = {
        "transform": {"scale": [0.01, 0.01], "translate": [0, 0]},
        "arcs": [
            [[0, 0], [0, 100]],
            [[0, 100], [-100, 0], [0, -100], [100, 0]],
            [[0, 0], [100, 0], [0, 100], [-100, 0]],
        ],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]]},
                    {"type": "MultiPolygon", "arcs": [[[2, -1]]]},
                ]
            },
            "land": {
                "type": "GeometryCollection",
                "geometries": [{"type": "MultiPolygon", "arcs": [[[2, 1]]]}],
            },
        },
    }

    assert list(lines_of(topology)) == [
        "land 0,0 100,0 0,100 -100,0 -100,0 0,-100 100,0",
        "border 0,0 0,100",
    ]


def test_ring_over_the_date_line_runs_on_and_the_pole_is_left_out() -> None:
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [
            [[179, 10], [-358, 0], [0, 5], [358, 0], [0, -5]],
            [[0, -70], [120, 0], [-240, 0], [120, 0]],
        ],
        "objects": {
            "countries": {"geometries": []},
            "land": {"type": "MultiPolygon", "arcs": [[[0]], [[1]]]},
        },
    }

    assert list(lines_of(topology)) == ["land 17900,1000 200,0 0,500 -200,0 0,-500"]
