"""Who hears of what the ticks do: the pages, and whoever reads standard output."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from monitor.alerting.dispatch import Sent
from monitor.alerting.poll import SweepReport
from monitor.alerting.searchrounds import SearchReport
from storage.readmodels import Backlog
from trialwatch.canary import CanaryNow


@dataclass(frozen=True, slots=True)
class Tell:
    """Who else hears of what the ticks do; nobody by default."""

    swept: Callable[[SweepReport], None] = lambda _: None
    searched: Callable[[SearchReport], None] = lambda _: None
    sent: Callable[[Sent], None] = lambda _: None


@dataclass(slots=True)
class Pulse:
    """When each tick last ended well, for ``/health``."""

    #: Tick name to time, UTC.
    ended_well_at: dict[str, datetime] = field(default_factory=dict)
    #: Tick name to what went wrong last; gone once it ends well.
    trouble: dict[str, str] = field(default_factory=dict)
    #: How the outbox stood when it was last looked over.
    backlog: Backlog | None = None
    #: How mail to ourselves stood then; None where none is sent.
    canary: CanaryNow | None = None
    #: Has the registry looked at soon: somebody waits for a new trial's first record.
    look_soon: Callable[[], None] = lambda: None
