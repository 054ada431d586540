"""Who hears of places near them: in memory, on SQLite and on PostgreSQL alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.alerts import Alert
from monitor.domain.changes import Change, Severity
from monitor.domain.events import EventType
from monitor.domain.near import Near
from monitor.domain.ports import OpenWork
from monitor.domain.timings import LetGo, Rhythm, Timing
from monitor.domain.topics import Topic
from monitor.domain.watches import DEFAULT_LIST, Channel, Subscription
from storage import queries, targetcare
from storage.engine import Database
from tests.builders import NOON, a_change, a_step
from tests.integration.storage.scenes import addresses, claim, join, make_target, send_out, watch

LEEDS = Near(place="Leeds", latitude=53.796, longitude=-1.548, km=50)
LONDON = Near(place="London", latitude=51.509, longitude=-0.126, km=50)
YORK_POINT, LONDON_POINT = (53.959, -1.081), (51.5, -0.1)
LATER = NOON + timedelta(days=1)


def a_site(point: tuple[float, float] | None, number: int = 2, **fields: object) -> Change:
    usual = a_change(
        from_version=number - 1,
        to_version=number,
        kind="site.added",
        subject=f"Clinic at {point}",
        before=None,
        after={"facility": "Clinic"},
        severity=Severity.MAJOR,
        sentence="The study has a new place.",
        notes={"point": list(point)} if point else {},
    )
    return replace(usual, **fields)  # type: ignore[arg-type]  # checked by the dataclass


def an_alert_of(*changes: Change, number: int = 2) -> Alert:
    return replace(a_step(number), changes=changes)


def join_near(
    open_work: OpenWork,
    address: str,
    near: Near | None,
    *,
    topics: tuple[Topic, ...] = (),
    min_severity: Severity = Severity.MINOR,
    channel: Channel = Channel.EMAIL,
) -> Subscription:
    with open_work() as work:
        joined = work.watches.subscribe(
            make_target(work, address, channel),
            list_name=DEFAULT_LIST,
            nct_id=None,
            min_severity=min_severity,
            token=address,
            now=NOON,
            topics=topics,
            near=near,
        )
        work.commit()
    return joined


@pytest.fixture
def readers(open_work: OpenWork) -> OpenWork:
    """One near Leeds, one near London, one for whom all places count."""
    watch(open_work)
    join_near(open_work, "leeds@example.org", LEEDS)
    join_near(open_work, "london@example.org", LONDON)
    join(open_work, "all@example.org")
    return open_work


def test_what_is_near_is_kept_with_the_subscription(open_work: OpenWork) -> None:
    watch(open_work)

    assert join_near(open_work, "ada@example.org", LEEDS).near == LEEDS
    assert join_near(open_work, "ada@example.org", LONDON).near == LONDON
    assert join_near(open_work, "ada@example.org", None).near is None


def test_place_is_told_to_those_who_are_near_and_to_those_who_did_not_say(
    readers: OpenWork,
) -> None:
    assert send_out(readers, an_alert_of(a_site(YORK_POINT))) == 2

    claims = {one.target.address: one for one in claim(readers)}

    assert set(claims) == {"leeds@example.org", "all@example.org"}
    assert "about 36 km from Leeds" in claims["leeds@example.org"].told[0].sentence
    assert claims["all@example.org"].told[0].sentence == "The study has a new place."


def test_each_is_told_of_the_places_near_them(readers: OpenWork) -> None:
    send_out(readers, an_alert_of(a_site(YORK_POINT), a_site(LONDON_POINT)))

    told = {one.target.address: [change.subject for change in one.told] for one in claim(readers)}

    assert told == {
        "leeds@example.org": [f"Clinic at {YORK_POINT}"],
        "london@example.org": [f"Clinic at {LONDON_POINT}"],
        "all@example.org": [f"Clinic at {YORK_POINT}", f"Clinic at {LONDON_POINT}"],
    }


def test_place_without_a_point_is_told_to_everybody(readers: OpenWork) -> None:
    assert send_out(readers, an_alert_of(a_site(None))) == 3


def test_news_of_the_whole_study_reaches_everybody(readers: OpenWork) -> None:
    assert send_out(readers, a_step(2)) == 3
    assert send_out(readers, an_alert_of(*a_step(3).changes, a_site(YORK_POINT, 3), number=3)) == 3


def test_weight_is_that_of_what_is_left(open_work: OpenWork) -> None:
    watch(open_work)
    join_near(open_work, "ada@example.org", LEEDS, min_severity=Severity.MAJOR)
    minor = a_change(kind="contact", subject="contacts", severity=Severity.MINOR)

    assert send_out(open_work, an_alert_of(a_site(LONDON_POINT), minor)) == 0


def test_topics_and_distance_go_together(open_work: OpenWork) -> None:
    watch(open_work)
    join_near(open_work, "ada@example.org", LEEDS, topics=(Topic.PLACES,))

    assert send_out(open_work, an_alert_of(*a_step(2).changes, a_site(LONDON_POINT))) == 0
    assert (
        send_out(open_work, an_alert_of(*a_step(3).changes, a_site(YORK_POINT, 3), number=3)) == 1
    )


def test_delivery_stays_what_it_was_when_the_choice_changes(readers: OpenWork) -> None:
    send_out(readers, an_alert_of(a_site(YORK_POINT)))
    join_near(readers, "leeds@example.org", LONDON)

    [claimed] = [one for one in claim(readers) if one.target.address == "leeds@example.org"]

    assert "from Leeds" in claimed.told[0].sentence


def test_digest_holds_the_places_near_alone(readers: OpenWork) -> None:
    with readers() as work:
        target = make_target(work, "leeds@example.org")
        work.timings.choose(
            target,
            Timing(rhythm=Rhythm.DAILY),
            list_name=DEFAULT_LIST,
            token="hours",
            next_at=LATER,
        )
        work.commit()
    send_out(readers, an_alert_of(a_site(YORK_POINT), a_site(LONDON_POINT)), a_step(3))
    with readers() as work:
        [due] = work.timings.due(LATER, limit=10)
        together = tuple(waiting.delivery_id for waiting in due.waiting)
        work.timings.release([(due, LetGo(together=together))], now=LATER)
        work.commit()

    [digest] = [one.digest for one in claim(readers, now=LATER) if one.digest]

    assert [[change.kind for change in alert.told] for alert in digest.alerts] == [
        ["site.added"],
        ["status"],
    ]


def test_typed_event_of_places_goes_by_distance_too(stored: Database) -> None:
    watch(stored.open_work)
    hook = "https://hooks.example/a"
    join_near(stored.open_work, hook, LEEDS, channel=Channel.WEBHOOK)
    types = [EventType.SITES_CHANGED, EventType.STATUS_CHANGED]
    targetcare.choose(stored, targetcare.find(stored, hook), types=types)

    send_out(stored.open_work, an_alert_of(*a_step(2).changes, a_site(LONDON_POINT)))

    assert [one.delivery.type for one in claim(stored.open_work)] == [EventType.STATUS_CHANGED]


def test_message_is_shown_as_its_reader_got_it(stored: Database) -> None:
    watch(stored.open_work)
    join_near(stored.open_work, "ada@example.org", LEEDS)
    send_out(stored.open_work, an_alert_of(a_site(YORK_POINT), a_site(LONDON_POINT)))
    [row] = queries.deliveries(stored)

    found = queries.delivery(stored, row.id)

    assert found is not None
    assert len(found[1].changes) == 1
    assert addresses(claim(stored.open_work)) == ["ada@example.org"]
