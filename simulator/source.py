"""What the stand-in registry serves: studies, release by release.

The web side (``simulator.app``) knows only the ``Source`` protocol. Where studies
come from (made stories, a folder, a generator) belongs to the sources themselves.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

#: A study's number as the registry writes it.
NCT_ID = re.compile(r"NCT\d{8}")
_SATURDAY = 5


class SourceError(ValueError):
    """A source of studies cannot be opened or read; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study as it stands in one release.

    ``body`` gives its JSON, one line, with whatever release stamp it was stored with.
    """

    nct_id: str
    overall_status: str
    #: ``lastUpdatePostDateStruct.date``, empty when the record has none.
    last_update_posted: str
    body: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days on which a release is published, oldest first.

    It never ends: after the known days come quiet releases, one each weekday.
    """

    known: tuple[date, ...]

    def __post_init__(self) -> None:
        """Refuse an empty or unordered list of days."""
        if not self.known or list(self.known) != sorted(set(self.known)):
            raise SourceError("a calendar needs at least one day, in order, each once")

    def day(self, release: int) -> date:
        """Return the date of release ``release``, counted from 0."""
        if release < len(self.known):
            return self.known[release]
        return _weekdays_after(self.known[-1], release - len(self.known) + 1)

    def release_on(self, day: date) -> int:
        """Return the newest release published on or before ``day``.

        Raises:
            SourceError: ``day`` is before the first release.
        """
        if day < self.known[0]:
            raise SourceError(f"no release on or before {day}; the first is {self.known[0]}")
        release = 0
        while self.day(release + 1) <= day:
            release += 1
        return release


def _weekdays_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY:
            count -= 1
    return day


class Source(Protocol):
    """Studies of a registry, by release. Safe to call from several threads."""

    @property
    def calendar(self) -> Calendar:
        """When releases come out."""
        ...

    def size(self, release: int) -> int:
        """Return how many studies ``release`` holds."""
        ...

    def find(self, nct_id: str, release: int) -> Study | None:
        """Return the study of that canonical number, ``None`` when there is none."""
        ...

    def canonical(self, alias: str, release: int) -> str | None:
        """Return the number of the study that lists ``alias`` among its aliases."""
        ...

    def scan(self, release: int, start: int) -> Iterator[tuple[int, Study]]:
        """Walk the studies from position ``start`` on, in a fixed order.

        Positions may have gaps; a position never changes its study within a release.
        """
        ...
