"""Watching for places near somewhere, through the command, mail and webhook."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from simulator.given import given_studies
from tests.acceptance.stage import READER, Stage, on_stage
from tests.fakes.registry import a_study

pytestmark = pytest.mark.acceptance

ROBOT = "NCT99000101"
LONDON = {"facility": "Thames Clinic", "city": "London", "country": "United Kingdom"}
YORK = {"facility": "Minster Clinic", "city": "York", "country": "United Kingdom"}
UNKNOWN = {"facility": "Harbour Clinic", "city": "Nowhere", "country": "United Kingdom"}


def at(place: dict[str, str], lat: float, lon: float) -> dict[str, Any]:
    return {**place, "status": "RECRUITING", "geoPoint": {"lat": lat, "lon": lon}}


def a_robot(*places: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(
        a_study(ROBOT, contactsLocationsModule={"locations": list(places)})
    )
    return record


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    london, york = at(LONDON, 51.5, -0.1), at(YORK, 53.959, -1.081)
    start = at({**LONDON, "facility": "First Clinic"}, 51.4, -0.2)
    source = given_studies(
        {ROBOT: a_robot(start)},
        {ROBOT: a_robot(start, london)},
        {ROBOT: a_robot(start, london, york)},
        {ROBOT: a_robot(start, london, york, {**UNKNOWN, "status": "RECRUITING"})},
    )
    async with on_stage(source, tmp_path) as stage:
        yield stage


def body(stage: Stage, number: int) -> str:
    part = stage.mails[number].get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())


async def test_places_near_are_told_with_their_distance_and_others_are_not(stage: Stage) -> None:
    watched = await stage.run(
        "watch", ROBOT, "--email", READER, "--near", "Leeds, GB", "--within", "50km"
    )
    await stage.check()

    await stage.release()
    far = len(stage.mails)
    await stage.release()
    near = len(stage.mails)
    await stage.release()

    assert "of places within 50 km of Leeds" in watched.out
    assert (far, near, len(stage.mails)) == (0, 1, 2)
    assert "Minster Clinic" in body(stage, 0)
    assert "This place is about 36 km from Leeds." in body(stage, 0)
    assert "within 50 km of Leeds, in a straight line" in body(stage, 0)
    assert "We do not know how far this place is from Leeds" in body(stage, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--near", "Springfield"), "say which"),
        (("--near", "10115"), "Germany (DE)"),
        (("--near", "9999999, IL"), "Postcodes of Israel are not known here"),
        (("--near", "Leeds", "--within", "50"), "with its unit"),
        (("--within", "50km"), "name the place too"),
    ],
)
async def test_place_that_cannot_be_meant_is_refused(
    stage: Stage, arguments: tuple[str, ...], words: str
) -> None:
    ended = await stage.run("watch", ROBOT, "--email", READER, *arguments, status=2)

    assert words in ended.err
    assert (await stage.run("list", "--json")).objects == []
