"""The steps of an alert's way, a log line each: version, changes, alert, attempt.

Numbers, kinds and words of ours alone: a subject of a change can be a contact's name, and what a
far side said can name a reader.
"""

from collections.abc import Iterable, Mapping

from monitor.alerting.dispatch import Sent
from monitor.alerting.settled import Settled
from monitor.domain.alerts import Alert
from monitor.domain.trace import steps


def log_settled(settled: Settled) -> None:
    """Tell what a batch came to, once it is kept."""
    for nct_id in settled.baselines:
        steps.info("first version of %s", nct_id, extra={"step": "version", "nct_id": nct_id})
    log_alerts(settled.alerts)


def log_alerts(alerts: Iterable[Alert]) -> None:
    """Tell of alerts and what is in them, once they are kept."""
    for alert in alerts:
        versions = {"from_version": alert.from_version, "to_version": alert.to_version}
        about = {"nct_id": alert.nct_id, "trace": alert.trace, **versions}
        steps.info(
            "%s: version %d", alert.nct_id, alert.to_version, extra={"step": "version", **about}
        )
        for change in alert.changes:
            facts = {"kind": change.kind, "severity": change.severity.name.lower()}
            steps.info("changed: %s", change.kind, extra={"step": "change", **about, **facts})
        facts = {"alert": alert.id, "severity": alert.severity.name.lower()}
        counted = {"changes": len(alert.changes)}
        steps.info("alert %s", alert.id, extra={"step": "alert", **about, **facts, **counted})


def log_attempt(sent: Sent) -> None:
    """Tell of an attempt, once for each alert that the message carries."""
    claimed = sent.claimed
    carried = claimed.digest.alerts if claimed.digest else (claimed.alert,)
    for alert in carried:
        about: Mapping[str, object] = {
            "step": "attempt",
            "trace": alert.trace,
            "alert": alert.id,
            "nct_id": alert.nct_id,
            "delivery": claimed.delivery.id,
            "target": claimed.target.id,
            "channel": claimed.target.channel.value,
            "attempt": claimed.delivery.attempts,
            "outcome": sent.outcome.word,
            "status": sent.outcome.status,
        }
        steps.info("delivery %s: %s", claimed.delivery.id, sent.outcome.word, extra=about)
