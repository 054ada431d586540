"""Contract of ``Letterboxes``: everything to an address is ended, or held for a while."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import count

import pytest

from monitor.alerting.hours import choose_hours, strike_hours
from monitor.domain.changes import Severity
from monitor.domain.letterboxes import Letterbox
from monitor.domain.ports import OpenWork
from monitor.domain.timings import Rhythm, Timing
from monitor.domain.watches import DEFAULT_LIST
from storage.engine import Database
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_step, an_outcome
from tests.integration.storage.scenes import claim, join, make_target, send_out, watch

AWAY = NOON + timedelta(days=10)
ADA, BEN = "ada@example.org", "ben@example.org"


@pytest.fixture
def told(open_work: OpenWork) -> OpenWork:
    """Ada hears of two lists, of one of them each day at six in the evening; Ben of one."""
    watch(open_work, TRIAL)
    watch(open_work, OTHER_TRIAL, list_name="other")
    join(open_work, ADA, token="ada")
    join(open_work, ADA, token="other", list_name="other")
    join(open_work, BEN, token="ben")
    with open_work() as work:
        choose_hours(
            work,
            make_target(work, ADA),
            Timing(rhythm=Rhythm.DAILY, at=time(18), zone="UTC", critical_passes=True),
            list_name="other",
            token="hours",
            now=NOON,
        )
        work.commit()
    return open_work


def look(open_work: OpenWork, token: str, now: datetime = NOON) -> Letterbox | None:
    with open_work() as work:
        return work.letterboxes.look(token, now=now)


def tokens() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"new-{next(numbers)}"


def pause(
    open_work: OpenWork, until: datetime | None = AWAY, *, by: str = "ada", now: datetime = NOON
) -> None:
    with open_work() as work:
        work.letterboxes.pause(by, until, new_token=tokens(), now=now)
        work.commit()


def end_all(open_work: OpenWork, token: str) -> None:
    with open_work() as work:
        work.letterboxes.end_all(token, now=NOON)
        work.commit()


def sent(open_work: OpenWork, now: datetime) -> list[tuple[str, int]]:
    """Let go what has its hour, and send it; return to whom, and how many alerts in it."""
    with open_work() as work:
        strike_hours(work, now)
        work.commit()
    claimed = claim(open_work, now=now)
    with open_work() as work:
        for one in claimed:
            assert work.deliveries.record([(one, an_outcome())], now=now)
        work.commit()
    return sorted(
        (one.target.address, len(one.digest.alerts) if one.digest else 1) for one in claimed
    )


@pytest.mark.parametrize(
    ("token", "list_name"), [("ada", DEFAULT_LIST), ("other", "other"), ("hours", "other")]
)
def test_any_token_names_the_address(told: OpenWork, token: str, list_name: str) -> None:
    box = look(told, token)

    assert box == Letterbox(address=ADA, list_name=list_name, nct_id=None, lists=2)
    assert box.shown == "a...@example.org"
    assert look(told, "nobody's") is None


def test_all_ends_all_and_nothing_of_others(told: OpenWork) -> None:
    send_out(told, a_step(2), a_step(2, nct_id=OTHER_TRIAL))

    end_all(told, "hours")

    assert sent(told, NOON) == [(BEN, 1)]
    assert sent(told, NOON + timedelta(days=1)) == []
    assert send_out(told, a_step(3), a_step(3, nct_id=OTHER_TRIAL)) == 1
    box = look(told, "ada")
    assert box is not None
    assert box.lists == 0
    end_all(told, "nobody's")


def test_pause_holds_everything_and_lets_go_of_it_as_one_a_list(told: OpenWork) -> None:
    pause(told)
    for number in (2, 3, 4):
        send_out(told, a_step(number), a_step(number, nct_id=OTHER_TRIAL))

    assert sent(told, NOON) == [(BEN, 1)] * 3
    box = look(told, "other")
    assert box is not None
    assert box.paused_until == AWAY
    for days in range(1, 10):
        assert sent(told, NOON + timedelta(days=days)) == []
    assert sent(told, AWAY - timedelta(seconds=1)) == []
    assert sent(told, AWAY) == [(ADA, 3)]
    # The digest of the other list keeps its hour.
    assert sent(told, AWAY + timedelta(hours=5)) == []
    assert sent(told, AWAY + timedelta(hours=6)) == [(ADA, 3)]
    assert look(told, "ada", AWAY) == Letterbox(
        address=ADA, list_name=DEFAULT_LIST, nct_id=None, lists=2
    )


def test_critical_news_that_would_pass_is_held_too(told: OpenWork) -> None:
    pause(told)

    send_out(told, a_step(2, nct_id=OTHER_TRIAL, severity=Severity.CRITICAL))

    assert sent(told, NOON) == []
    pause(told, None)
    send_out(told, a_step(3, nct_id=OTHER_TRIAL, severity=Severity.CRITICAL))
    assert sent(told, NOON) == [(ADA, 1)]


def test_what_waited_before_waits_for_the_end_of_the_pause(told: OpenWork) -> None:
    send_out(told, a_step(2, nct_id=OTHER_TRIAL, severity=Severity.MINOR))

    pause(told)

    assert sent(told, NOON + timedelta(days=1)) == []
    assert sent(told, AWAY + timedelta(hours=6)) == [(ADA, 1)]


def test_pause_is_ended_by_the_reader_and_may_be_moved(told: OpenWork) -> None:
    pause(told)
    pause(told, AWAY + timedelta(days=10))
    send_out(told, a_step(2), a_step(3))
    assert sent(told, AWAY) == [(BEN, 1), (BEN, 1)]

    back = AWAY + timedelta(days=1)
    pause(told, None, by="hours", now=back)

    assert sent(told, back) == [(ADA, 2)]
    box = look(told, "ada", back)
    assert box is not None
    assert box.paused_until is None
    send_out(told, a_step(4))
    assert (ADA, 1) in sent(told, back)


def test_after_a_pause_news_comes_at_once_again(told: OpenWork) -> None:
    pause(told)
    assert sent(told, AWAY) == []

    later = AWAY + timedelta(days=1)
    with told() as work:
        alert = a_step(2, created_at=later)
        work.alerts.add(alert)
        work.alerts.fan_out(alert, now=later)
        work.commit()

    assert (ADA, 1) in sent(told, later)


def test_hours_chosen_in_a_pause_count_after_it(told: OpenWork) -> None:
    pause(told)
    with told() as work:
        choose_hours(
            work,
            make_target(work, ADA),
            Timing(rhythm=Rhythm.DAILY, at=time(7), zone="UTC"),
            list_name=DEFAULT_LIST,
            token="unused",
            now=NOON,
        )
        work.commit()
    send_out(told, a_step(2))

    assert (ADA, 1) not in sent(told, NOON + timedelta(days=1))
    assert sent(told, AWAY) == []
    assert sent(told, AWAY + timedelta(hours=19)) == [(ADA, 1)]


def test_pause_of_who_hears_nothing_is_none(told: OpenWork) -> None:
    end_all(told, "ben")

    pause(told, by="ben")
    pause(told, by="nobody's")

    box = look(told, "ben")
    assert box is not None
    assert (box.lists, box.paused_until) == (0, None)


def test_same_address_of_another_person_is_meant_too(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work, ADA, token="ada")
    join(stored.open_work, "Ada@example.org", token="again")

    end_all(stored.open_work, "ada")

    assert send_out(stored.open_work, a_step(2)) == 0


@pytest.mark.parametrize("address", ["\u00c4milie@example.org", "ADA@example.org"])
def test_everything_to_an_address_of_any_letters_is_ended(
    open_work: OpenWork, address: str
) -> None:
    watch(open_work, TRIAL)
    join(open_work, address, token="end")
    send_out(open_work, a_step(2))
    end_all(open_work, "end")

    assert sent(open_work, NOON) == []
    assert look(open_work, "end") == Letterbox(
        address=address, list_name=DEFAULT_LIST, nct_id=None, lists=0, paused_until=None
    )
