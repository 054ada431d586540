"""One round of asking the registry, and what the log says of it."""

import logging
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
from trialwatch.past import LookBack, log_past
from trialwatch.searched import log_searches
from trialwatch.steps import log_alerts, log_settled
from trialwatch.tell import Tell
from trialwatch.whole import log_whole

_log = logging.getLogger("trialwatch")


@dataclass(frozen=True, slots=True)
class Sweeping:
    """What a round works with."""

    service: Service
    registry: RegistryClient
    tell: Tell
    past: LookBack
    spans: Spans = NO_SPANS


async def sweep_and_look_back(parts: Sweeping) -> None:
    """Sweep, ask for saved searches, and give the past what time is left until the next sweep."""
    service, past = parts.service, parts.past
    begun = time.monotonic()

    def there_is_time() -> bool:
        # By a clock that nobody sets back.
        gone = timedelta(seconds=time.monotonic() - begun)
        return gone < service.settings.poll_every and not past.stopping.is_set()

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
    log_past(await past.go_on(there_is_time))


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
    if not report.asked:
        return
    settled = report.settled
    _log.info(
        "release %s: asked %d, first seen %d, unchanged %d, new versions %d, alerts %d,"
        " deliveries %d, kept aside %d",
        report.release,
        report.asked,
        len(settled.baselines),
        settled.unchanged,
        settled.versions,
        len(settled.alerts),
        settled.deliveries,
        len(settled.refused),
    )
    if settled.unknown_fields:
        _log.warning("fields not known yet, kept: %s", ", ".join(sorted(settled.unknown_fields)))
    for aside in settled.refused:
        _log.warning("%s kept aside: %s", aside.nct_id, aside.reason)
    for nct_id in settled.unknown:
        _log.warning("%s: the registry knows no such trial", nct_id)
    for nct_id, reason in report.unsettled.items():
        _log.warning("%s could not be looked at: %s", nct_id, reason)
