"""Has something come to a standstill? What the heartbeat depends on. Plain values in, words out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

#: The registry is away for hours now and then; whoever waits for a place in a trial can wait so
#: long, and no longer.
_LONGEST: Final = timedelta(days=1)
#: What is due goes out within seconds while somebody sends.
_LONGEST_DUE: Final = timedelta(hours=1)
#: The registry publishes on working days of the United States. Weekends do not count; three
#: working days in a row without a release have been holidays, more than that never.
_MOST_WORKING_DAYS: Final = 3
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """How things stand, as every process can read it from the rows."""

    now: datetime
    #: When the registry last answered, None when it never did.
    asked_at: datetime | None
    #: When the release that is known was made, None when none is.
    release_at: datetime | None
    #: Since when some watched trial has not been looked at for that release; None for none.
    unsettled_since: datetime | None
    #: When the delivery that has waited longest was due; None for none.
    due_since: datetime | None
    #: Mails that a day of attempts did not bring out, through no fault of their readers.
    mails_held_up: int
    #: What of the mail to ourselves is missing, in words; empty for nothing.
    canary_missed: str = ""


def standstills(signs: Signs) -> tuple[str, ...]:
    """Return what has stopped, in words; nothing while all goes on."""
    found = (
        _asking(signs),
        _sweeping(signs),
        _sending(signs),
        _mailing(signs),
        _publishing(signs),
        signs.canary_missed,
    )
    return tuple(filter(None, found))


def _asking(signs: Signs) -> str:
    if signs.asked_at is None:
        return "the registry has never answered"
    if signs.now - signs.asked_at <= _LONGEST:
        return ""
    return f"the registry has not answered since {_minute(signs.asked_at)}"


def _sweeping(signs: Signs) -> str:
    since = signs.unsettled_since
    if since is None or signs.now - since <= _LONGEST:
        return ""
    return f"some watched trials could not be looked at since {_minute(since)}"


def _sending(signs: Signs) -> str:
    since = signs.due_since
    if since is None or signs.now - since <= _LONGEST_DUE:
        return ""
    return f"nothing sends what has been due since {_minute(since)}"


def _mailing(signs: Signs) -> str:
    if not signs.mails_held_up:
        return ""
    mails = "mail" if signs.mails_held_up == 1 else "mails"
    return f"{signs.mails_held_up:,} {mails} could not be handed to the mail server for a day"


def _publishing(signs: Signs) -> str:
    if signs.release_at is None:
        return ""
    days = working_days_between(signs.release_at.date(), signs.now.date())
    if days <= _MOST_WORKING_DAYS:
        return ""
    return (
        f"the registry's release of {signs.release_at:%Y-%m-%d} is {days} working days old:"
        " either it publishes nothing, or we do not see it"
    )


def working_days_between(first: date, last: date) -> int:
    """Return how many days from Monday to Friday lie between two days, neither counted."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days))
    return sum(day.weekday() < _SATURDAY for day in days)


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
