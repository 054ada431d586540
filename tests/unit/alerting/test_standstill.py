"""What counts as a standstill, and what is only a weekend."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.alerting.standstill import Signs, standstills, working_days_between

#: A Wednesday.
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
WELL = Signs(
    now=NOW,
    asked_at=NOW - timedelta(minutes=15),
    release_at=NOW - timedelta(hours=3),
    unsettled_since=None,
    due_since=NOW - timedelta(seconds=2),
    mails_held_up=0,
)


def test_nothing_stands_still_while_all_goes_on() -> None:
    assert standstills(WELL) == ()
    assert standstills(replace(WELL, due_since=None, release_at=None)) == ()


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"asked_at": None}, "never answered"),
        ({"asked_at": NOW - timedelta(days=1, minutes=1)}, "since 2026-03-03 11:59 UTC"),
        ({"unsettled_since": NOW - timedelta(days=1, minutes=1)}, "could not be looked at"),
        ({"due_since": NOW - timedelta(minutes=61)}, "nothing sends what has been due"),
        ({"mails_held_up": 1200}, "1,200 mails"),
        ({"canary_missed": "no mail has come in yet"}, "no mail has come in yet"),
        ({"release_at": NOW - timedelta(days=7)}, "of 2026-02-25 is 4 working days old"),
    ],
)
def test_each_standstill_is_found_and_said(seen: dict[str, object], words: str) -> None:
    told = standstills(replace(WELL, **seen))  # type: ignore[arg-type]  # checked by the dataclass

    assert len(told) == 1
    assert words in told[0]


@pytest.mark.parametrize(
    "seen",
    [
        {"asked_at": NOW - timedelta(hours=23)},
        {"unsettled_since": NOW - timedelta(hours=23)},
        {"due_since": NOW - timedelta(minutes=59)},
        # Over a weekend and three working days.
        {"release_at": NOW - timedelta(days=6)},
    ],
)
def test_what_can_last_so_long_alarms_nobody(seen: dict[str, object]) -> None:
    assert standstills(replace(WELL, **seen)) == ()  # type: ignore[arg-type]  # checked by the dataclass


def test_standstills_are_told_together() -> None:
    signs = replace(WELL, asked_at=None, mails_held_up=3)

    assert len(standstills(signs)) == 2


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), 0),
        (date(2026, 3, 2), date(2026, 3, 3), 0),
        (date(2026, 3, 2), date(2026, 3, 5), 2),
        (date(2026, 2, 27), date(2026, 3, 2), 0),
        (date(2026, 2, 27), date(2026, 3, 3), 1),
        (date(2026, 3, 4), date(2026, 3, 2), 0),
    ],
)
def test_weekends_are_no_working_days(first: date, last: date, days: int) -> None:
    assert working_days_between(first, last) == days
