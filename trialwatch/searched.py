"""What a round of saved searches came to, for the log."""

import logging

from monitor.alerting.searchrounds import SearchReport

_log = logging.getLogger("trialwatch")


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
