"""What a trial and a version of its record are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType, Self

from monitor.domain.errors import InvalidNctIdError

NctId = NewType("NctId", str)

_NCT = re.compile(r"[Nn][Cc][Tt]0*([1-9][0-9]{0,7})")


def parse_nct_id(text: str) -> NctId:
    """Return the canonical form of an NCT number (``nct7011550`` -> ``NCT07011550``).

    Raises:
        InvalidNctIdError: ``text`` is not an NCT number.

    Source:
        Pattern of ``filter.ids`` in the registry's OpenAPI document 2.0.5.
    """
    found = _NCT.fullmatch(text.strip())
    if found is None:
        raise InvalidNctIdError(
            f"{text.strip()[:40]!r} is not an NCT number: it is NCT and 8 digits, as in NCT01234567"
        )
    return NctId(f"NCT{int(found[1]):08d}")


#: Number of the version that the watch began with.
BASELINE = 1


def before_watch(number: int) -> bool:
    """Tell whether the version with this number is from before the watch began."""
    return number < BASELINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One distinct state of a trial's record, kept for good."""

    nct_id: NctId
    #: 1 for the baseline, then one more for each distinct record; 0, -1, -2 ... for those from
    #: before the watch began, the newest of them 0.
    number: int
    #: Date of the registry release that first showed it to us (``2026-03-09``); from before the
    #: watch, the date the registry's history gives.
    release: str
    #: The study's JSON, byte for byte as the registry gave it; from before the watch, its
    #: protocol section alone, unescaped.
    raw: bytes
    #: SHA-256 of ``raw`` without the release stamp: equal means nothing at all changed.
    content_sha256: bytes
    #: UTC.
    fetched_at: datetime

    @property
    def before_watch(self) -> bool:
        """Whether it is from before the watch began."""
        return before_watch(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInfo:
    """A stored version without its bytes."""

    nct_id: NctId
    number: int
    release: str
    fetched_at: datetime
    #: Length of the record, and what it costs in the database.
    raw_bytes: int
    stored_bytes: int

    @property
    def before_watch(self) -> bool:
        """Whether it is from before the watch began."""
        return before_watch(self.number)

    def contract(self) -> dict[str, object]:
        """Return the version as ``show --json``, ``history --json`` and the interface tell it."""
        return {
            "version": self.number,
            "before_watch": self.before_watch,
            "release": self.release,
            "fetched_at": self.fetched_at,
            "raw_bytes": self.raw_bytes,
            "stored_bytes": self.stored_bytes,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """The names of a version's eligibility rules, the same for one rule in every version."""

    nct_id: NctId
    version: int
    #: Which parser made the paths; those of another one may name other rules.
    parser_version: int
    #: Path (``E.3``) to name.
    ids: Mapping[str, str]


#: ``TrialState.history_left`` of a trial whose past is on record as far as it could be read.
HISTORY_DONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialState:
    """What is known of a watched trial between two sweeps; one row each."""

    nct_id: NctId
    #: Number of the newest version, 0 before the baseline.
    latest_version: int = 0
    content_sha256: bytes = b""
    #: Data timestamp of the registry at the last sweep that settled this trial.
    swept_release: str | None = None
    #: UTC, when a record of it last came back.
    seen_at: datetime | None = None
    brief_title: str = ""
    overall_status: str = ""
    #: Data timestamp of the first release that did not return it, None while it is there.
    missing_since: str | None = None
    #: True once ``record.gone`` was told, until it is back.
    gone: bool = False
    #: The number under which the registry keeps it now, when it was merged.
    merged_into: NctId | None = None
    #: Date (``2027-01-15``) from which the record is stale unless it changes; None when that
    #: cannot happen, or was told already.
    stale_on: str | None = None
    #: Nobody watched it since it was last seen: what changed in between is kept, not told.
    paused: bool = False
    #: The registry's number of the past version to fetch next; ``HISTORY_DONE`` when there is
    #: no more, None when the trial's history was not looked at yet.
    history_left: int | None = None

    @property
    def unknown(self) -> bool:
        """Whether the registry was asked for a first record and knows no such number."""
        return not self.latest_version and self.missing_since is not None

    def evolve(self, **changes: object) -> Self:
        """Return a copy with ``changes``."""
        return replace(self, **changes)  # type: ignore[arg-type]  # checked by the dataclass
