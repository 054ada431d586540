"""Studies given in so many words: for a test that needs exactly these records.

Each argument is one release; what it does not mention stays as it was.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from simulator.source import Calendar
from simulator.versions import Version, VersionedStudies, version_of

_FIRST_DAY = date(2026, 3, 2)


def given_studies(
    *releases: Mapping[str, dict[str, Any] | None], first_day: date = _FIRST_DAY
) -> VersionedStudies:
    """Return a source of those records, one release each weekday.

    Args:
        releases: For each release the records that are new or other than before, by
            NCT number; ``None`` takes a study out.
        first_day: Date of the first release.
    """
    days = Calendar((first_day,))
    trials: dict[str, list[Version]] = {}
    for number, records in enumerate(releases):
        for nct_id, record in records.items():
            trials.setdefault(nct_id, []).append(_version(record, number, days.day(number)))
    known = tuple(days.day(number) for number in range(max(1, len(releases))))
    return VersionedStudies(Calendar(known), trials)


def _version(record: dict[str, Any] | None, since: int, day: date) -> Version:
    return version_of(record, since=since, day=day) if record else Version(since=since, study=None)
