"""Hours as they are typed."""

from datetime import time

import pytest

from monitor.domain.timings import Quiet, Rhythm, Timing
from trialwatch.cli.context import UsageError
from trialwatch.cli.hours import Hours, read_hours


def typed(
    digest: str | None = None,
    quiet: str | None = None,
    zone: str | None = "Europe/Berlin",
    most: int | None = None,
) -> Hours:
    return Hours(digest=digest, zone=zone, quiet=quiet, critical_at_once=False, most_an_hour=most)


@pytest.mark.parametrize(
    ("digest", "rhythm", "weekday", "at"),
    [
        ("daily@07:00", Rhythm.DAILY, 0, time(7)),
        ("daily@7:05", Rhythm.DAILY, 0, time(7, 5)),
        ("DAILY@00:00", Rhythm.DAILY, 0, time(0)),
        ("weekly:mon@07:00", Rhythm.WEEKLY, 0, time(7)),
        ("weekly:Sunday@23:59", Rhythm.WEEKLY, 6, time(23, 59)),
        ("weekly:thu@18:00", Rhythm.WEEKLY, 3, time(18)),
    ],
)
def test_rhythm_is_read(digest: str, rhythm: Rhythm, weekday: int, at: time) -> None:
    assert read_hours(typed(digest)) == Timing(
        rhythm=rhythm, weekday=weekday, at=at, zone="Europe/Berlin"
    )


def test_quiet_hours_are_read() -> None:
    timing = read_hours(typed("at-once", "22:00-07:00", most=5))

    assert timing == Timing(
        quiet=Quiet(start=time(22), end=time(7)), zone="Europe/Berlin", most_an_hour=5
    )
    assert read_hours(typed("at-once", "none", None)) == Timing()


@pytest.mark.parametrize(
    ("digest", "quiet", "words"),
    [
        ("hourly", None, "--digest: read 'hourly'; write at-once, daily@07:00"),
        ("daily@25:00", None, "--digest: '25:00' is no time of a day"),
        ("daily@7", None, "--digest: read"),
        ("weekly@07:00", None, "--digest: read"),
        ("weekly:foo@07:00", None, "--digest: 'foo' is no day"),
        (None, "night", "--quiet: read 'night'; write 22:00-07:00, or none"),
        (None, "22:00-24:00", "--quiet: '24:00' is no time of a day"),
        (None, "22:00-22:00", "quiet all day"),
        ("daily@06:59", "22:00-07:00", "06:59 falls into the quiet hours 22:00-07:00"),
    ],
)
def test_what_cannot_be_read_is_named(digest: str | None, quiet: str | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_hours(typed(digest, quiet))


def test_digest_may_come_when_the_quiet_hours_end() -> None:
    assert read_hours(typed("daily@07:00", "22:00-07:00")).at == time(7)


@pytest.mark.parametrize(("digest", "quiet"), [("daily@07:00", None), (None, "22:00-07:00")])
def test_hours_without_a_zone_are_nobodys(digest: str | None, quiet: str | None) -> None:
    with pytest.raises(UsageError, match="whose hours"):
        read_hours(typed(digest, quiet, zone=None))


def test_unknown_zone_is_refused_where_it_is_typed() -> None:
    with pytest.raises(UsageError, match="--timezone: 'Europe/Bern' is no time zone"):
        read_hours(typed("daily@07:00", zone="Europe/Bern"))


def test_zone_without_hours_is_a_mistake_that_says_so() -> None:
    with pytest.raises(UsageError, match="no hours are named"):
        read_hours(typed(None, None, zone="Europe/Berlin"))
    with pytest.raises(UsageError, match="no hours are named"):
        read_hours(typed(None, None, zone="Europe/Berlin", most=5))
