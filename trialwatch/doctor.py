"""A check-up: each part tried by itself, what is wrong, and what to do."""

import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from config.settings import Settings
from monitor.accounts.issuer import Issuer
from monitor.domain.errors import DeliveryError, TrialwatchError
from monitor.domain.hosts import is_loopback
from monitor.registry.client import open_registry
from monitor.registry.probe import try_registry
from notifiers.email import EmailNotifier
from notifiers.issuer import IssuerClient
from notifiers.links import can_unsubscribe_by_click
from notifiers.standing.findings import Finding, Level
from storage import watchreads
from storage.engine import open_database
from storage.keys import Keyring
from storage.schema import SchemaState, check, state_of
from trialwatch.bootstrap import utc_now
from trialwatch.institution import is_named, named_institution
from trialwatch.keycare import trouble_of
from trialwatch.outside import email_options, registry_options
from trialwatch.web.serve import listen


async def examine(settings: Settings) -> tuple[Finding, ...]:
    """Try every part and return what was found; nothing is changed and nobody is written to."""
    parts: tuple[tuple[str, Callable[[Settings], Awaitable[tuple[Level, str]]]], ...] = (
        ("registry", _registry),
        ("database", _database),
        *((("replica", _replica),) if settings.read_database_url else ()),
        ("secrets", _secrets),
        ("mail", _mail),
        ("web", _web),
        *((("institution", _institution),) if is_named(settings) else ()),
    )
    return tuple([await _tried(name, look, settings) for name, look in parts])


async def _tried(
    name: str, look: Callable[[Settings], Awaitable[tuple[Level, str]]], settings: Settings
) -> Finding:
    try:
        level, text = await look(settings)
    except (TrialwatchError, ValueError) as error:
        level, text = Level.BAD, str(error)
    return Finding(check=name, level=level, text=text)


async def _registry(settings: Settings) -> tuple[Level, str]:
    async with open_registry(registry_options(settings, attempts=1)) as registry:
        report = await try_registry(registry, monotonic=time.monotonic)
    return Level.WELL, (
        f"{report.host} serves the release of {report.release.data_timestamp};"
        f" one study of {report.study_bytes:,} bytes came in"
        f" {report.study_latency.total_seconds():.2f} s"
    )


async def _database(settings: Settings) -> tuple[Level, str]:
    database = open_database(settings.database_url)
    try:
        if state_of(database) is SchemaState.FRESH:
            return Level.WELL, f"{database.shown_as} is empty and ready; the first command fills it"
        check(database)
        rows = watchreads.watches(database)
        return Level.WELL, f"{database.shown_as} holds {len(rows)} watches"
    finally:
        database.close()


async def _replica(settings: Settings) -> tuple[Level, str]:
    from storage.replica import open_replicated  # noqa: PLC0415  # a file needs no driver for it

    database = open_database(settings.database_url)
    try:
        replicated = open_replicated(database, settings.read_database_url, tell=_unsaid)
        state = replicated.look()
        replicated.close()
    finally:
        database.close()
    if state.trouble:
        return Level.BAD, f"{state.trouble}; until it can be read, pages read the database itself"
    return Level.WELL, f"{state.shown_as} has all that the database has; pages are read from it"


def _unsaid(_words: str) -> None:
    """Take what a running service logs, and is said here in the finding."""


async def _secrets(settings: Settings) -> tuple[Level, str]:
    database = open_database(settings.database_url)
    try:
        if state_of(database) is SchemaState.FRESH:
            return Level.WELL, f"the first command makes {settings.secrets_key_file}"
        check(database)
        trouble = trouble_of(database, Keyring(settings.secrets_key_file.expanduser()))
    finally:
        database.close()
    if trouble:
        return Level.BAD, trouble
    return Level.WELL, (
        f"{settings.secrets_key_file} opens every secret; keep a copy of it apart from backups"
    )


async def _mail(settings: Settings) -> tuple[Level, str]:
    options = email_options(settings)
    if options is None:
        return Level.NOTE, (
            "no mail server is set, so mail waits. Set TRIALWATCH_SMTP_URL"
            " (smtp://user:password@host:587) and TRIALWATCH_MAIL_FROM"
        )
    notifier = EmailNotifier(options)
    try:
        greeting = await notifier.probe()
    except DeliveryError as error:
        return Level.BAD, f"{error}"
    finally:
        await notifier.aclose()
    by = ", signed in with an access token" if options.tokens else ""
    return Level.WELL, f"{options.relay.host}:{options.relay.port} takes mail{by} ({greeting})"


async def _institution(settings: Settings) -> tuple[Level, str]:
    issuer = Issuer(named_institution(settings), IssuerClient())
    keys = await issuer.keys(utc_now())
    return Level.WELL, (
        f"{issuer.institution.issuer} says where it is asked and signs with {len(keys.keys)} known keys; people"
        f" come back to {settings.web_url}/institution/back"
    )


async def _web(settings: Settings) -> tuple[Level, str]:
    try:
        listen(settings.web_bind).close()
    except TrialwatchError as error:
        # A running trialwatch holds its own address, and that is as it should be.
        return Level.NOTE, f"{error} (If trialwatch is running there, all is well.)"
    host = urlsplit(settings.web_url).hostname or ""
    if not can_unsubscribe_by_click(settings.web_url):
        return Level.NOTE, (
            f"{settings.web_bind} is free, but mail programs show no unsubscribe button for"
            f" {settings.web_url}: set TRIALWATCH_WEB_URL to the https address of the pages"
        )
    if is_loopback(host):
        return Level.NOTE, (
            f"{settings.web_bind} is free. Links in mails lead to {settings.web_url}, which only"
            " this machine can open: set TRIALWATCH_WEB_URL before others are told"
        )
    return Level.WELL, f"{settings.web_bind} is free; readers are sent to {settings.web_url}"
