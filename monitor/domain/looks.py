"""How one person reads dates, numbers and times of day. Pure.

The sentences we write say ``March 15, 2026``; tables say ``2026-03-15``. Who chooses nothing
reads both as they are written. Who chooses reads every date of ours their way; what stands in
quotation marks is somebody else's words and stays. Numbers inside sentences stay too: 1.000 mg
and 1,000 mg are a thousand to one reader and one to another, and a dose must not change hands.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SAID: Final = re.compile(rf"\b({'|'.join(_MONTHS)}) (?:(\d{{1,2}}), )?(\d{{4}})\b")
_QUOTED: Final = re.compile(r'("[^"]*"|“[^”]*”)')
_STAMP: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(.+))?")
_UTC: Final = "UTC"


class Dates(StrEnum):
    """Ways of writing a day."""

    #: As it is written: in words with the month first in sentences, in figures elsewhere.
    USUAL = "usual"
    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    FIGURES = "figures"


class Numbers(StrEnum):
    """Ways of setting off thousands."""

    COMMA = "comma"
    SPACE = "space"
    POINT = "point"


_BETWEEN: Final = {Numbers.COMMA: ",", Numbers.SPACE: "\N{NO-BREAK SPACE}", Numbers.POINT: "."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One person's choice."""

    dates: Dates = Dates.USUAL
    numbers: Numbers = Numbers.COMMA
    #: IANA name.
    zone: str = _UTC

    def day(self, day: date) -> str:
        """Return a day: ``2026-03-15`` unless something else was chosen."""
        if self.dates is Dates.DAY_FIRST:
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year:04d}"
        if self.dates is Dates.MONTH_FIRST:
            return f"{_MONTHS[day.month - 1]} {day.day}, {day.year:04d}"
        return day.isoformat()

    def minute(self, at: datetime) -> str:
        """Return a moment: ``2026-03-15 09:30 UTC``."""
        return self._moment(at, "%H:%M")

    def second(self, at: datetime) -> str:
        """Return a moment: ``2026-03-15 09:30:05 UTC``."""
        return self._moment(at, "%H:%M:%S")

    def _moment(self, at: datetime, clock: str) -> str:
        local = at.astimezone(_zone(self.zone))
        name = f"{local:%Z}"
        shown = name if name.isalpha() else f"UTC{local:%z}"
        return f"{self.day(local.date())} {local:{clock}} {shown}"

    def number(self, count: int) -> str:
        """Return a count of ours: ``1,234``."""
        return f"{count:,}".replace(",", _BETWEEN[self.numbers])

    def stamp(self, release: str) -> str:
        """Return the registry's stamp of a release; it names no zone, so it stays in its own."""
        found = _STAMP.fullmatch(release)
        if self.dates is Dates.USUAL or found is None:
            return release
        day = self.day(date.fromisoformat(found[1]))
        return f"{day} at {found[2]}" if found[2] else day

    def said(self, text: str) -> str:
        """Return a text of ours with its dates as they were chosen, quoted words untouched."""
        if self.dates in {Dates.USUAL, Dates.MONTH_FIRST}:
            return text
        parts = _QUOTED.split(text)
        parts[::2] = [_SAID.sub(self._of_words, part) for part in parts[::2]]
        return "".join(parts)

    def _of_words(self, found: re.Match[str]) -> str:
        month, day, year = found.groups()
        if self.dates is Dates.DAY_FIRST:
            return f"{day} {month} {year}" if day else found[0]
        figures = f"{year}-{_MONTHS.index(month) + 1:02d}"
        return f"{figures}-{int(day):02d}" if day else figures

    @property
    def written(self) -> str:
        """What messages are kept by: how they are written, without the hours."""
        return f"{self.dates.value} {self.numbers.value}"

    def __str__(self) -> str:
        """Return the one way in which it is kept; empty when nothing was chosen."""
        if self == AS_WRITTEN:
            return ""
        return f"{self.dates.value} {self.numbers.value} {self.zone}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what ``str`` wrote down."""
        if not text:
            return cls()
        dates, numbers, zone = text.split(" ", 2)
        return cls(dates=Dates(dates), numbers=Numbers(numbers), zone=zone)


#: Of who chose nothing.
AS_WRITTEN: Final = Look()


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    """Return a zone; UTC where this machine knows it no longer."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
