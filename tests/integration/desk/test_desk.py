"""One contract for both desks: the own database, and a real server with the operator's key."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest

from monitor.alerting.consent import Asking
from monitor.alerting.hearing import HearingRefusedError
from monitor.domain.alerts import DeliveryState
from monitor.domain.errors import (
    InvalidAddressError,
    ListNotFoundError,
    NotWatchedError,
    TargetNotFoundError,
    TrialwatchError,
    VersionNotFoundError,
)
from monitor.domain.events import NOTICES, EventType
from monitor.domain.near import Near
from monitor.domain.notes import Note
from monitor.domain.timings import Quiet, Rhythm, Timing
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, Format, TargetState
from storage import queries
from storage.engine import Database
from tests.servers.pages import served
from tests.servers.receiver import receiver
from tests.unit.web.members import a_key, an_operator
from tests.unit.web.site import CHANGES, HOOK, QUIET, READER, UNSEEN, a_service, fill
from trialwatch.bootstrap import Service
from trialwatch.desk.asking import Server
from trialwatch.desk.own import OwnDesk
from trialwatch.desk.port import Again, Desk, Wish
from trialwatch.desk.server import ServerDesk

NEVER = NctId("NCT99000099")
ALL = Again(since=datetime(2020, 1, 1, tzinfo=UTC))


@pytest.fixture
def service(database: Database) -> Service:
    """Three trials on two lists, a change, a mail sent and a webhook that failed."""
    service = a_service(database, WEBHOOK_ALLOW="127.0.0.0/8")
    asyncio.run(fill(service))
    return service


@pytest.fixture
def own(service: Service) -> Desk:
    return OwnDesk(service)


@pytest.fixture
def far(service: Service) -> Iterator[Desk]:
    with served(service) as url:
        yield ServerDesk(Server(url, a_key(service, an_operator(service))))


@pytest.fixture(params=["own", "far"])
def desk(request: pytest.FixtureRequest) -> Desk:
    found: Desk = request.getfixturevalue(request.param)
    return found


def test_both_show_the_same(own: Desk, far: Desk) -> None:
    assert list(own.watches()) == list(far.watches())
    for nct_id in (CHANGES, QUIET):
        mine, theirs = own.trial(nct_id), far.trial(nct_id)
        assert (mine.brief_title, mine.overall_status) == (
            theirs.brief_title,
            theirs.overall_status,
        )
        assert (mine.seen_at, mine.gone, mine.unknown) == (theirs.seen_at, theirs.gone, False)
        assert list(own.versions(nct_id)) == list(far.versions(nct_id))
        assert own.summary(nct_id) == far.summary(nct_id)
    assert [one.contract() for one in own.compare(CHANGES, 1, 2)] == [
        one.contract() for one in far.compare(CHANGES, 1, 2)
    ]
    assert [(one.target.id, one.target.shown, one.hours) for one in own.targets()] == [
        (one.target.id, one.target.shown, one.hours) for one in far.targets()
    ]


def test_both_tell_the_same_changes(own: Desk, far: Desk) -> None:
    mine, theirs = own.alerts(CHANGES, limit=5), far.alerts(CHANGES, limit=5)

    assert len(mine) == 1
    for one, other in zip(mine, theirs, strict=True):
        assert (one.id, one.title, one.release) == (other.id, other.title, other.release)
        assert (one.from_version, one.to_version) == (other.from_version, other.to_version)
        assert [each.contract() for each in one.changes] == [
            each.contract() for each in other.changes
        ]
        assert [each.meaning for each in one.changes] == [each.meaning for each in other.changes]


def test_both_show_the_same_deliveries_but_for_masked_addresses(own: Desk, far: Desk) -> None:
    mine = own.deliveries(state=None, nct_id=None, limit=50)
    theirs = far.deliveries(state=None, nct_id=None, limit=50)

    hidden = {"address", "attempts"}
    for one, other in zip(mine, theirs, strict=True):
        first, second = one.as_json(), other.as_json()
        assert {name: first[name] for name in first.keys() - hidden} == {
            name: second[name] for name in second.keys() - hidden
        }
        assert [made.outcome for made in one.attempts] == [made.outcome for made in other.attempts]
        assert READER not in other.address
        assert "geheim" not in other.address


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_both_export_the_same(own: Desk, far: Desk, form: str) -> None:
    for what in ("versions", "changes"):
        written = [b"".join(each.export(what, form, records=False)) for each in (own, far)]

        assert written[0] == written[1] != b""


def test_deliveries_are_narrowed_and_bounded(desk: Desk) -> None:
    sent = desk.deliveries(state=DeliveryState.DELIVERED, nct_id=CHANGES, limit=50)

    assert [row.channel for row in sent] == [Channel.EMAIL]
    assert not desk.deliveries(state=None, nct_id=QUIET, limit=50)
    assert len(desk.deliveries(state=None, nct_id=None, limit=1)) == 1
    found = desk.delivery(sent[0].id)
    assert found is not None
    assert found.id == sent[0].id
    assert desk.delivery("nobody-1") is None


def test_trials_are_watched_and_let_go(desk: Desk) -> None:
    wish = Wish(
        nct_ids=[NEVER, CHANGES],
        addresses={Channel.EMAIL: ["ada@example.org"]},
        list_name="Robots",
        timing=Timing(
            rhythm=Rhythm.WEEKLY,
            at=time(8),
            weekday=2,
            zone="Europe/Berlin",
            quiet=Quiet(start=time(22), end=time(7)),
            critical_passes=True,
            most_an_hour=5,
        ),
        near=Near(place="53.8, -1.55", latitude=53.8, longitude=-1.55, km=80),
        near_as_typed=("53.8,-1.55", "80km"),
    )

    watched = desk.watch(wish)
    again = desk.watch(wish)

    assert [(one.nct_id, one.list_name, one.new) for one in watched] == [
        (NEVER, "Robots", True),
        (CHANGES, "Robots", True),
    ]
    assert [one.new for one in again] == [False, False]
    assert watched[0].held is None
    assert watched[1].held is not None
    assert (watched[1].held.version, watched[1].held.release) == (2, "2026-03-02")
    assert [one.state for one in watched[0].targets] == [TargetState.ACTIVE]
    (row,) = [row for row in desk.watches() if (row.list_name, row.nct_id) == ("Robots", NEVER)]
    assert row.targets[0].hours == (
        "Wednesdays at 08:00, quiet 22:00-07:00 (Europe/Berlin), critical at once,"
        " at most 5 an hour"
    )
    assert dict(desk.unwatch([NEVER, UNSEEN], "Robots")) == {NEVER: 1, UNSEEN: 0}
    assert [row.nct_id for row in desk.watches() if row.list_name == "Robots"] == [CHANGES]


def test_webhook_gets_its_secret_and_common_list_is_used_where_none_is_named(desk: Desk) -> None:
    address = "http://127.0.0.1:8099/hook"

    (watched,) = desk.watch(Wish(nct_ids=[NEVER], addresses={Channel.WEBHOOK: [address]}))

    assert watched.list_name == "watched"
    assert watched.targets[0].secret.startswith("whsec_")


def test_address_that_may_not_be_used_is_refused_and_nothing_is_done(desk: Desk) -> None:
    with pytest.raises(TrialwatchError, match="ada"):
        desk.watch(Wish(nct_ids=[NEVER], addresses={Channel.EMAIL: ["ada at home"]}))

    assert NEVER not in [row.nct_id for row in desk.watches()]


def test_what_is_not_there_is_said(desk: Desk) -> None:
    with pytest.raises(NotWatchedError, match="trialwatch watch NCT99000099"):
        desk.trial(NEVER)
    with pytest.raises(NotWatchedError):
        desk.summary(NEVER)
    with pytest.raises(VersionNotFoundError):
        desk.compare(CHANGES, 1, 9)
    with pytest.raises(TargetNotFoundError, match="target list"):
        desk.switch("nobody", on=True)
    with pytest.raises(TargetNotFoundError):
        desk.replay(Again(since=ALL.since, target="nobody"))
    with pytest.raises(InvalidAddressError, match="no webhook"):
        desk.rotate(READER)


def test_targets_are_switched_and_get_new_secrets(desk: Desk) -> None:
    before = desk.rotate(HOOK)
    off = desk.switch(HOOK, on=False)
    on = desk.switch(str(off.id), on=True)

    assert before.secret.startswith("whsec_")
    assert before.old_secret_until is not None
    assert (off.state, on.state) == (TargetState.DISABLED, TargetState.ACTIVE)
    with pytest.raises(TrialwatchError, match="still signs"):
        desk.rotate(HOOK)


def test_deliveries_are_sent_again(desk: Desk, service: Service) -> None:
    (mail,) = desk.deliveries(state=DeliveryState.DELIVERED, nct_id=None, limit=9)

    assert desk.replay(Again(ids=[mail.id])) == 1
    again = queries.delivery(service.database, mail.id)
    assert again is not None
    assert again[0].state is DeliveryState.PENDING
    assert desk.replay(Again(since=ALL.since, target=HOOK, nct_id=CHANGES)) == 1
    assert desk.replay(Again(since=ALL.since, until=ALL.since)) == 0


def test_what_a_target_hears_of_is_chosen_and_refused_where_it_cannot_be(desk: Desk) -> None:
    chosen = desk.choose(HOOK, types=[EventType.STATUS_CHANGED], format_=Format.CLOUDEVENTS)
    kept = desk.choose(HOOK, types=None, format_=Format.STANDARD)
    everything = desk.choose(HOOK, types=[], format_=None)

    assert (chosen.types, chosen.format) == (
        frozenset({EventType.STATUS_CHANGED}),
        Format.CLOUDEVENTS,
    )
    assert (kept.types, kept.format) == (frozenset({EventType.STATUS_CHANGED}), Format.STANDARD)
    assert everything.types == frozenset()
    with pytest.raises(HearingRefusedError, match="for webhooks"):
        desk.choose(READER, types=[EventType.STATUS_CHANGED], format_=None)


def test_address_is_told_of_webhooks_and_loses_no_alerts(desk: Desk) -> None:
    new = desk.notify("ops@example.org")
    reads = desk.notify(READER)

    assert new.types == NOTICES
    assert reads.types == NOTICES | {EventType.TRIAL_CHANGED}
    with pytest.raises(TrialwatchError, match="ops"):
        desk.notify("ops at home")


def test_address_is_asked_once_more(desk: Desk) -> None:
    wish = Wish(
        nct_ids=[NEVER], addresses={Channel.EMAIL: ["ada@example.org"]}, list_name="R", confirm=True
    )
    desk.watch(wish)

    target, soon = desk.ask("ada@example.org")

    assert (target.state, soon) == (TargetState.UNCONFIRMED, Asking.TOO_OFTEN)
    assert desk.ask(READER)[1] is Asking.NOT_NEEDED
    with pytest.raises(InvalidAddressError, match="only those are asked"):
        desk.ask(HOOK)


def test_list_is_made_public_and_private_again(desk: Desk) -> None:
    url = desk.publish("watched")

    assert url == desk.publish("watched")
    assert "/l/" in url
    assert [desk.unpublish("watched"), desk.unpublish("watched")] == [True, False]
    assert desk.publish("watched") != url
    for doing in (desk.publish, desk.unpublish):
        with pytest.raises(ListNotFoundError, match="no list 'Nobodys'"):
            doing("Nobodys")


def test_public_page_shows_notes_where_it_is_said(service: Service, desk: Desk) -> None:
    def shown() -> bool:
        with service.open_work() as work:
            number = work.public_links.list_number("watched")
            assert number is not None
            return work.public_links.shows_notes(number)

    seen = []
    for notes in (None, True, None, False):
        desk.publish("watched", notes=notes)
        seen.append(shown())

    assert seen == [False, True, True, False]


def test_both_tell_the_same_story_of_a_rule(own: Desk, far: Desk) -> None:
    mine, theirs = [each.rule_story(CHANGES, "inclusion 1") for each in (own, far)]

    assert list(mine) == list(theirs)
    assert [chapter["version"] for chapter in mine] == [1, 2]


def test_rule_that_no_version_has_is_said(desk: Desk) -> None:
    with pytest.raises(TrialwatchError, match="99"):
        desk.rule_story(CHANGES, "exclusion 99")
    with pytest.raises(NotWatchedError):
        desk.rule_story(NEVER, "exclusion 1")


async def test_webhook_is_tried(service: Service) -> None:
    async with receiver() as hook:
        with served(service) as url:
            far = ServerDesk(Server(url, a_key(service, an_operator(service))))
            for desk in (OwnDesk(service), far):
                wish = Wish(nct_ids=[CHANGES], addresses={Channel.WEBHOOK: [hook.url]})
                await asyncio.to_thread(desk.watch, wish)
                answer = await asyncio.to_thread(desk.test, hook.url)

                assert (answer.taken, answer.reason) == (True, "")
                assert answer.status


def test_note_is_written_in_parts_and_read(desk: Desk) -> None:
    assert not desk.note(QUIET, None)

    desk.write_note(QUIET, None, text="Ask Ben", tags=("lung",))
    desk.write_note(QUIET, None, text=None, tags=("phase-3",))

    assert desk.note(QUIET, None) == Note(text="Ask Ben", tags=("phase-3",))
    (row,) = [one for one in desk.watches() if one.nct_id == QUIET]
    assert (row.note, row.tags) == ("Ask Ben", ("phase-3",))
    assert not desk.write_note(QUIET, None, text="", tags=())


@pytest.mark.parametrize(("nct_id", "name"), [(UNSEEN, None), (QUIET, "no such list")])
def test_note_of_a_trial_that_is_not_on_the_list_is_refused(
    desk: Desk, nct_id: NctId, name: str | None
) -> None:
    with pytest.raises(NotWatchedError, match="is not on a list"):
        desk.note(nct_id, name)
    with pytest.raises(NotWatchedError, match="is not on a list"):
        desk.write_note(nct_id, name, text="x", tags=None)
