"""The past of newly watched trials, fetched after a sweep where the operator wants it.

It never makes a sweep fail, and ends when the next one is due; the rows know where to go on.
"""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.alerting.backfill import BackfillReport, backfill
from monitor.domain.ports import History
from trialwatch.bootstrap import Service


@dataclass(slots=True)
class LookBack:
    """Fetches the past in rounds; once the registry has refused, not again in this process."""

    service: Service
    history: History
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
            go_on=there_is_time,
        )
        self._refused = bool(report.blocked)
        return report
