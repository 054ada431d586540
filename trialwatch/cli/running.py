"""``run``: everything in one process."""

import asyncio
from collections.abc import Iterable

from config.logs import start_logging
from monitor.alerting.dispatch import Sent
from monitor.alerting.poll import SweepReport
from monitor.alerting.searching import SearchReport
from monitor.domain.alerts import Alert
from notifiers.links import leads_nowhere
from trialwatch import daemon
from trialwatch.cli.checking import attempt_contract
from trialwatch.cli.context import JsonOption, debugging, service
from trialwatch.door import listen_for_returned
from trialwatch.outside import bounce_address, email_options, registry_options
from trialwatch.terminal import print_json, remark
from trialwatch.web.serve import listen


def run(*, as_json: JsonOption = False) -> None:
    """Sweep, deliver and serve the pages, all in this process, until stopped."""
    start_logging(debug=debugging())
    with (
        service() as opened,
        listen(opened.settings.web_bind) as listening,
        listen_for_returned(opened.settings) as returned,
    ):
        # What is set wrongly is said before anything is promised.
        mail = email_options(opened.settings)
        bounce_address(opened.settings)
        registry_options(opened.settings)
        host, port = listening.getsockname()[:2]
        remark(f"Pages on http://{host}:{port}. Stop with Ctrl-C.")
        if mail is not None and leads_nowhere(opened.settings.web_url, relay=mail.relay.host):
            remark(
                f"Links in mails lead to {opened.settings.web_url}, which only this machine can"
                " open, the one that stops them too: set TRIALWATCH_WEB_URL."
            )
        tell = daemon.Tell() if not as_json else _AS_JSON
        asyncio.run(daemon.run(opened, listening, tell, returned))


def _print_swept(report: SweepReport) -> None:
    _print_changes(report.settled.alerts)


def _print_searched(report: SearchReport) -> None:
    _print_changes(report.alerts)


def _print_changes(alerts: Iterable[Alert]) -> None:
    for alert in alerts:
        for change in alert.changes:
            print_json({"event": "change", **change.contract()})


def _print_sent(sent: Sent) -> None:
    print_json({"event": "attempt", **attempt_contract(sent)})


_AS_JSON = daemon.Tell(swept=_print_swept, searched=_print_searched, sent=_print_sent)
