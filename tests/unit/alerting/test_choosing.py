"""What a reader asks for is kept as it was chosen, and a list's page is made and taken back."""

from datetime import time

import pytest

from monitor.alerting.asking import subscribe
from monitor.alerting.preview import Choice
from monitor.alerting.publishing import publish, unpublish
from monitor.domain.changes import Severity
from monitor.domain.errors import ListNotFoundError
from monitor.domain.near import Near
from monitor.domain.timings import Rhythm, Timing
from monitor.domain.topics import Topic
from monitor.domain.watches import Channel, Subscription
from tests.builders import NOON, TRIAL
from tests.fakes.work import FakeDatabase

DAILY = Timing(rhythm=Rhythm.DAILY, at=time(7))
CHOICE = Choice(
    topics=frozenset({Topic.STATUS}),
    min_severity=Severity.MAJOR,
    near=Near(place="Leeds", latitude=53.796, longitude=-1.548, km=50),
)


def chosen(
    database: FakeDatabase,
    *,
    timing: Timing | None = None,
    channel: Channel = Channel.EMAIL,
    choice: Choice = CHOICE,
) -> Subscription:
    address = "ada@example.org" if channel is Channel.EMAIL else "https://hook.example/in"
    with database.open_work() as work:
        joined = subscribe(
            work,
            work.watches.target(channel, address, secret="", now=NOON),
            choice,
            list_name="lungs",
            nct_id=TRIAL,
            timing=timing,
            new_token=lambda: "token",
            now=NOON,
        )
        work.commit()
    return joined


def test_choice_is_kept_in_every_part() -> None:
    joined = chosen(FakeDatabase())

    assert (joined.list_name, joined.nct_id, joined.token) == ("lungs", TRIAL, "token")
    assert (joined.topics, joined.min_severity) == (CHOICE.topics, CHOICE.min_severity)
    assert joined.near == CHOICE.near


def test_who_chooses_no_hours_has_none_kept() -> None:
    database = FakeDatabase()

    chosen(database)

    assert database.rows.timings == {}


def test_hours_are_kept_and_given_up_again() -> None:
    database = FakeDatabase()

    chosen(database, timing=DAILY)
    (kept,) = database.rows.timings.values()
    chosen(database)
    (given_up,) = database.rows.timings.values()

    assert (kept.timing, kept.next_at) == (DAILY, NOON.replace(day=10, hour=7))
    assert (given_up.timing, given_up.next_at) == (Timing(), NOON)


def test_webhooks_have_no_hours() -> None:
    database = FakeDatabase()

    chosen(database, timing=DAILY, channel=Channel.WEBHOOK)

    assert database.rows.timings == {}


def published(database: FakeDatabase, token: str, *, notes: bool | None = None) -> str:
    with database.open_work() as work:
        key = publish(work, "lungs", new_token=lambda: token, notes=notes)
        work.commit()
    return key


def a_list() -> FakeDatabase:
    database = FakeDatabase()
    database.rows.watches["lungs", TRIAL] = NOON
    return database


def test_page_keeps_its_address_until_it_is_taken_back() -> None:
    database = a_list()

    assert [published(database, token) for token in ("first", "second")] == ["first", "first"]
    with database.open_work() as work:
        assert unpublish(work, "lungs")
        assert not unpublish(work, "lungs")
        work.commit()
    assert published(database, "third") == "third"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [([None], False), ([True], True), ([True, None], True), ([True, False], False)],
)
def test_page_shows_notes_only_where_that_was_asked_for(
    asked: list[bool | None], *, shown: bool
) -> None:
    database = a_list()

    for notes in asked:
        published(database, "token", notes=notes)

    with database.open_work() as work:
        assert work.public_links.shows_notes(1) is shown


@pytest.mark.parametrize("long", [False, True])
def test_list_that_is_not_there_has_no_page(*, long: bool) -> None:
    name, named = ("x" * 81, "x" * 80) if long else ("lungs", "lungs")

    with FakeDatabase().open_work() as work, pytest.raises(ListNotFoundError) as refused:
        publish(work, name, new_token=str)
    with FakeDatabase().open_work() as work, pytest.raises(ListNotFoundError) as refused_too:
        unpublish(work, name)

    assert str(refused.value) == str(refused_too.value)
    assert str(refused.value) == (
        f"There is no list '{named}'; see `trialwatch list` for their names"
    )
