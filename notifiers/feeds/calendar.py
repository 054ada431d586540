"""Key dates of trials as a calendar (iCalendar, RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from monitor.summaries.keydates import KeyDate
from notifiers.clean import one_line, paragraphs

TYPE = "text/calendar; charset=utf-8"
#: Octets of a line, its end left out (section 3.1).
_LONGEST_LINE = 75
_LONGEST_TITLE = 200


def calendar(name: str, dates: Iterable[tuple[KeyDate, str]]) -> bytes:
    """Return a calendar of whole days.

    Args:
        name: What programs call it.
        dates: Each with the address of the page that tells more.
    """
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//trialwatch//key dates//EN"),
        *("CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(one_line(name))}"),
        *(line for key_date, url in dates for line in _event(key_date, url)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _event(key_date: KeyDate, url: str) -> Iterator[str]:
    title = one_line(key_date.title, _LONGEST_TITLE) or "trial without a title"
    yield "BEGIN:VEVENT"
    # The same for good: a date that moves moves in the calendar too.
    yield f"UID:{key_date.nct_id}-{key_date.name}@trialwatch"
    yield f"DTSTAMP:{_stamp(key_date.known_at)}"
    yield f"SEQUENCE:{key_date.version}"
    yield f"DTSTART;VALUE=DATE:{_day(key_date.day)}"
    yield f"DTEND;VALUE=DATE:{_day(key_date.day + timedelta(days=1))}"
    yield f"SUMMARY:{_escaped(f'{key_date.words}: {title} ({key_date.nct_id})')}"
    yield f"DESCRIPTION:{_escaped(paragraphs(key_date.sentence))}"
    yield f"URL:{url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """Return a text as section 3.3.11 wants it."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, each after the first begun by a blank."""
    part, octets = "", 0
    for character in line:
        size = len(character.encode("utf-8", "replace"))
        if octets + size > _LONGEST_LINE:
            yield part
            part, octets = " ", 1
        part += character
        octets += size
    yield part


def _day(day: date) -> str:
    return f"{day:%Y%m%d}" if day.year >= 1000 else f"{day.year:04d}{day:%m%d}"  # noqa: PLR2004


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
