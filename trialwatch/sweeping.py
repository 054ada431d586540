"""One round of asking the registry."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from monitor.alerting.poll import sweep
from monitor.alerting.searchrounds import evaluate_searches
from monitor.alerting.whole import WholeReport, keep_registry
from monitor.domain.trace import NO_SPANS, Spans
from monitor.registry.client import RegistryClient
from trialwatch.bootstrap import Service
from trialwatch.past import LookBack
from trialwatch.roundlog import log_past, log_searches, log_sweep, log_whole
from trialwatch.steps import log_alerts, log_settled
from trialwatch.tell import Tell


@dataclass(frozen=True, slots=True)
class Sweeping:
    """What a round works with."""

    service: Service
    registry: RegistryClient
    tell: Tell
    past: LookBack
    #: Set once the process is asked to stop.
    stopping: asyncio.Event
    spans: Spans = NO_SPANS


async def sweep_and_look_back(parts: Sweeping) -> None:
    """Sweep, ask for saved searches, and give the past what time is left until the next sweep."""
    service = parts.service
    begun = time.monotonic()

    def there_is_time() -> bool:
        # By a clock that nobody sets back.
        gone = timedelta(seconds=time.monotonic() - begun)
        return gone < service.settings.poll_every and not parts.stopping.is_set()

    await _sweep(parts)
    if service.settings.whole_registry:
        log_whole(await _keep(parts, there_is_time))
    searched = await evaluate_searches(
        service.open_work,
        parts.registry,
        clock=service.clock,
        go_on=there_is_time,
    )
    parts.tell.searched(searched)
    log_alerts(searched.alerts)
    log_searches(searched)
    log_past(await parts.past.go_on(there_is_time))


async def _keep(parts: Sweeping, go_on: Callable[[], bool]) -> WholeReport:
    service = parts.service
    return await keep_registry(
        service.open_work,
        parts.registry,
        clock=service.clock,
        weights=service.weights,
        go_on=go_on,
    )


async def _sweep(parts: Sweeping) -> None:
    service = parts.service
    report = await sweep(
        service.open_work,
        parts.registry,
        clock=service.clock,
        weights=service.weights,
        on_batch=lambda settled, _done, _total: log_settled(settled),
        spans=parts.spans,
    )
    parts.tell.swept(report)
    log_sweep(report)
