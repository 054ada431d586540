"""Rows of saved searches."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from monitor.domain.searches import Member, Query, Search
from monitor.domain.trial import NctId


class Searches(Protocol):
    """Saved searches, each on a watch list, and the trials they find."""

    def add(
        self, query: Query, *, name: str, list_name: str, follow: bool, now: datetime
    ) -> Search:
        """Put a search on a list (made if new).

        Raises:
            SearchRefusedError: The list has one of this name.
        """
        ...

    def due(self, release: str) -> tuple[Search, ...]:
        """Return searches not evaluated for ``release`` yet, those tried longest ago first."""
        ...

    def hold(self, search_id: int) -> Search | None:
        """Return a search and hold it until the transaction ends; None when it was removed."""
        ...

    def save(self, search: Search) -> None:
        """Write down how far a search is known."""
        ...

    def members(self, search_id: int) -> Mapping[NctId, Member]:
        """Return every trial that the search finds or found once."""
        ...

    def keep(self, search_id: int, members: Iterable[Member]) -> None:
        """Insert or overwrite trials of a search."""
        ...

    def follow(self, search_id: int, nct_ids: Iterable[NctId], *, now: datetime) -> None:
        """Put trials on the list of a search."""
        ...

    def remove(self, search_id: int, *, now: datetime) -> Search | None:
        """End a search and cancel what was to be sent of it; None when there is none."""
        ...
