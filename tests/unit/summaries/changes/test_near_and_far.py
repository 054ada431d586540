"""What is near a reader of one or of several lists, to the kilometre, in whole sentences."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.changes import Change
from monitor.domain.near import Near
from monitor.summaries.nearby import has_places, narrowed
from tests.builders import a_change, an_alert

LEEDS = Near(place="Leeds", latitude=53.796, longitude=-1.548, km=50)
YORK = Near(place="York", latitude=53.959, longitude=-1.081, km=10)
HERE, FURTHER = [53.959, -1.081], [51.509, -0.126]


def a_site(point: Any, *, kind: str = "site.added", meaning: str = "") -> Change:
    notes = {} if point is None else {"point": point}
    return a_change(
        kind=kind, subject="Hill", sentence="A place: Hill.", meaning=meaning, notes=notes
    )


def told(change: Change, *nears: Near) -> tuple[Change, ...]:
    return narrowed(an_alert(changes=(change,)), *nears).changes


def test_place_at_the_very_distance_is_near_and_a_step_further_is_not() -> None:
    km = LEEDS.distance(*HERE)

    assert len(told(a_site(HERE), replace(LEEDS, km=km))) == 1
    assert told(a_site(HERE), replace(LEEDS, km=km - 0.001)) == ()


def test_place_near_one_of_two_lists_is_told_from_that_one() -> None:
    [change] = told(a_site(HERE), YORK, replace(LEEDS, km=20))

    assert change.sentence == "A place: Hill. This place is under 1 km from York."
    assert change.meaning == (
        "You are told of places within 10 km of York or within 20 km of Leeds, in a straight line."
    )


def test_place_near_two_lists_is_told_from_both() -> None:
    [change] = told(a_site(HERE), YORK, LEEDS)

    assert change.sentence == (
        "A place: Hill. This place is under 1 km from York and about 36 km from Leeds."
    )


def test_place_far_from_both_lists_is_left_out() -> None:
    assert told(a_site(FURTHER), YORK, LEEDS) == ()


def test_two_lists_that_call_the_same_near_say_so_once() -> None:
    [change] = told(a_site(None), LEEDS, LEEDS)

    assert change.sentence == (
        "A place: Hill. We do not know how far this place is from Leeds: the registry gives no"
        " location for it."
    )
    assert change.meaning == "You are told of places within 50 km of Leeds, in a straight line."


def test_place_of_unknown_location_is_told_of_every_list() -> None:
    [change] = told(a_site(None), LEEDS, YORK)

    assert change.sentence == (
        "A place: Hill. We do not know how far this place is from Leeds or York: the registry gives"
        " no location for it."
    )


@pytest.mark.parametrize("point", ["here", ["53.9", -1.08], [53.9, None], {"lat": 53.9}])
def test_point_that_is_none_is_unknown(point: Any) -> None:
    [change] = told(a_site(point), LEEDS)

    assert "We do not know how far this place is from Leeds" in change.sentence


def test_what_the_change_means_is_said_before_the_distance_chosen() -> None:
    [change] = told(a_site(HERE, meaning="Ask the study team."), LEEDS)

    assert change.meaning == (
        "Ask the study team. You are told of places within 50 km of Leeds, in a straight line."
    )


def test_distance_chosen_is_said_with_the_first_place_alone() -> None:
    alert = an_alert(changes=(a_change(meaning=""), a_site(HERE), a_site(HERE)))

    status, first, second = narrowed(alert, LEEDS).changes

    assert first.meaning == "You are told of places within 50 km of Leeds, in a straight line."
    assert (status.meaning, second.meaning) == ("", "")


def test_alert_keeps_what_its_reader_calls_near() -> None:
    alert = an_alert(changes=(a_site(HERE), a_change(kind="country.added")))

    near = narrowed(alert, YORK, LEEDS)

    assert near.near == (YORK, LEEDS)
    assert [change.kind for change in near.changes] == ["site.added"]


def test_reader_of_all_places_is_told_the_alert_as_it_is() -> None:
    alert = an_alert(changes=(a_site(FURTHER),))

    assert has_places(alert)
    assert narrowed(alert) is alert


def test_change_of_another_thing_keeps_its_sentence() -> None:
    other = a_change(kind="phase", sentence="The stage changed.", meaning="")

    assert narrowed(an_alert(changes=(other, a_site(FURTHER))), LEEDS).changes == (other,)
