"""All studies of the registry: its pages, and the rows that keep them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from monitor.domain.ports.sources import FetchedStudy, Registry
from monitor.domain.trial import NctId, TrialState, Version
from monitor.domain.whole import Pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPage:
    """Some of all studies, each once."""

    studies: tuple[FetchedStudy, ...]
    #: Dates of the releases that the records name; one, unless the registry mixes them.
    holders: frozenset[str]
    #: Opens the next page, None after the last.
    token: str | None
    #: How many studies there are altogether; with the first page only.
    total: int | None


class WholeRegistry(Registry, Protocol):
    """A registry that can be gone through."""

    async def page_of_all(self, token: str | None) -> StudyPage | None:
        """Return a page of all studies, None when the registry will not take its token back.

        Raises:
            RegistryError: No usable answer.
        """
        ...


class WholeRows(Protocol):
    """All studies, a page at a time: no statement here is about one study."""

    def known(self) -> Pass | None:
        """Return how far the newest going-through has come, None before the first."""
        ...

    def save(self, here: Pass) -> None:
        """Overwrite how far it has come."""
        ...

    def held(self, nct_ids: Collection[NctId]) -> Mapping[NctId, TrialState]:
        """Read the rows there are and hold them until the transaction ends; makes none."""
        ...

    def mark(self, nct_ids: Collection[NctId], state: TrialState) -> None:
        """Note of studies that are as they were: release and time are those of ``state``."""
        ...

    def add_first(self, first: Collection[Version]) -> None:
        """Store first versions of trials whose rows are there."""
        ...

    def left(self, release: str, *, limit: int) -> tuple[NctId, ...]:
        """Return held studies that ``release`` did not show, by number.

        Not those that are known to be gone or merged.
        """
        ...

    def count(self, release: str) -> int:
        """Return how many studies ``release`` was found to have."""
        ...
