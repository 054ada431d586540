"""``run``: everything in one process."""

import asyncio

from config.logs import start_logging
from trialwatch import daemon
from trialwatch.cli.context import debugging, service
from trialwatch.outside import email_options, registry_options
from trialwatch.terminal import remark
from trialwatch.web.serve import listen


def run() -> None:
    """Sweep, deliver and serve the pages, all in this process, until stopped."""
    start_logging(debug=debugging())
    with service() as opened, listen(opened.settings.web_bind) as listening:
        # What is set wrongly is said before anything is promised.
        email_options(opened.settings)
        registry_options(opened.settings)
        host, port = listening.getsockname()[:2]
        remark(f"Pages on http://{host}:{port}. Stop with Ctrl-C.")
        asyncio.run(daemon.run(opened, listening))
