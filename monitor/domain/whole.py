"""How far a going-through of all studies of the registry has come."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self


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
