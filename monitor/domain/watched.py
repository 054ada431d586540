"""What putting a trial on a list came to."""

from dataclasses import dataclass
from datetime import datetime

from monitor.domain.trial import NctId
from monitor.domain.watches import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The version that a watch begins with, and how fresh it is."""

    version: int
    #: Date of the release that first showed it (``2026-03-09``).
    release: str
    #: UTC, when the registry last showed it.
    seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A trial now on a list, and the targets joined in the same breath."""

    nct_id: NctId
    list_name: str
    #: False when it stood on the list before.
    new: bool
    targets: tuple[Target, ...]
    #: What is held of it already; None until a sweep takes the baseline.
    held: Held | None = None
