"""``run``: everything in one process; ``serve``, ``scheduler``, ``worker``: a part each."""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from config.logs import start_logging
from monitor.alerting.dispatch import Sent
from monitor.alerting.poll import SweepReport
from monitor.alerting.searchrounds import SearchReport
from monitor.domain.alerts import Alert
from monitor.domain.errors import TrialwatchError
from monitor.domain.trace import current_trace
from notifiers.links import leads_nowhere
from trialwatch import daemon
from trialwatch.bootstrap import Service
from trialwatch.cli.checking import attempt_contract
from trialwatch.cli.context import JsonOption, debugging, own_settings, service
from trialwatch.institution import institution_of
from trialwatch.outside import bounce_address, canary_is_set, email_options, registry_options
from trialwatch.tell import Tell
from trialwatch.terminal import print_json, remark
from trialwatch.web.serve import listen, listen_for_returned

_log = logging.getLogger("trialwatch")

#: What a service at rest does without, see ADR 45.
LOADED_LATER = ("aiosmtpd", "css_inline", "deepdiff", "joserfc", "rapidfuzz", "webauthn")


def run(*, as_json: JsonOption = False) -> None:
    """Sweep, deliver and serve the pages, all in this process, until stopped."""
    _start_logging()
    with service() as opened, _doors(opened) as doors:
        _check(opened, daemon.ALL)
        _play(opened, daemon.ALL, doors, lambda: _say_pages(doors), as_json=as_json)


def serve(*, as_json: JsonOption = False) -> None:
    """Serve the pages and take returned mail, beside schedulers and workers, until stopped."""
    _start_logging()
    with service() as opened:
        daemon.check_shared(opened, "serve")
        with _doors(opened) as doors:
            _check(opened, daemon.SERVE)
            _play(
                opened,
                daemon.SERVE,
                doors,
                lambda: _say_pages(doors, as_json=as_json),
                as_json=as_json,
            )


def scheduler(*, as_json: JsonOption = False) -> None:
    """Ask the registry while this process leads, and stand by while another does, until stopped."""
    _without_doors("scheduler", daemon.SCHEDULER, "Sweeps when it leads.", as_json=as_json)


def worker(*, as_json: JsonOption = False) -> None:
    """Send what is due, beside any number of others, until stopped."""
    _without_doors("worker", daemon.WORKER, "Sends what is due.", as_json=as_json)


def _start_logging() -> None:
    start_logging(
        debug=debugging(), as_json=own_settings().log_format == "json", trace=current_trace
    )


def _say(text: str) -> None:
    """Say it as the log is written, so that a log of objects holds nothing else."""
    if own_settings().log_format == "json":
        _log.info(text)
    else:
        remark(text)


def _without_doors(name: str, role: daemon.Role, what: str, *, as_json: bool) -> None:
    _start_logging()
    with service() as opened:
        daemon.check_shared(opened, name)
        _check(opened, role)
        with _health(opened.settings.health_bind) as health:
            doors = daemon.Doors(health=health)
            _play(opened, role, doors, lambda: _say(f"{what} Stop with Ctrl-C."), as_json=as_json)


@contextmanager
def _health(bind: str | None) -> Iterator[socket.socket | None]:
    if bind is None:
        yield None
        return
    with listen(bind, what="Health", setting="TRIALWATCH_HEALTH_BIND") as listening:
        host, port = listening.getsockname()[:2]
        _say(f"Health on http://{host}:{port}/health.")
        yield listening


@contextmanager
def _doors(opened: Service) -> Iterator[daemon.Doors]:
    with (
        listen(opened.settings.web_bind) as pages,
        listen_for_returned(opened.settings) as returned,
    ):
        yield daemon.Doors(pages=pages, returned=returned)


def check_installed(libraries: Iterable[str] = LOADED_LATER) -> None:
    """Return if every library is there that is loaded when it is wanted.

    Raises:
        TrialwatchError: One is missing.
    """
    missing = [name for name in libraries if find_spec(name) is None]
    if missing:
        raise TrialwatchError(
            f"This installation is not whole: {', '.join(missing)} cannot be found, and would be"
            " missed at the first change, mail or sign-in. Install trialwatch again"
        )


def _check(opened: Service, role: daemon.Role) -> None:
    """Say what is set wrongly before anything is promised."""
    check_installed()
    if role.sends or role.serves:
        mail = email_options(opened.settings)
        bounce_address(opened.settings)
        if mail is not None and leads_nowhere(opened.settings.web_url, relay=mail.relay.host):
            _say(
                f"Links in mails lead to {opened.settings.web_url}, which only this machine can"
                " open, the one that stops them too: set TRIALWATCH_WEB_URL."
            )
    if role.serves:
        institution_of(opened.settings)
    if role.sweeps:
        registry_options(opened.settings)
    canary_is_set(opened.settings)


def _say_pages(doors: daemon.Doors, *, as_json: bool = False) -> None:
    if doors.pages is None:
        return
    host, port = doors.pages.getsockname()[:2]
    url = f"http://{host}:{port}"
    _say(f"Pages on {url}. Stop with Ctrl-C.")
    if as_json:
        print_json({"event": "pages", "url": url})


def _play(
    opened: Service,
    role: daemon.Role,
    doors: daemon.Doors,
    begun: Callable[[], None],
    *,
    as_json: bool,
) -> None:
    """Play a role; ``begun`` says so once Ctrl-C ends it in order."""
    asyncio.run(daemon.run(opened, role, doors, _AS_JSON if as_json else Tell(), begun))


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


_AS_JSON = Tell(swept=_print_swept, searched=_print_searched, sent=_print_sent)
