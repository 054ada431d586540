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


LATE = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("signs", "words"),
    [
        (replace(WELL, asked_at=None), "the registry has never answered"),
        (
            replace(WELL, asked_at=NOW - timedelta(days=1) - LATE),
            "the registry has not answered since 2026-03-03 11:59 UTC",
        ),
        (
            replace(WELL, unsettled_since=NOW - timedelta(days=1) - LATE),
            "some watched trials could not be looked at since 2026-03-03 11:59 UTC",
        ),
        (
            replace(WELL, due_since=NOW - timedelta(hours=1) - LATE),
            "nothing sends what has been due since 2026-03-04 10:59 UTC",
        ),
        (
            replace(WELL, mails_held_up=1200),
            "1,200 mails could not be handed to the mail server for a day",
        ),
        (replace(WELL, canary_missed="no mail has come in yet"), "no mail has come in yet"),
        (
            replace(WELL, release_at=NOW - timedelta(days=7)),
            (
                "the registry's release of 2026-02-25 is 4 working days old: either it publishes"
                " nothing, or we do not see it"
            ),
        ),
    ],
)
def test_each_standstill_is_found_and_said(signs: Signs, words: str) -> None:
    assert standstills(signs) == (words,)


@pytest.mark.parametrize(
    "signs",
    [
        replace(WELL, asked_at=NOW - timedelta(days=1)),
        replace(WELL, unsettled_since=NOW - timedelta(days=1)),
        replace(WELL, due_since=NOW - timedelta(hours=1)),
        # Over a weekend and three working days.
        replace(WELL, release_at=NOW - timedelta(days=6)),
    ],
)
def test_what_can_last_so_long_alarms_nobody(signs: Signs) -> None:
    assert standstills(signs) == ()


def test_standstills_are_told_together() -> None:
    signs = replace(WELL, asked_at=None, mails_held_up=3)

    assert standstills(signs) == (
        "the registry has never answered",
        "3 mails could not be handed to the mail server for a day",
    )


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
