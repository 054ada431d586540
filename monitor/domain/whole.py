"""Going through all studies of the registry: pages, and how far a going-through has come."""

from dataclasses import dataclass
from typing import Protocol

from monitor.domain.ports import FetchedStudy, Registry


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
