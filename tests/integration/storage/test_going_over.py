"""What one list made and another asks for too: in memory, on SQLite and on PostgreSQL alike."""

from datetime import timedelta

import pytest

from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.near import Near
from monitor.domain.people import ListRole, Person, Role
from monitor.domain.ports import OpenWork
from monitor.domain.timings import LetGo, Rhythm, Timing
from monitor.domain.watches import Channel
from storage import queries
from storage.engine import Database
from storage.leaving import forget
from tests.builders import NOON, TRIAL, a_step, agreed_target
from tests.integration.storage.scenes import claim, join, make_target, send_out, watch
from tests.integration.storage.test_near import (
    LEEDS,
    LONDON,
    LONDON_POINT,
    YORK_POINT,
    a_site,
    an_alert_of,
)

ADA = "ada@example.org"
LATER = NOON + timedelta(days=1)


def hears(
    open_work: OpenWork,
    list_name: str,
    *,
    near: Near | None = None,
    daily: bool = False,
) -> str:
    """Let Ada hear of a list with the usual trial on it; return the key that ends it."""
    watch(open_work, list_name=list_name)
    with open_work() as work:
        target = make_target(work, ADA)
        joined = work.watches.subscribe(
            target,
            list_name=list_name,
            nct_id=None,
            min_severity=Severity.MINOR,
            token=f"end {list_name}",
            now=NOON,
            near=near,
        )
        if daily:
            work.timings.choose(
                target,
                Timing(rhythm=Rhythm.DAILY),
                list_name=list_name,
                token=f"end all of {list_name}",
                next_at=LATER,
            )
        work.commit()
    return joined.token


def end(open_work: OpenWork, token: str) -> None:
    with open_work() as work:
        assert work.watches.unsubscribe(token, now=NOON) is not None
        work.commit()


def test_delivery_goes_over_with_the_key_and_the_name_of_the_list_that_asks(
    open_work: OpenWork,
) -> None:
    first, second = hears(open_work, "first"), hears(open_work, "second")
    send_out(open_work, a_step(2))
    end(open_work, first)

    [claimed] = claim(open_work)

    assert (claimed.delivery.unsubscribe_token, claimed.delivery.list_name) == (second, "second")


def test_what_waited_for_a_digest_of_a_list_that_ended_is_told_at_once(
    open_work: OpenWork,
) -> None:
    daily = hears(open_work, "daily", daily=True)
    send_out(open_work, a_step(2))
    hears(open_work, "at once")
    assert claim(open_work) == ()
    end(open_work, daily)

    [claimed] = claim(open_work)

    assert claimed.delivery.list_name == "at once"


def test_what_was_to_go_at_once_and_is_on_its_way_stays_so(open_work: OpenWork) -> None:
    at_once = hears(open_work, "at once")
    hears(open_work, "daily", daily=True)
    send_out(open_work, a_step(2))
    end(open_work, at_once)

    [claimed] = claim(open_work)

    assert claimed.delivery.list_name == "daily"


def test_two_places_of_two_lists_are_both_told_in_one_message(open_work: OpenWork) -> None:
    hears(open_work, "north", near=LEEDS)
    hears(open_work, "south", near=LONDON)
    send_out(open_work, an_alert_of(a_site(YORK_POINT), a_site(LONDON_POINT), a_site((55.9, -3.2))))

    [claimed] = claim(open_work)

    assert [change.subject for change in claimed.told] == [
        f"Clinic at {YORK_POINT}",
        f"Clinic at {LONDON_POINT}",
    ]
    assert "from Leeds" in claimed.told[0].sentence
    assert "London" not in claimed.told[0].sentence
    assert "from London" in claimed.told[1].sentence
    assert (
        "You are told of places within 50 km of Leeds or within 50 km of London"
        in claimed.told[0].meaning
    )


def test_place_near_the_second_choice_alone_is_told(open_work: OpenWork) -> None:
    hears(open_work, "north", near=LEEDS)
    hears(open_work, "south", near=LONDON)
    send_out(open_work, an_alert_of(a_site(LONDON_POINT)))

    [claimed] = claim(open_work)

    assert "from London" in claimed.told[0].sentence


def test_what_is_near_a_list_that_ended_is_told_no_more(open_work: OpenWork) -> None:
    north = hears(open_work, "north", near=LEEDS)
    hears(open_work, "south", near=LONDON)
    send_out(open_work, an_alert_of(a_site(YORK_POINT)))
    send_out(open_work, an_alert_of(a_site(YORK_POINT, 3), a_site(LONDON_POINT, 3), number=3))
    end(open_work, north)

    [claimed] = claim(open_work)

    assert [change.subject for change in claimed.told] == [f"Clinic at {LONDON_POINT}"]


