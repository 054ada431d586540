"""When a reader wants to be told: at once, once a day, once a week; and when not to be."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from monitor.domain.changes import Severity

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Rhythm(StrEnum):
    """How often messages go out."""

    #: Each alert by itself, as soon as it is there.
    AT_ONCE = "at-once"
    #: All alerts of a day in one message.
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Hours of every day in which nothing is sent; over midnight when ``end`` is the earlier."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One reader's choice for one list."""

    rhythm: Rhythm = Rhythm.AT_ONCE
    #: Local time of the digest.
    at: time = time(7)
    #: Day of the weekly digest, 0 for Monday.
    weekday: int = 0
    #: Name of the reader's time zone (``Europe/Berlin``).
    zone: str = "UTC"
    quiet: Quiet | None = None
    #: Critical changes are told at once, whatever else is chosen.
    critical_passes: bool = False
    #: Most messages in an hour, None for any number; what is more becomes a digest.
    most_an_hour: int | None = None

    @property
    def words(self) -> str:
        """The choice as people read it: ``daily at 07:00 (Europe/Berlin)``."""
        parts = [self._rhythm_words()]
        if self.quiet is not None:
            parts.append(f"quiet {self.quiet.start:%H:%M}-{self.quiet.end:%H:%M}")
        if self.rhythm is not Rhythm.AT_ONCE or self.quiet is not None:
            parts[-1] += f" ({self.zone})"
        if self.critical_passes:
            parts.append("critical at once")
        if self.most_an_hour is not None:
            parts.append(f"at most {self.most_an_hour} an hour")
        return ", ".join(parts)

    def _rhythm_words(self) -> str:
        if self.rhythm is Rhythm.AT_ONCE:
            return "at once"
        if self.rhythm is Rhythm.DAILY:
            return f"daily at {self.at:%H:%M}"
        return f"{WEEKDAYS[self.weekday].capitalize()}s at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delivery that waits for its reader's hour."""

    delivery_id: str
    severity: Severity
    #: True once it was looked at and held back.
    was_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTiming:
    """A choice whose waiting deliveries are to be looked at now."""

    id: int
    timing: Timing
    #: Longest waiting first.
    waiting: tuple[Waiting, ...]
    #: When messages went out in the hour before, oldest first; empty where nobody counts.
    sent_at: tuple[datetime, ...] = ()
    #: The reader wants nothing before, None without a pause.
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """What becomes of waiting deliveries."""

    #: Sent by themselves.
    singly: tuple[str, ...] = ()
    #: Sent together in one message, under the id of the first.
    together: tuple[str, ...] = ()
    #: When to look again; None when that is only when something new waits.
    next_at: datetime | None = None


class UnknownZoneError(ValueError):
    """A text names no time zone."""
