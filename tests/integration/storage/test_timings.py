"""Contract of ``Timings``: who waits for which hour, and what goes out together."""

from datetime import datetime, time, timedelta

import pytest

from monitor.alerting.hours import choose_hours, strike_hours
from monitor.domain.alerts import ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.changes import Severity
from monitor.domain.ports import OpenWork
from monitor.domain.timings import DueTiming, LetGo, Quiet, Rhythm, Timing
from monitor.domain.trial import NctId
from monitor.domain.watches import DEFAULT_LIST
from storage import watchreads
from storage.backup import backup, restore
from storage.engine import Database, open_database
from storage.upgrade import upgrade
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_step, an_outcome
from tests.integration.storage.scenes import claim, join, make_target, send_out, watch

ONE = NOON + timedelta(hours=1)
DAILY = Timing(
    rhythm=Rhythm.DAILY,
    at=time(13),
    zone="UTC",
    quiet=Quiet(start=time(22), end=time(7, 30)),
    critical_passes=False,
    most_an_hour=9,
)
THIRD_TRIAL = NctId("NCT99000003")


def choose(open_work: OpenWork, timing: Timing = DAILY, address: str = "ada@example.org") -> None:
    with open_work() as work:
        choose_hours(
            work,
            make_target(work, address),
            timing,
            list_name=DEFAULT_LIST,
            token=f"all/{address}",
            now=NOON,
        )
        work.commit()


def strike(open_work: OpenWork, now: datetime = ONE) -> None:
    with open_work() as work:
        strike_hours(work, now)
        work.commit()


def due(open_work: OpenWork, now: datetime = ONE) -> tuple[DueTiming, ...]:
    with open_work() as work:
        return work.timings.due(now, limit=10)


def unsubscribe(open_work: OpenWork, token: str) -> bool:
    with open_work() as work:
        ended = work.watches.unsubscribe(token, now=NOON)
        work.commit()
    return ended is not None


def told(one: ClaimedDelivery) -> list[tuple[str, int]]:
    carried = one.digest.alerts if one.digest else (one.alert,)
    return [(alert.nct_id, alert.to_version) for alert in carried]


@pytest.fixture
def waiting(open_work: OpenWork) -> OpenWork:
    """Three alerts, of one trial each, that wait for one o'clock; each joined by itself."""
    watch(open_work, TRIAL, OTHER_TRIAL, THIRD_TRIAL)
    for nct_id in (TRIAL, OTHER_TRIAL, THIRD_TRIAL):
        join(open_work, nct_id=nct_id, token=nct_id)
    choose(open_work)
    send_out(
        open_work,
        a_step(2, severity=Severity.MINOR),
        a_step(2, nct_id=OTHER_TRIAL, severity=Severity.MAJOR),
        a_step(2, nct_id=THIRD_TRIAL, severity=Severity.MINOR),
    )
    return open_work


def test_choice_is_kept_as_it_was_made(waiting: OpenWork) -> None:
    (one,) = due(waiting)

    assert one.timing == DAILY
    assert [held.severity for held in one.waiting] != []
    assert {held.was_held for held in one.waiting} == {True}


def test_choice_made_anew_replaces_the_one_before(waiting: OpenWork) -> None:
    weekly = Timing(rhythm=Rhythm.WEEKLY, weekday=3, zone="Europe/Berlin")
    choose(waiting, weekly)

    assert due(waiting) == ()
    (one,) = due(waiting, NOON + timedelta(days=7))
    assert one.timing == weekly
    assert len(one.waiting) == 3


def test_what_waits_is_not_claimed_and_says_when_it_is_due(waiting: OpenWork) -> None:
    with waiting() as work:
        assert work.timings.next_at() == ONE
        assert work.deliveries.next_due_at(ONE) is None
    assert claim(waiting, now=ONE) == ()


def test_hour_strikes_once_and_all_goes_out_as_one(waiting: OpenWork) -> None:
    strike(waiting)
    strike(waiting)

    (one,) = claim(waiting, now=ONE)
    assert sorted(told(one)) == [(TRIAL, 2), (OTHER_TRIAL, 2), (THIRD_TRIAL, 2)]
    assert told(one)[0] == (OTHER_TRIAL, 2)
    assert one.delivery.unsubscribe_token == "all/ada@example.org"
    assert one.delivery.dated_at == ONE
    assert one.timing == DAILY
    with waiting() as work:
        assert work.timings.next_at() == ONE + timedelta(days=1)


def test_hour_that_was_not_committed_did_not_strike(waiting: OpenWork) -> None:
    with waiting() as work:
        strike_hours(work, ONE)

    assert len(due(waiting)) == 1


def test_what_a_delivery_carries_stands_where_it_stands(waiting: OpenWork) -> None:
    strike(waiting)
    (one,) = claim(waiting, now=ONE)
    retry = an_outcome(state=DeliveryState.PENDING, due_at=ONE + timedelta(minutes=1))
    _record(waiting, one, retry)
    (again,) = claim(waiting, now=ONE + timedelta(minutes=1))
    _record(waiting, again, an_outcome())

    assert again.delivery.id == one.delivery.id
    assert again.digest == one.digest
    assert claim(waiting, now=ONE + timedelta(days=9)) == ()
    assert not unsubscribe(waiting, "nobody's")


