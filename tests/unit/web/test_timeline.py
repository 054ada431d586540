"""A trial's life laid out: in order, nothing over anything else."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.changes import Change, Severity
from monitor.domain.trial import VersionInfo
from monitor.summaries.keydates import key_dates
from storage.histories import Step
from tests.builders import NOON, TRIAL, a_change
from trialwatch.web.timeline import Moment, drawn, moments_of

TODAY = date(2026, 3, 9)


def version(number: int, release: str) -> VersionInfo:
    return VersionInfo(
        nct_id=TRIAL,
        number=number,
        release=release,
        fetched_at=NOON,
        raw_bytes=1,
        stored_bytes=1,
    )


def step(number: int, release: str, *changes: Change) -> Step:
    return Step(release=release, from_version=number - 1, to_version=number, changes=changes)


def test_moments_tell_beginning_changes_and_days_to_come() -> None:
    dates = key_dates(
        {"completion_date": {"date": "2027-01", "type": "ESTIMATED"}},
        nct_id=TRIAL,
        title="Roses",
        version=2,
        known_at=NOON,
    )
    quiet = a_change(severity=Severity.SILENT)

    found = moments_of(
        [version(0, "2025-06-01"), version(1, "2026-01-01"), version(2, "2026-02-01")],
        [step(2, "2026-02-01", a_change()), step(3, "2026-03-01", quiet)],
        dates,
        status="SUSPENDED",
    )

    assert [(str(one.on), one.words, one.status) for one in found] == [
        ("2025-06-01", "The oldest version known: Recruiting", "RECRUITING"),
        ("2026-01-01", "The watch began", None),
        ("2026-02-01", "Stopped for now", "SUSPENDED"),
        ("2027-01-01", "Study end (estimated)", None),
    ]


def test_line_takes_the_colour_of_the_status_and_breaks_off_today() -> None:
    moments = [
        Moment(on=date(2026, 1, 1), words="The watch began", status="RECRUITING", version=1),
        Moment(on=date(2026, 2, 1), words="Stopped", status="SUSPENDED", version=2),
        Moment(on=date(2027, 2, 1), words="Study end (estimated)"),
    ]

    picture = drawn(moments, today=TODAY)

    assert [(one.label, one.look) for one in picture] == [
        ("The watch began", "open"),
        ("Stopped", "shut"),
        ("Today", "ahead"),
        ("Study end (estimated)", "ahead"),
    ]


def test_without_days_to_come_today_is_not_drawn() -> None:
    moments = [Moment(on=date(2026, 1, 1), words="The watch began", status="UNHEARD_OF")]

    assert [(one.label, one.look) for one in drawn(moments, today=TODAY)] == [
        ("The watch began", "over")
    ]
    assert drawn([], today=TODAY) == ()


@given(st.lists(st.dates(date(1999, 1, 1), date(2040, 1, 1)), min_size=1, max_size=90))
def test_moments_stand_a_line_apart_in_order_however_close_they_are(days: list[date]) -> None:
    moments = [Moment(on=day, words="word " * 20) for day in sorted(days)]

    picture = drawn(moments, today=TODAY)

    heights = [one.y for one in picture]
    assert all(after - before >= 30 for before, after in pairwise(heights))
    assert [one.moment.on for one in picture] == sorted(one.moment.on for one in picture)
    assert len(picture) <= 61
    assert all(len(one.label) <= 38 for one in picture)
