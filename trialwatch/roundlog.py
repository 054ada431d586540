"""What the log says of a round of asking the registry, part by part."""

import logging

from monitor.alerting.backfill import BackfillReport
from monitor.alerting.poll import SweepReport
from monitor.alerting.searchrounds import SearchReport
from monitor.alerting.whole import WholeReport

_log = logging.getLogger("trialwatch")


def log_sweep(report: SweepReport) -> None:
    """Log a sweep; nothing when nothing was new."""
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


def log_searches(report: SearchReport) -> None:
    """Log a round; nothing when there was nothing to do."""
    if report.evaluated:
        _log.info(
            "searches: evaluated %d, with news %d, deliveries %d",
            report.evaluated,
            len(report.alerts),
            report.deliveries,
        )
    for number, reason in report.unsettled.items():
        _log.warning("search %d could not be evaluated: %s", number, reason)


def log_whole(report: WholeReport) -> None:
    """Log what a run came to; nothing when it asked for no page."""
    if not report.pages:
        return
    _log.info(
        "whole registry, release %s: pages %d, first kept %d, unchanged %d, new versions %d,"
        " changes of %d studies, deliveries %d, kept aside %d; %s",
        report.release,
        report.pages,
        report.first,
        report.unchanged,
        report.versions,
        report.alerts,
        report.deliveries,
        report.refused,
        "all done" if report.whole else "the next round goes on",
    )
    if report.unseen:
        _log.warning(
            "whole registry: it counts %d more studies than its pages showed", report.unseen
        )


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
