"""Studies kept as versions: each trial's records and the release from which each counts.

The common ground of the made stories and of a folder of records. How versions are
found and read belongs to those two.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from simulator.records import aliases_of, dumps, last_update_of, nct_id_of, stamped, status_of
from simulator.source import Calendar, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A trial's record from one release on; ``study`` is ``None`` while it is gone."""

    since: int
    study: Study | None
    aliases: tuple[str, ...] = ()


def version_of(record: dict[str, Any], *, since: int, day: date) -> Version:
    """Return a record held in memory as the version that counts from ``since`` on."""
    raw = stamped(dumps(record), day.isoformat())
    study = Study(
        nct_id=nct_id_of(record),
        overall_status=status_of(record),
        last_update_posted=last_update_of(record),
        body=lambda: raw,
    )
    return Version(since=since, study=study, aliases=aliases_of(record))


class VersionedStudies:
    """A source made of versions per trial."""

    def __init__(self, calendar: Calendar, trials: Mapping[str, Sequence[Version]]) -> None:
        self._calendar = calendar
        self._order = sorted(trials)
        self._trials = {nct_id: tuple(trials[nct_id]) for nct_id in self._order}
        self._by_alias = {
            alias: nct_id
            for nct_id, versions in self._trials.items()
            for version in versions
            for alias in version.aliases
        }

    @property
    def calendar(self) -> Calendar:
        """When releases come out."""
        return self._calendar

    def size(self, release: int) -> int:
        """Return how many studies ``release`` holds."""
        return sum(1 for _ in self.scan(release, 0))

    def find(self, nct_id: str, release: int) -> Study | None:
        """Return the study of that canonical number, ``None`` when there is none."""
        version = self._version(nct_id, release)
        return version.study if version else None

    def canonical(self, alias: str, release: int) -> str | None:
        """Return the number of the study that lists ``alias`` among its aliases."""
        nct_id = self._by_alias.get(alias)
        version = self._version(nct_id, release) if nct_id else None
        return nct_id if version and version.study and alias in version.aliases else None

    def scan(self, release: int, start: int) -> Iterator[tuple[int, Study]]:
        """Walk the studies in the order of their numbers."""
        for position in range(start, len(self._order)):
            study = self.find(self._order[position], release)
            if study is not None:
                yield position, study

    def _version(self, nct_id: str, release: int) -> Version | None:
        versions = self._trials.get(nct_id, ())
        newest = bisect_right(versions, release, key=_since) - 1
        return versions[newest] if newest >= 0 else None


def _since(version: Version) -> int:
    return version.since
