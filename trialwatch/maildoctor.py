"""A look at how the domain that mail comes from stands with those who receive it."""

from datetime import datetime
from pathlib import Path

from config.errors import ConfigError
from config.settings import Settings
from notifiers.message import MailSender
from notifiers.standing.dns import lookup_of
from notifiers.standing.examine import Sending, examine
from notifiers.standing.findings import Finding
from trialwatch.outside import bounce_address, email_options

#: Most that is read of a message: only its head matters.
_MOST_BYTES = 1_000_000


def examine_mail(
    settings: Settings, *, message: Path | None, selector: str, server: str, now: datetime
) -> tuple[Finding, ...]:
    """Ask name servers, and return what was found; nothing is sent.

    Raises:
        ConfigError: No mail server or no sender is set, or they cannot be used.
        ValueError: The message cannot be read, or ``server`` is no address.
    """
    options = email_options(settings)
    if options is None:
        raise ConfigError(
            "no mail server is set, so there is nothing to look at: set TRIALWATCH_SMTP_URL and"
            " TRIALWATCH_MAIL_FROM"
        )
    sender = MailSender.parse(options.mail_from)
    bounces = bounce_address(settings)
    sending = Sending(
        domain=sender.domain.lower(),
        envelope=(bounces.domain if bounces else sender.domain).lower(),
        reads_bounces=bounces is not None,
        selector=selector,
        message=None if message is None else _read(message),
    )
    return examine(sending, lookup_of(server), now=now)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_BYTES)
    except OSError as error:
        raise ValueError(f"--message: {file} cannot be read: {error.strerror}") from error
