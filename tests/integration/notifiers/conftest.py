"""Servers and notifiers on loopback."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Protocol

import pytest

from notifiers.email import EmailNotifier
from notifiers.guard import Resolve, resolve_host
from notifiers.smtp_pool import EmailOptions
from notifiers.smtp_url import SmtpOptions, parse_smtp_url
from notifiers.webhook import WebhookNotifier, WebhookOptions
from tests.servers.certificates import Authority, make_authority
from tests.servers.made import NOON
from tests.servers.smtp import SmtpSink

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
WEB = "http://127.0.0.1:8080"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(Path(tmp_path_factory.mktemp("authority")))


class Mailer(Protocol):
    def __call__(
        self, sink: SmtpSink, relay: SmtpOptions | None = None, **options: Any
    ) -> AbstractAsyncContextManager[EmailNotifier]: ...


@pytest.fixture
def mailer(authority: Authority) -> Mailer:
    """Opens a notifier to a sink; in clear unless told otherwise."""

    @asynccontextmanager
    async def open_mailer(
        sink: SmtpSink, relay: SmtpOptions | None = None, **options: Any
    ) -> AsyncIterator[EmailNotifier]:
        notifier = EmailNotifier(
            EmailOptions(
                relay=relay or parse_smtp_url(f"smtp://127.0.0.1:{sink.port}?starttls=never"),
                mail_from="Trial alerts <alerts@trialwatch.example>",
                web_url=WEB,
                **{"command_time": timedelta(seconds=2), **options},
            ),
            tls=authority.client(),
        )
        try:
            yield notifier
        finally:
            await notifier.aclose()

    return open_mailer


class Poster(Protocol):
    def __call__(
        self, *, resolve: Resolve = ..., **options: Any
    ) -> AbstractAsyncContextManager[WebhookNotifier]: ...


@pytest.fixture
def poster(authority: Authority) -> Poster:
    """Opens a webhook notifier that may reach this machine.

    It waits ten seconds: a machine may stand still.
    """

    @asynccontextmanager
    async def open_poster(
        *, resolve: Resolve = resolve_host, **options: Any
    ) -> AsyncIterator[WebhookNotifier]:
        settings = {"allow": LOOPBACK, "total_time": timedelta(seconds=10), **options}
        notifier = WebhookNotifier(
            WebhookOptions(web_url=WEB, **settings),
            clock=lambda: NOON,
            resolve=resolve,
            tls=authority.client(),
        )
        try:
            yield notifier
        finally:
            await notifier.aclose()

    return open_poster