def _record(open_work: OpenWork, one: ClaimedDelivery, outcome: Outcome) -> None:
    with open_work() as work:
        assert work.deliveries.record([(one, outcome)], now=ONE)
        work.commit()


def test_trial_left_before_the_hour_is_not_told(waiting: OpenWork) -> None:
    assert unsubscribe(waiting, TRIAL)
    strike(waiting)

    (one,) = claim(waiting, now=ONE)
    assert sorted(told(one)) == [(OTHER_TRIAL, 2), (THIRD_TRIAL, 2)]


@pytest.mark.parametrize("left", [TRIAL, OTHER_TRIAL, THIRD_TRIAL])
def test_trial_left_after_the_hour_falls_out_of_the_digest(waiting: OpenWork, left: str) -> None:
    strike(waiting)
    assert unsubscribe(waiting, left)
    assert unsubscribe(waiting, left)

    (one,) = claim(waiting, now=ONE)
    assert (left, 2) not in told(one)
    assert len(told(one)) == 2


def test_digest_that_carries_nothing_any_more_is_not_sent(waiting: OpenWork) -> None:
    strike(waiting)
    for left in (OTHER_TRIAL, TRIAL, THIRD_TRIAL):
        assert unsubscribe(waiting, left)

    assert claim(waiting, now=ONE) == ()
    assert claim(waiting, now=ONE + timedelta(days=1)) == ()


@pytest.mark.parametrize("struck", [False, True])
def test_token_of_the_choice_ends_all_of_the_list(waiting: OpenWork, *, struck: bool) -> None:
    if struck:
        strike(waiting)

    assert unsubscribe(waiting, "all/ada@example.org")
    assert unsubscribe(waiting, "all/ada@example.org")
    strike(waiting)

    assert claim(waiting, now=ONE) == ()
    assert send_out(waiting, a_step(3)) == 0


def test_target_that_was_switched_off_gets_no_digest(waiting: OpenWork) -> None:
    strike(waiting)
    join(waiting, "ben@example.org", token="ben")
    send_out(waiting, a_step(3), now=ONE)
    (one, _) = claim(waiting, now=ONE)
    _record(waiting, one, an_outcome(state=DeliveryState.FAILED, disable_target=True))

    assert send_out(waiting, a_step(4), now=ONE) == 1


def test_only_who_chose_hours_waits(waiting: OpenWork) -> None:
    join(waiting, "ben@example.org", token="ben")
    send_out(waiting, a_step(3), now=NOON)

    assert [one.target.address for one in claim(waiting)] == ["ben@example.org"]


def test_idle_choice_is_looked_at_when_something_waits(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work)
    choose(open_work, Timing(most_an_hour=2))
    strike(open_work, NOON)
    with open_work() as work:
        assert work.timings.next_at() is None
    send_out(open_work, a_step(2), now=ONE)
    with open_work() as work:
        assert work.timings.next_at() == ONE

    strike(open_work)
    (one,) = claim(open_work, now=ONE)
    assert one.digest is None
    assert due(open_work, ONE) == ()
    send_out(open_work, a_step(3), now=ONE)
    (counted,) = due(open_work, ONE)
    assert counted.sent_at == (ONE,)


def test_held_back_is_noted_with_its_hour(waiting: OpenWork) -> None:
    later = ONE + timedelta(hours=2)
    with waiting() as work:
        (one,) = work.timings.due(ONE, limit=10)
        work.timings.release([(one, LetGo(next_at=later))], now=ONE)
        work.commit()

    assert due(waiting, later - timedelta(seconds=1)) == ()
    assert len(due(waiting, later)[0].waiting) == 3


def test_list_told_sooner_comes_before_one_told_later(open_work: OpenWork) -> None:
    for name in (DEFAULT_LIST, "urgent"):
        watch(open_work, list_name=name)
        join(open_work, list_name=name)
    choose(open_work)
    send_out(open_work, a_step(2))

    (one,) = claim(open_work)
    assert one.delivery.list_name == "urgent"


def test_as_many_hours_strike_as_are_asked_for(open_work: OpenWork) -> None:
    watch(open_work)
    for number in range(5):
        choose(open_work, address=f"reader{number}@example.org")

    with open_work() as work:
        assert len(work.timings.due(ONE, limit=3)) == 3


def test_choice_is_shown_in_words(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work)
    join(stored.open_work, "ben@example.org")
    choose(stored.open_work, Timing(rhythm=Rhythm.DAILY, zone="Europe/Berlin"))

    (row,) = watchreads.watches(stored)
    assert [target.hours for target in row.targets] == ["daily at 07:00 (Europe/Berlin)", ""]


def test_what_waits_survives_backup_and_restore(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    watch(database.open_work)
    join(database.open_work)
    choose(database.open_work)
    send_out(database.open_work, a_step(2), a_step(3))
    backup(database, folder / "kept.backup")
    other = open_database(f"sqlite:///{folder}/other.db")
    upgrade(other)
    restore(other, folder / "kept.backup")

    strike(other.open_work)
    (one,) = claim(other.open_work, now=ONE)
    other.close()

    assert told(one) == [(TRIAL, 2), (TRIAL, 3)]
