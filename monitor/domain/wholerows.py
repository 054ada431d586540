"""Rows of all studies, and how far the newest going-through of them has come."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, Self

from monitor.domain.trial import NctId, TrialState, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One going-through of all studies for one release."""

    #: Data timestamp of the registry.
    release: str
    #: UTC.
    begun_at: datetime
    #: Opens the next page; None at the beginning and after the last page.
    token: str | None = None
    #: Date that the records of this release carry (``2026-03-09``).
    holder: str = ""
    #: Pages and studies written down since it was begun anew.
    pages: int = 0
    studies: int = 0
    #: Studies there are, as the registry counted them with its first page.
    total: int | None = None
    #: Times it was begun anew because pages did not fit together.
    starts: int = 0
    #: UTC, None while it is under way.
    ended_at: datetime | None = None

    @property
    def paged(self) -> bool:
        """Whether the last page was seen."""
        return self.pages > 0 and self.token is None

    def evolve(self, **changes: object) -> Self:
        """Return a copy with ``changes``."""
        return replace(self, **changes)  # type: ignore[arg-type]  # checked by the dataclass

    def anew(self) -> Self:
        """Return the same release from its first page."""
        return self.evolve(
            token=None, holder="", pages=0, studies=0, total=None, starts=self.starts + 1
        )


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
