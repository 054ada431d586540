"""What the registry is asked for, and what comes back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from monitor.domain.searches import Found, Hit, Parameters
from monitor.domain.trial import NctId


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A state of the registry's whole data set. An opaque value that changes."""

    data_timestamp: str
    etag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedStudy:
    """A study as it came back, and the number we asked for."""

    #: The number asked for; differs from ``nct_id`` when it is an alias.
    requested: NctId
    nct_id: NctId
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAside:
    """An answer that cannot be believed: reported and kept, never compared."""

    nct_id: NctId
    reason: str
    #: As much of it as there is, at most the body cap.
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedBatch:
    """Every number asked for is in exactly one of the three."""

    studies: tuple[FetchedStudy, ...]
    #: The registry knows no such number, or does not return it now.
    missing: tuple[NctId, ...]
    kept_aside: tuple[KeptAside, ...]


class Registry(Protocol):
    """ClinicalTrials.gov, or whoever plays it."""

    async def release(self, known: Release | None) -> Release | None:
        """Return the release now served, or None when it is still ``known`` (304).

        Raises:
            RegistryError: No usable answer.
        """
        ...

    async def fetch(self, nct_ids: Collection[NctId]) -> FetchedBatch:
        """Return the studies of at most one batch of numbers.

        Raises:
            RegistryError: No usable answer for the batch as a whole.
        """
        ...

    async def look(self, nct_id: NctId) -> FetchedStudy | None:
        """Look at one trial by itself; None only when the registry says it does not know it.

        An alias is followed, and comes back under its canonical number.

        Raises:
            RegistryError: Anything else: an outage never reads as a trial that vanished.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVersion:
    """One line of the registry's own history of a trial."""

    #: The registry's number, 0 for the first submission.
    number: int
    #: When it was submitted (``2024-05-17``).
    date: str


class History(Protocol):
    """The registry's history of its records: undocumented, and absent for any reason or none."""

    async def past_versions(self, nct_id: NctId) -> tuple[PastVersion, ...] | None:
        """Return every submitted version, oldest first; None when no history can be read.

        Raises:
            RegistryBlockedError: The registry refuses us; not to be asked again.
            RegistryUnavailableError: A fault that may pass.
        """
        ...

    async def past_record(self, nct_id: NctId, number: int) -> bytes | None:
        """Return the JSON of a past version: its protocol section alone, unescaped.

        None when what came cannot be read as a record of this trial.

        Raises:
            RegistryBlockedError: The registry refuses us; not to be asked again.
            RegistryUnavailableError: A fault that may pass.
        """
        ...


class Finder(Protocol):
    """The registry's own search."""

    async def release(self, known: Release | None) -> Release | None:
        """Return the release now served, or None when it is still ``known`` (304).

        Raises:
            RegistryError: No usable answer.
        """
        ...

    async def find(self, parameters: Parameters, *, most: int) -> Found:
        """Return how many trials are found, and the first of them, at most ``most``.

        Raises:
            RegistryRefusedError: The registry does not understand the search.
            RegistryError: No usable answer.
        """
        ...

    async def find_all(self, parameters: Parameters, *, most: int) -> Found:
        """Return every trial that is found; none of them when there are more than ``most``.

        What comes is complete and of one release: each trial counted is there, once.

        Raises:
            RegistryRefusedError: The registry does not understand the search.
            RegistryError: No usable answer, or none that fits together.
        """
        ...

    async def sight(self, nct_ids: Collection[NctId]) -> Mapping[NctId, Hit]:
        """Return how these trials stand now; those the registry does not show are left out.

        Raises:
            RegistryError: No usable answer.
        """
        ...
