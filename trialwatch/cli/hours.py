"""Options that say when a reader wants to be told, read from what was typed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from monitor.alerting.timing import is_quiet_at, zone_of
from monitor.domain.timings import WEEKDAYS, Quiet, Rhythm, Timing, UnknownZoneError
from trialwatch.cli.context import UsageError

_DIGEST = re.compile(r"(?:(daily)|weekly:([a-z]{3,9}))@(\d{1,2}:\d\d)")
_QUIET = re.compile(r"(\d{1,2}:\d\d)-(\d{1,2}:\d\d)")
_AT_ONCE = "at-once"
_NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What was typed; None where nothing was."""

    digest: str | None
    zone: str | None
    quiet: str | None
    critical_at_once: bool
    most_an_hour: int | None

    @property
    def given(self) -> bool:
        """Whether any of them was typed."""
        return self.critical_at_once or any(
            value is not None for value in (self.digest, self.zone, self.quiet, self.most_an_hour)
        )


def timing_for(emails: Sequence[str] | None, typed: Hours) -> Timing | None:
    """Return when mail comes to addresses that were typed, None where nothing was said of it.

    Raises:
        UsageError: Something in it cannot be read, or there is nobody whose hours these are.
    """
    if not typed.given:
        return None
    if not emails:
        raise UsageError("hours are for mail: name whose with --email")
    return read_hours(typed)


def read_hours(typed: Hours) -> Timing:
    """Return the choice that was typed.

    Raises:
        UsageError: Something in it cannot be read, or does not go together.
    """
    if typed.zone is not None and typed.digest is None and typed.quiet is None:
        raise UsageError(
            "--timezone says whose hours these are, and no hours are named: add --digest"
            " daily@07:00 or --quiet 22:00-07:00, or leave it out"
        )
    zone = typed.zone or "UTC"
    try:
        zone_of(zone)
    except UnknownZoneError as error:
        raise UsageError(f"--timezone: {error}") from error
    rhythm, weekday, at = _digest(typed.digest or _AT_ONCE)
    timing = Timing(
        rhythm=rhythm,
        at=at,
        weekday=weekday,
        zone=zone,
        quiet=_quiet(typed.quiet or _NONE),
        critical_passes=typed.critical_at_once,
        most_an_hour=typed.most_an_hour,
    )
    if typed.zone is None and (rhythm is not Rhythm.AT_ONCE or timing.quiet):
        raise UsageError("say whose hours these are: --timezone Europe/Berlin, or --timezone UTC")
    if rhythm is not Rhythm.AT_ONCE and is_quiet_at(timing, at):
        raise UsageError(
            f"--digest: {at:%H:%M} falls into the quiet hours {typed.quiet}; choose another hour"
        )
    return timing


def _digest(text: str) -> tuple[Rhythm, int, time]:
    if text == _AT_ONCE:
        return Rhythm.AT_ONCE, 0, time(7)
    found = _DIGEST.fullmatch(text.lower())
    if not found:
        raise UsageError(
            f"--digest: read {text[:40]!r}; write at-once, daily@07:00 or weekly:mon@07:00"
        )
    at = _time(found[3], "--digest")
    if found[1]:
        return Rhythm.DAILY, 0, at
    days = [number for number, name in enumerate(WEEKDAYS) if name.startswith(found[2])]
    if not days:
        raise UsageError(f"--digest: {found[2]!r} is no day; write mon, tue, wed, thu, fri, ...")
    return Rhythm.WEEKLY, days[0], at


def _quiet(text: str) -> Quiet | None:
    if text == _NONE:
        return None
    found = _QUIET.fullmatch(text)
    if not found:
        raise UsageError(f"--quiet: read {text[:40]!r}; write 22:00-07:00, or none")
    quiet = Quiet(start=_time(found[1], "--quiet"), end=_time(found[2], "--quiet"))
    if quiet.start == quiet.end:
        raise UsageError("--quiet: it would be quiet all day; write 22:00-07:00, or none")
    return quiet


def _time(text: str, option: str) -> time:
    hour, _, minute = text.partition(":")
    try:
        return time(int(hour), int(minute))
    except ValueError as error:
        raise UsageError(f"{option}: {text!r} is no time of a day; write 07:00") from error
