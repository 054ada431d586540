"""E-mail: one message, one recipient, over one of a few connections to the relay.

What a message looks like is in ``notifiers.message``, what a refusal means in
``notifiers.smtp_replies``; the connections are in ``notifiers.smtp_pool``.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.canary import Canary
from monitor.domain.consents import Confirmation
from monitor.domain.errors import DeliveryError
from notifiers.answers import MOST_DETAIL_BYTES
from notifiers.canary import build_canary
from notifiers.clean import cut_bytes, one_line, paragraphs
from notifiers.confirm import build_confirmation
from notifiers.entry import Entry, build_entry
from notifiers.letters import Letters
from notifiers.message import Envelope, MailSender, build_message
from notifiers.notice import build_notice
from notifiers.smtp_pool import Connections, EmailOptions
from notifiers.smtp_replies import Stage, refusal, silence


@dataclass(slots=True)
class _Progress:
    stage: Stage = Stage.CONNECT


class EmailNotifier:
    """Sends mail through a relay. Plays the ports of what carries mail."""

    def __init__(self, options: EmailOptions, *, tls: ssl.SSLContext | None = None) -> None:
        """Prepare to send; nothing is connected to yet.

        Raises:
            ValueError: ``mail_from`` is no address.
        """
        self._options = options
        self._sender = MailSender.parse(options.mail_from)
        self._letters = Letters(web_url=options.web_url)
        self._connections = Connections(options, self._sender, tls)

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Return once the relay took the message.

        Raises:
            DeliveryError: The relay refused, did not answer or cannot be reached.
        """
        return await self._sent(self._envelope(claimed))

    async def ask(self, confirmation: Confirmation) -> Receipt:
        """Return once the relay took the mail that asks an address whether it agrees.

        Raises:
            DeliveryError: The relay refused, did not answer or cannot be reached.
        """
        options = self._options
        envelope = build_confirmation(
            confirmation, sender=self._sender, web_url=options.web_url, bounces=options.bounces
        )
        return await self._sent(envelope)

    async def let_in(self, entry: Entry) -> Receipt:
        """Return once the relay took a sign-in link.

        Raises:
            DeliveryError: The relay refused, did not answer or cannot be reached.
        """
        return await self._sent(build_entry(entry, sender=self._sender))

    async def carry(self, canary: Canary) -> Receipt:
        """Return once the relay took the mail to ourselves.

        Raises:
            DeliveryError: The relay refused, did not answer or cannot be reached.
            ValueError: No address is set that mail comes back to.
        """
        bounces = self._options.bounces
        if bounces is None:
            raise ValueError("a mail to ourselves wants TRIALWATCH_BOUNCE_ADDRESS")
        return await self._sent(build_canary(canary, sender=self._sender, bounces=bounces))

    async def _sent(self, envelope: Envelope) -> Receipt:
        try:
            return await self._deliver(envelope)
        except _DeadBeforeUseError:
            # A connection that died at rest says nothing of the relay; nothing was sent yet.
            return await self._deliver(envelope, fresh=True)

    def _envelope(self, claimed: ClaimedDelivery) -> Envelope:
        if claimed.delivery.notice is not None:
            return build_notice(claimed, sender=self._sender, bounces=self._options.bounces)
        letter = self._letters.of(claimed)
        return build_message(
            claimed,
            letter,
            sender=self._sender,
            web_url=self._options.web_url,
            bounces=self._options.bounces,
        )

    async def probe(self) -> str:
        """Connect, sign in, and say what the relay answered; no mail is sent.

        Raises:
            DeliveryError: The relay refused, did not answer or cannot be reached.
        """
        with self._told(_Progress()):
            async with self._connections.lend(fresh=True) as (smtp, _):
                reply = await smtp.noop()
        return f"{reply.code} {one_line(reply.message, 80)}"

    async def aclose(self) -> None:
        """Say goodbye to the relay on connections at rest."""
        await self._connections.aclose()

    async def _deliver(self, envelope: Envelope, *, fresh: bool = False) -> Receipt:
        progress = _Progress()
        with self._told(progress):
            async with self._connections.lend(fresh=fresh) as (smtp, rested):
                try:
                    return await self._converse(smtp, envelope, progress)
                except (SMTPServerDisconnected, SMTPResponseException) as error:
                    if rested and progress.stage is Stage.MAIL and _has_gone(error):
                        raise _DeadBeforeUseError from error
                    raise

    @contextmanager
    def _told(self, progress: _Progress) -> Iterator[None]:
        """Say what a failure means, in our words."""
        try:
            yield
        except SMTPResponseException as error:
            raise refusal(error.code, error.message, progress.stage) from error
        except (SMTPException, OSError) as error:
            raise self._broken(error, progress.stage) from error

    async def _converse(self, smtp: SMTP, envelope: Envelope, progress: _Progress) -> Receipt:
        """Speak one message. Steps are apart so that each has its own patience and its meaning."""
        if envelope.needs_utf8 and not smtp.supports_extension("smtputf8"):
            raise DeliveryError(
                "The mail relay cannot send to an address with such characters before the @"
                " (it lacks SMTPUTF8): give another address, or use another relay",
                permanent=True,
            )
        encoding = "utf-8" if envelope.needs_utf8 else "ascii"
        progress.stage = Stage.MAIL
        await smtp.mail(envelope.sender, options=_options(smtp, envelope), encoding=encoding)
        progress.stage = Stage.RCPT
        await smtp.rcpt(envelope.recipient, encoding=encoding)
        progress.stage = Stage.DATA
        patience = self._options.final_time.total_seconds()
        reply = await smtp.data(envelope.content, timeout=patience)
        return Receipt(
            status=reply.code, detail=cut_bytes(paragraphs(reply.message), MOST_DETAIL_BYTES)
        )

    def _broken(self, error: Exception, stage: Stage) -> DeliveryError:
        relay = f"{self._options.relay.host}:{self._options.relay.port}"
        if isinstance(error, SMTPTimeoutError):
            cause = "did not answer in time"
        elif isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
            cause = f"is not trusted: {one_line(str(error.__cause__ or error), 200)}"
        elif "STARTTLS extension not supported" in str(error):
            cause = "offers no STARTTLS, and mail does not travel in clear"
        else:
            cause = f"cannot be spoken to: {one_line(str(error), 200)}"
        return silence(relay, cause, stage)


class _DeadBeforeUseError(Exception):
    """A connection taken up again had been closed by the relay in the meantime."""


def _options(smtp: SMTP, envelope: Envelope) -> list[str]:
    options = [f"SIZE={len(envelope.content)}"] if smtp.supports_extension("size") else []
    return [*options, "SMTPUTF8"] if envelope.needs_utf8 else options


def _has_gone(error: SMTPServerDisconnected | SMTPResponseException) -> bool:
    return isinstance(error, SMTPServerDisconnected) or error.code == 421  # noqa: PLR2004  # closing
