"""Dates, numbers and times of day as one person reads them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.looks import AS_WRITTEN, Dates, Look, Numbers

AT = datetime(2026, 11, 27, 23, 30, 5, tzinfo=UTC)
DAY = AT.date()
DAY_FIRST, FIGURES = Look(dates=Dates.DAY_FIRST), Look(dates=Dates.FIGURES)
SAID = 'It ends on March 15, 2026 and not in April 2027. "By March 15, 2026" is new.'


def test_nothing_chosen_leaves_everything_as_it_is_written() -> None:
    assert AS_WRITTEN.minute(AT) == f"{AT:%Y-%m-%d %H:%M} UTC"
    assert AS_WRITTEN.second(AT) == f"{AT:%Y-%m-%d %H:%M:%S} UTC"
    assert AS_WRITTEN.day(DAY) == "2026-11-27"
    assert AS_WRITTEN.number(1234567) == "1,234,567"
    assert AS_WRITTEN.said(SAID) == SAID
    assert AS_WRITTEN.stamp("2026-03-03T09:00:05") == "2026-03-03T09:00:05"


@pytest.mark.parametrize(
    ("dates", "day", "stamp"),
    [
        (Dates.DAY_FIRST, "27 November 2026", "3 March 2026 at 09:00:05"),
        (Dates.MONTH_FIRST, "November 27, 2026", "March 3, 2026 at 09:00:05"),
        (Dates.FIGURES, "2026-11-27", "2026-03-03 at 09:00:05"),
    ],
)
def test_days_are_written_as_chosen(dates: Dates, day: str, stamp: str) -> None:
    look = Look(dates=dates)

    assert look.day(DAY) == day
    assert look.stamp("2026-03-03T09:00:05") == stamp
    assert look.stamp("no stamp") == "no stamp"


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        (Numbers.COMMA, "1,234,567"),
        (Numbers.SPACE, "1\u00a0234\u00a0567"),
        (Numbers.POINT, "1.234.567"),
    ],
)
def test_thousands_are_set_off_as_chosen(numbers: Numbers, shown: str) -> None:
    assert Look(numbers=numbers).number(1234567) == shown


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Berlin", "2026-11-28 00:30 CET"),
        ("America/New_York", "2026-11-27 18:30 EST"),
        ("Asia/Kathmandu", "2026-11-28 05:15 UTC+0545"),
        ("Nowhere/Any_More", "2026-11-27 23:30 UTC"),
    ],
)
def test_moments_are_told_in_the_zone_with_its_name(zone: str, shown: str) -> None:
    assert Look(zone=zone).minute(AT) == shown


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own clock shows the time of Tokyo."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        tzset()
        yield
    tzset()


@pytest.mark.usefixtures("in_tokyo")
def test_zone_that_is_lost_counts_as_utc_wherever_the_machine_is() -> None:
    assert Look(zone="Nowhere/Lost").minute(AT) == "2026-11-27 23:30 UTC"


def test_sentences_follow_and_quoted_words_stay() -> None:
    assert DAY_FIRST.said(SAID) == (
        'It ends on 15 March 2026 and not in April 2027. "By March 15, 2026" is new.'
    )
    assert FIGURES.said(SAID) == (
        'It ends on 2026-03-15 and not in 2027-04. "By March 15, 2026" is new.'
    )


@pytest.mark.parametrize("dose", ["1,000 mg", "1.000 mg", "March 1", "May 12 people", "2,500"])
def test_doses_and_what_is_no_date_stay(dose: str) -> None:
    for dates in Dates:
        assert Look(dates=dates, numbers=Numbers.POINT).said(f"Each gets {dose}.") == (
            f"Each gets {dose}."
        )


@given(
    st.builds(
        Look,
        dates=st.sampled_from(Dates),
        numbers=st.sampled_from(Numbers),
        zone=st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"]),
    )
)
def test_choice_is_kept_and_read_again(look: Look) -> None:
    assert Look.read(str(look)) == look
    assert (str(look) == "") is (look == AS_WRITTEN)


@given(st.dates(min_value=date(1, 1, 1)))
def test_a_day_said_is_the_day_read(day: date) -> None:
    words = Look(dates=Dates.MONTH_FIRST).day(day)

    assert FIGURES.said(words) == day.isoformat()
    assert DAY_FIRST.said(words) == DAY_FIRST.day(day)
