"""Dates as precise as the sponsor gave them, and how far one is from another."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MONTHS = 12
#: Later ones are slips of the pen, and leave no room to count on from.
_LAST_YEAR = 9000


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A year, a month or a day (2026, 2026-03, 2026-03-15): three different values."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """Return the date in ``text``, None when it is absent or no date."""
        found = _PARTIAL.fullmatch((text or "").strip())
        if found is None:
            return None
        year, month, day = (int(part) if part else None for part in found.groups())
        parsed = cls(year=year or 0, month=month, day=day)
        return parsed if parsed._exists() else None

    def _exists(self) -> bool:
        try:
            self.first_day()
        except ValueError:
            return False
        return self.year <= _LAST_YEAR

    def first_day(self) -> date:
        """Return the first day it may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def last_day(self) -> date:
        """Return the last day it may mean."""
        if self.day:
            return self.first_day()
        month = self.month or _MONTHS
        following = date(self.year + month // _MONTHS, month % _MONTHS + 1, 1)
        return following - timedelta(days=1)

    def agrees_with(self, other: "PartialDate") -> bool:
        """Tell whether one is only a more exact way to say the other."""
        mine, theirs = (self.year, self.month, self.day), (other.year, other.month, other.day)
        return all(None in pair or pair[0] == pair[1] for pair in zip(mine, theirs, strict=True))


def days_between(before: PartialDate, after: PartialDate) -> int | None:
    """Return the signed distance in days, None when either has no day."""
    if before.day is None or after.day is None:
        return None
    return (after.first_day() - before.first_day()).days


def months_between(before: PartialDate, after: PartialDate) -> int | None:
    """Return the signed distance in whole months, None when either has no month.

    Two whole dates count months passed (31 Jan to 28 Feb: 0); otherwise calendar months count.
    """
    if before.month is None or after.month is None:
        return None
    months = (after.year - before.year) * _MONTHS + after.month - before.month
    if before.day and after.day:
        if months > 0 and after.day < before.day:
            months -= 1
        elif months < 0 and after.day > before.day:
            months += 1
    return months


def about_days(before: PartialDate, after: PartialDate) -> int:
    """Return the signed distance in days, taken from the first days both may mean."""
    return (after.first_day() - before.first_day()).days


def months_passed(since: PartialDate, today: date) -> int:
    """Return how many whole months have surely passed from ``since`` to ``today``, at least 0."""
    last = since.last_day()
    months = (today.year - last.year) * _MONTHS + today.month - last.month
    return max(0, months - (today.day < last.day))


def date_event(
    before: PartialDate | None,
    after: PartialDate | None,
    *,
    types: tuple[str | None, str | None],
) -> str:
    """Return what happened to a date: added, removed, slip, precision, actual, estimated.

    ``slip`` is a move in either direction. A type that changes with the date is joined to it
    (``slip+actual``); with a date that only became more exact it stands alone. ``rewritten`` is
    said of a text that is no date on one side.
    """
    typed = _type_event(*types)
    moved = _date_move(before, after)
    if moved in ("added", "removed", "rewritten"):
        return moved
    if moved == "slip":
        return f"slip+{typed}" if typed else "slip"
    return typed or moved


def _date_move(before: PartialDate | None, after: PartialDate | None) -> str:
    if before is None or after is None:
        return "added" if after else "removed" if before else "rewritten"
    return "precision" if before.agrees_with(after) else "slip"


def _type_event(before: str | None, after: str | None) -> str:
    if before == after:
        return ""
    return {"ACTUAL": "actual", "ESTIMATED": "estimated"}.get(after or "", "type")
