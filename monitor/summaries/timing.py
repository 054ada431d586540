"""Dates, distances and ages in words.

The registry gives dates as precise as the sponsor knew them (2026, 2026-03, 2026-03-15); no
sentence is more precise than that. A date that cannot be read is shown as it stands.
"""

import re
from calendar import monthrange
from datetime import date

from monitor.summaries.numbers import counted
from monitor.summaries.prose import quote

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?")
_AGE = re.compile(r"(\d+)\s+(Year|Month|Week|Day|Hour|Minute)s?")
_YEAR = 12
#: From this many days on a distance between whole dates is said in months.
_DAYS_SAID = 60

Parts = tuple[int, int | None, int | None]


def parts_of(text: str | None) -> Parts | None:
    """Return (year, month, day) as far as ``text`` gives them, None when it is no date."""
    found = _DATE.fullmatch(text or "")
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None or (month is not None and not 1 <= month <= _YEAR):
        return None
    if day is not None and not 1 <= day <= monthrange(year, month or 1)[1]:
        return None
    return year, month, day


def date_words(text: str | None) -> str:
    """Return ``March 15, 2026``, ``March 2026``, ``2026``, or the text itself in quotes."""
    parts = parts_of(text)
    if parts is None:
        return quote(text)
    year, month, day = parts
    if month is None:
        return f"{year:04d}"
    return f"{_MONTHS[month - 1]} {f'{day}, ' if day else ''}{year:04d}"


def when(text: str | None) -> str:
    """Return ``on March 15, 2026`` or ``in March 2026``."""
    parts = parts_of(text)
    return f"{'on' if parts and parts[2] else 'in'} {date_words(text)}"


def is_finer(before: str | None, after: str | None) -> bool:
    """Tell whether ``after`` is ``before`` said more precisely (2026-03, then 2026-03-15)."""
    old, new = parts_of(before), parts_of(after)
    if old is None or new is None or old == new:
        return False
    return all(one is None or one == other for one, other in zip(old, new, strict=True))


def distance(before: str | None, after: str | None) -> str:
    """Return how far ``after`` lies from ``before``: ``9 months later``, ``12 days earlier``.

    Empty when the two are too rough to tell, or too near.
    """
    old, new = parts_of(before), parts_of(after)
    if old is None or new is None:
        return ""
    first, last = sorted((_filled(old), _filled(new)), key=_order)
    length = _length(first, last) if old[1] and new[1] else ""
    side = "later" if first == _filled(old) else "earlier"
    return f"{length} {side}" if length else ""


#: Fewer months, from a day to a month or back, say little of how long it is.
_MONTHS_TOLD = 2
Filled = tuple[int, int, int | None]


def _filled(parts: Parts) -> Filled:
    return parts[0], parts[1] or 1, parts[2]


def _order(parts: Filled) -> tuple[int, int, int]:
    return parts[0], parts[1], parts[2] or 0


def _length(first: Filled, last: Filled) -> str:
    months = (last[0] - first[0]) * _YEAR + last[1] - first[1]
    if first[2] is None or last[2] is None:
        if first[2] == last[2]:
            return months_words(months) if months else ""
        # From "May" to April 30 may be a day, and from March 31 to "May" a month.
        return f"about {months_words(months)}" if months > _MONTHS_TOLD else ""
    days = (date(last[0], last[1], last[2]) - date(first[0], first[1], first[2])).days
    if days < _DAYS_SAID:
        return counted(days, "day") if days else ""
    if last[2] == first[2]:
        return months_words(months)
    return f"about {months_words(round(days / 30.44))}"


def months_words(months: int) -> str:
    """Return ``9 months``, ``1 year``, ``2 years and 3 months``."""
    years, rest = divmod(months, _YEAR)
    said = [counted(years, "year")] if years else []
    return " and ".join([*said, counted(rest, "month")] if rest else said)


def age_words(text: str | None) -> str:
    """Return ``18 years`` for ``18 Years``; an age in other words is quoted."""
    found = _AGE.fullmatch(text or "")
    return counted(int(found[1]), found[2].lower()) if found else quote(text)


def age_of(text: str | None) -> tuple[int, str] | None:
    """Return (18, ``year``) for ``18 Years``, None when it is no age."""
    found = _AGE.fullmatch(text or "")
    return (int(found[1]), found[2].lower()) if found else None


def age_range(minimum: str | None, maximum: str | None) -> str:
    """Return who fits, as in ``18 to 65 years old``, or ``""`` when no limit is given."""
    low, high = age_of(minimum), age_of(maximum)
    if low and high and low[1] == high[1] and low != high:
        return f"{low[0]} to {age_words(maximum)} old"
    if minimum and maximum and minimum != maximum:
        return f"at least {age_words(minimum)} old and no more than {age_words(maximum)} old"
    if minimum and maximum:
        return f"{age_words(minimum)} old"
    if minimum:
        return f"{age_words(minimum)} old or older"
    return f"{age_words(maximum)} old or younger" if maximum else ""
