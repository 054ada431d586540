"""Which release the stand-in registry shows, and its stamps.

The clockwork only: nothing is read or sent here. A publication is one assignment, so
a request sees one release from start to end.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from simulator.records import stamped
from simulator.source import Source, Study

#: Version of the API that is played.
API_VERSION = "2.0.5"
#: Time of day in every stamp seen in 2026.
_PUBLISHED_AT = "T09:00:05"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One day's data set."""

    number: int
    day: date

    @property
    def timestamp(self) -> str:
        """The ``dataTimestamp`` of ``/version``."""
        return f"{self.day.isoformat()}{_PUBLISHED_AT}"

    @property
    def etag(self) -> str:
        """The one tag that every answer of this release carries."""
        return f'"{zlib.crc32(self.timestamp.encode()) & 0xFFFFFFF:07x}/0.34.1/{self.day:%y%m%d}"'


class Registry:
    """A source of studies and the release that is out now."""

    def __init__(self, source: Source, *, start: int = 0) -> None:
        self.source = source
        self._start = start
        self._number = start

    @property
    def release(self) -> Release:
        """The release that is out now."""
        return self._release(self._number)

    @property
    def known_releases(self) -> int:
        """How many releases the source tells of; quiet ones follow."""
        return len(self.source.calendar.known)

    def publish_next(self) -> Release:
        """Bring out the next release."""
        return self.publish(self._number + 1)

    def publish(self, release: int | date) -> Release:
        """Bring out a release by number or by date, later or earlier than the present one.

        Raises:
            SourceError: No release is that old.
            ValueError: The number is negative.
        """
        number = self.source.calendar.release_on(release) if isinstance(release, date) else release
        if number < 0:
            raise ValueError(f"releases are counted from 0, not {number}")
        self._number = number
        return self.release

    def reset(self) -> Release:
        """Go back to the release the registry started with."""
        return self.publish(self._start)

    def view(self, *, older_by: int = 0) -> "View":
        """Return the data set as it stands now, or ``older_by`` releases ago."""
        return View(self.source, self._release(max(0, self._number - older_by)))

    def _release(self, number: int) -> Release:
        return Release(number=number, day=self.source.calendar.day(number))


class View:
    """One release of a source, with its studies stamped."""

    def __init__(self, source: Source, release: Release) -> None:
        self.source = source
        self.release = release

    def raw(self, study: Study) -> bytes:
        """Return a study's JSON with the stamp of this release."""
        return stamped(study.body(), self.release.day.isoformat())

    def find(self, nct_id: str) -> Study | None:
        """Return the study of that number or alias, ``None`` when there is none."""
        number = self.release.number
        found = self.source.find(nct_id, number)
        if found is None and (canonical := self.source.canonical(nct_id, number)):
            return self.source.find(canonical, number)
        return found

    def scan(self, start: int = 0) -> Iterator[tuple[int, Study]]:
        """Walk this release's studies from a position on."""
        return self.source.scan(self.release.number, start)

    def size(self) -> int:
        """Return how many studies this release holds."""
        return self.source.size(self.release.number)
