"""When, for which release and by which rules a batch of answers is judged."""

from dataclasses import dataclass, field
from datetime import datetime

from monitor.detection import Weights
from monitor.domain.trace import current_trace
from monitor.domain.trial import NctId


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """When, for which release and by which rules a batch of answers is judged."""

    #: Data timestamp of the registry (``2026-03-09T09:00:05``).
    release: str
    #: UTC.
    now: datetime
    #: Trials whose record the operator believes, however unlikely it looks.
    believed: frozenset[NctId] = frozenset()
    #: What matters how much; the packaged table when None.
    weights: Weights | None = None
    #: The id of the look that this is part of; it goes into the alerts.
    trace: str = field(default_factory=current_trace)
    #: Whether all studies are gone through: those that nobody watches stay marked as paused.
    whole: bool = False

    @property
    def day(self) -> str:
        """Date of the release (``2026-03-09``)."""
        return self.release[:10]
