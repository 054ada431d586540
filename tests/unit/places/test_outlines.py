"""Outlines of land: what a view shows of them, and how the packaged set was made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.places.outlines import Point, View, lines_in, outlines_in, ring_in
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


@pytest.mark.parametrize(
    ("ring", "kept"),
    [
        ([(-4, 4), (2, 4), (2, 6), (-4, 6)], {(0, 4), (2, 4), (2, 6), (0, 6)}),
        ([(8, 4), (14, 4), (14, 6), (8, 6)], {(8, 4), (10, 4), (10, 6), (8, 6)}),
        ([(4, -4), (6, -4), (6, 2), (4, 2)], {(4, 0), (6, 0), (6, 2), (4, 2)}),
        ([(4, 8), (6, 8), (6, 14), (4, 14)], {(4, 8), (6, 8), (6, 10), (4, 10)}),
        # A slanted side is cut where it crosses.
        ([(5, 5), (15, 10), (5, 10)], {(5, 5), (10, 7.5), (10, 10), (5, 10)}),
        # What only touches an edge is all there.
        ([(0, 0), (10, 0), (10, 10), (0, 10)], {(0, 0), (10, 0), (10, 10), (0, 10)}),
    ],
    ids=["west", "east", "south", "north", "slanted", "touching"],
)
def test_ring_is_cut_at_each_edge(ring: list[Point], kept: set[Point]) -> None:
    assert set(ring_in(ring, SQUARE)) == kept


def test_line_that_leaves_and_comes_back_is_two() -> None:
    line = [(5.0, 5.0), (15.0, 5.0), (25.0, 5.0), (25.0, 15.0), (15.0, 8.0), (5.0, 8.0)]

    assert list(lines_in(line, SQUARE)) == [[(5, 5), (15, 5)], [(15, 8), (5, 8)]]


@pytest.mark.parametrize(
    ("other", "all_of_it", "any_of_it"),
    [
        (SQUARE, True, True),
        (View(west=1, south=1, east=9, north=9), True, True),
        (View(west=-1, south=0, east=10, north=10), False, True),
        (View(west=0, south=-1, east=10, north=10), False, True),
        (View(west=0, south=0, east=11, north=10), False, True),
        (View(west=0, south=0, east=10, north=11), False, True),
        # Sharing an edge is something in common.
        (View(west=-5, south=0, east=0, north=10), False, True),
        (View(west=10, south=0, east=15, north=10), False, True),
        (View(west=0, south=-5, east=10, north=0), False, True),
        (View(west=0, south=10, east=10, north=15), False, True),
        (View(west=-5, south=0, east=-1, north=10), False, False),
        (View(west=11, south=0, east=15, north=10), False, False),
        (View(west=0, south=-5, east=10, north=-1), False, False),
        (View(west=0, south=11, east=10, north=15), False, False),
    ],
)
def test_view_holds_what_lies_in_it_edges_among_it(
    other: View, *, all_of_it: bool, any_of_it: bool
) -> None:
    assert (SQUARE.holds(other), SQUARE.holds_any(other)) == (all_of_it, any_of_it)


def test_island_stands_where_it_is_on_the_globe() -> None:
    around_iceland = View(west=-30, south=60, east=-10, north=68)

    (island,) = outlines_in(around_iceland)

    longitudes, latitudes = zip(*island.points, strict=True)
    assert island.is_land
    assert (min(longitudes), max(longitudes)) == (-24.33, -13.61)
    assert (min(latitudes), max(latitudes)) == (63.5, 66.53)


def test_land_comes_before_the_borders_drawn_on_it() -> None:
    alps = View(west=5, south=44, east=15, north=49)

    kinds = [shape.is_land for shape in outlines_in(alps)]

    assert kinds == sorted(kinds, reverse=True)
    assert set(kinds) == {True, False}


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