def test_who_hears_of_a_list_anew_hears_at_once(open_work: OpenWork) -> None:
    end(open_work, hears(open_work, "list", daily=True))
    with open_work() as work:
        work.watches.subscribe(
            make_target(work, ADA),
            list_name="list",
            nct_id=None,
            min_severity=Severity.MINOR,
            token="anew",
            now=NOON,
        )
        work.commit()
    send_out(open_work, a_step(2))
    with open_work() as work:
        [due] = work.timings.due(NOON, limit=10)

    assert due.timing == Timing()
    assert [one.delivery_id for one in due.waiting] != []


def a_person(stored: Database, name: str) -> Person:
    with stored.open_work() as work:
        made = work.people.add(name=name, email=f"{name}@example.org", role=Role.MEMBER, now=NOON)
        work.commit()
    return made


def tell(stored: Database, owner: Person, reader: Person, *, daily: bool = False) -> None:
    """Let a reader hear of a list of somebody's, with the usual trial on it."""
    with stored.open_work(owner.id) as work:
        work.watches.add(TRIAL, list_name=owner.name, now=NOON)
        work.commit()
    with stored.open_work(reader.id) as work:
        target = agreed_target(work, f"{reader.name}@example.org", Channel.EMAIL, secret="")
        work.commit()
    with stored.open_work(owner.id) as work:
        chosen = next(one for one in work.lists.seen_by(owner.id) if one.name == owner.name)
        if reader.id != owner.id:
            work.lists.let_in(chosen.id, reader.id, ListRole.READER)
        work.watches.subscribe(
            target,
            list_name=owner.name,
            nct_id=None,
            min_severity=Severity.MINOR,
            token=f"{owner.name} to {reader.name}",
            now=NOON,
        )
        if daily:
            work.timings.choose(
                target,
                Timing(rhythm=Rhythm.DAILY),
                list_name=owner.name,
                token=f"all of {owner.name} to {reader.name}",
                next_at=NOON,
            )
        work.commit()


@pytest.mark.parametrize("daily", [False, True])
def test_who_leaves_takes_nothing_from_others_that_they_ask_for_themselves(
    stored: Database, *, daily: bool
) -> None:
    ada, mo = a_person(stored, "ada"), a_person(stored, "mo")
    tell(stored, ada, mo, daily=daily)
    send_out(stored.open_work, a_step(2), a_step(3))
    tell(stored, mo, mo)

    forget(stored, ada.id, now=NOON)

    claimed = claim(stored.open_work)
    assert [one.delivery.list_name for one in claimed] == ["mo", "mo"]
    assert {one.delivery.unsubscribe_token for one in claimed} == {"mo to mo"}


def test_digest_goes_on_without_what_the_one_who_left_brought_into_it(stored: Database) -> None:
    ada, mo = a_person(stored, "ada"), a_person(stored, "mo")
    tell(stored, ada, mo, daily=True)
    send_out(stored.open_work, a_step(2, severity=Severity.MINOR), a_step(3), a_step(4))
    with stored.open_work() as work:
        [due] = work.timings.due(NOON, limit=10)
        ids = tuple(one.delivery_id for one in due.waiting)
        work.timings.release([(due, LetGo(together=ids))], now=NOON)
        work.commit()
    with stored.open_work(mo.id) as work:
        work.watches.add(TRIAL, list_name="mo", now=NOON)
        work.watches.subscribe(
            agreed_target(work, "mo@example.org", Channel.EMAIL, secret=""),
            list_name="mo",
            nct_id=None,
            min_severity=Severity.MAJOR,
            token="mo to mo",
            now=NOON,
        )
        work.commit()

    forget(stored, ada.id, now=NOON)

    [claimed] = claim(stored.open_work)
    assert claimed.digest is not None
    assert [alert.to_version for alert in claimed.digest.alerts] == [3, 4]
    assert claimed.delivery.unsubscribe_token == "mo to mo"
    assert {row.state for row in queries.deliveries(stored)} <= {
        DeliveryState.PENDING,
        DeliveryState.BUNDLED,
    }


def test_message_of_who_leaves_is_deleted_where_nobody_else_asks(stored: Database) -> None:
    ada, mo = a_person(stored, "ada"), a_person(stored, "mo")
    tell(stored, ada, mo)
    send_out(stored.open_work, a_step(2))

    forget(stored, ada.id, now=NOON)

    assert queries.deliveries(stored) == ()


def test_join_keeps_hours_of_another_list(open_work: OpenWork) -> None:
    hears(open_work, "daily", daily=True)
    join(open_work, ADA, list_name="other")
    send_out(open_work, a_step(2))

    assert claim(open_work) == ()
