"""An alert as somebody is told it who cares for places near them."""

from dataclasses import replace

from monitor.detection import detect
from monitor.domain.alerts import Alert
from monitor.domain.changes import Change, Json, Severity
from monitor.domain.near import Near
from monitor.registry.parse import decode_study
from monitor.summaries.grammar import lint
from monitor.summaries.nearby import has_places, narrowed
from tests.builders import a_change, an_alert
from tests.fakes.registry import a_study

LEEDS = Near(place="Leeds", latitude=53.796, longitude=-1.548, km=50)
YORK, LONDON = (53.959, -1.081), (51.509, -0.126)


def a_site(point: tuple[float, float] | None, subject: str = "Hill", **fields: object) -> Change:
    notes: dict[str, Json] = {"total": 3}
    if point:
        notes["point"] = list(point)
    usual = a_change(
        kind="site.added",
        subject=subject,
        before=None,
        after={"facility": subject, "city": "York", "country": "United Kingdom"},
        severity=Severity.MAJOR,
        sentence=f"The study has a new place: {subject}.",
        meaning="",
        notes=notes,
    )
    return replace(usual, **fields)  # type: ignore[arg-type]  # checked by the dataclass


def told(*changes: Change, near: Near = LEEDS) -> Alert:
    return narrowed(an_alert(changes=changes), near)


def test_near_place_says_how_far_it_is() -> None:
    [change] = told(a_site(YORK)).changes

    assert (
        change.sentence == "The study has a new place: Hill. This place is about 36 km from Leeds."
    )
    assert change.meaning == "You are told of places within 50 km of Leeds, in a straight line."
    assert lint(change.sentence) == ()


def test_distance_stands_beside_the_place_and_before_what_is_said_of_all() -> None:
    sentence = "A place was added: Hill. It is open. The study now has 9 places in 5 countries."
    [change] = told(a_site(YORK, sentence=sentence)).changes

    assert change.sentence == (
        "A place was added: Hill. It is open. This place is about 36 km from Leeds."
        " The study now has 9 places in 5 countries."
    )


def test_place_further_away_is_left_out() -> None:
    alert = told(a_site(YORK), a_site(LONDON, "River"))

    assert [change.subject for change in alert.changes] == ["Hill"]


def test_place_without_a_point_is_unknown_and_told_as_such() -> None:
    [change] = told(a_site(None)).changes

    assert change.sentence.endswith(
        "We do not know how far this place is from Leeds: the registry gives no location for it."
    )
    assert lint(change.sentence) == ()


def test_what_is_about_the_whole_study_stays() -> None:
    status = a_change()
    country = a_change(kind="country.added", subject="France")

    alert = told(status, country, a_site(LONDON))

    assert alert.changes == (status,)


def test_alert_without_places_is_left_as_it_is() -> None:
    alert = an_alert(changes=(a_change(), a_change(kind="country.added", subject="France")))

    assert not has_places(alert)
    assert narrowed(alert, LEEDS) is alert
    assert narrowed(alert) is alert


def test_reader_in_miles_is_told_in_miles() -> None:
    [change] = told(a_site(YORK), near=replace(LEEDS, in_miles=True)).changes

    assert "about 22 miles from Leeds" in change.sentence
    assert "within 31 miles of Leeds" in change.meaning


def test_points_come_from_the_record_and_are_never_compared() -> None:
    def study(number: int, lat: float) -> bytes:
        places = [
            {"facility": f"Clinic {n}", "city": "York", "geoPoint": {"lat": lat, "lon": -1.08}}
            for n in range(number)
        ]
        return a_study("NCT99000001", contactsLocationsModule={"locations": places})

    one, moved, two = (decode_study(study(*each)) for each in ((1, 53.9), (1, 54.9), (2, 53.9)))

    assert detect(one, moved) == ()
    [added] = detect(one, two)
    assert added.notes is not None
    assert added.notes["point"] == [53.9, -1.08]
