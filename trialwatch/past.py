"""The past of newly watched trials, fetched after a sweep where the operator wants it.

It never makes a sweep fail, and ends when the next one is due; the rows know where to go on.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.alerting.backfill import BackfillReport, backfill
from monitor.domain.ports import History
from trialwatch.bootstrap import Service

_log = logging.getLogger("trialwatch")


@dataclass(slots=True)
class LookBack:
    """Fetches the past in rounds; once the registry has refused, not again in this process."""

    service: Service
    history: History
    #: Set once the process is asked to stop.
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _refused: bool = False

    async def go_on(self, there_is_time: Callable[[], bool]) -> BackfillReport:
        """Fetch what is left until there is no more or no time, asked before each trial."""
        service = self.service
        if not service.settings.registry_history or self._refused:
            return BackfillReport()
        report = await backfill(
            service.open_work,
            self.history,
            clock=service.clock,
            weights=service.weights,
            go_on=lambda: there_is_time() and not self.stopping.is_set(),
        )
        self._refused = bool(report.blocked)
        return report


def log_past(report: BackfillReport) -> None:
    """Log what a round came to; nothing when there was nothing to do."""
    if report.done or report.versions:
        kept, done = report.versions, len(report.done)
        _log.info("history: past versions kept %d, trials done %d", kept, done)
    if report.absent:
        _log.info("history: none that can be read of %s", ", ".join(report.absent))
    if report.trouble:
        _log.info("history: %s", report.trouble)
    if report.blocked:
        _log.warning("history: not asked for again until the next start: %s", report.blocked)
