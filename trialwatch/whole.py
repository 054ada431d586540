"""What the log says of keeping all studies."""

import logging

from monitor.alerting.whole import WholeReport

_log = logging.getLogger("trialwatch")


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
