"""E-mail: one message, one recipient, over one of a few connections to the relay.

What a message looks like is in ``notifiers.message``, what a refusal means in
``notifiers.smtp_replies``. A connection is used by one send at a time, and thrown away after
anything but a clean end: a reply that is still on its way must never meet the next message.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.errors import DeliveryError
from notifiers.clean import cut_bytes, one_line, paragraphs
from notifiers.letters import Letters
from notifiers.message import Envelope, MailSender, build_message
from notifiers.notice import build_notice
from notifiers.smtp_replies import Stage, refusal, silence
from notifiers.smtp_url import SmtpOptions, Tls


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailOptions:
    """How mail is sent."""

    relay: SmtpOptions
    #: ``alerts@example.org`` or ``Trial alerts <alerts@example.org>``.
    mail_from: str
    #: Address of our pages, for links and unsubscribing.
    web_url: str
    #: Most connections at once.
    connections: int = 3
    #: For connecting and for every reply but the last.
    command_time: timedelta = timedelta(seconds=60)
    #: For the reply after the message. RFC 5321, 4.5.3.2.6: giving up early makes duplicates.
    final_time: timedelta = timedelta(minutes=10)
    #: A connection that nobody used for this long is closed.
    idle_time: timedelta = timedelta(seconds=15)
    #: One that rested this long is asked whether it still lives before it is used.
    trusted_time: timedelta = timedelta(seconds=2)


@dataclass(slots=True)
class _Progress:
    stage: Stage = Stage.CONNECT


class EmailNotifier:
    """Sends alerts as mail through a relay. Plays the ``Notifier`` port."""

    def __init__(self, options: EmailOptions, *, tls: ssl.SSLContext | None = None) -> None:
        """Prepare to send; nothing is connected to yet.

        Raises:
            ValueError: ``mail_from`` is no address.
        """
        self._options = options
        self._sender = MailSender.parse(options.mail_from)
        self._letters = Letters(web_url=options.web_url)
        self._connections = _Connections(options, self._sender, tls)

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Return once the relay took the message.

        Raises:
            DeliveryError: The relay refused, did not answer or cannot be reached.
        """
        envelope = self._envelope(claimed)
        try:
            return await self._deliver(envelope)
        except _DeadBeforeUseError:
            # A connection that died at rest says nothing of the relay; nothing was sent yet.
            return await self._deliver(envelope, fresh=True)

    def _envelope(self, claimed: ClaimedDelivery) -> Envelope:
        if claimed.delivery.notice is not None:
            return build_notice(claimed, sender=self._sender)
        letter = self._letters.of(claimed)
        return build_message(claimed, letter, sender=self._sender, web_url=self._options.web_url)

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
        return Receipt(status=reply.code, detail=cut_bytes(paragraphs(reply.message), 4096))

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


@dataclass(frozen=True, slots=True)
class _Resting:
    smtp: SMTP
    since: float


class _Connections:
    """A few connections, each lent to one send at a time."""

    def __init__(
        self, options: EmailOptions, sender: MailSender, tls: ssl.SSLContext | None
    ) -> None:
        self._options = options
        self._sender = sender
        self._tls = tls or ssl.create_default_context()
        self._free = asyncio.Semaphore(options.connections)
        self._resting: list[_Resting] = []
        self._closing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lend(self, *, fresh: bool) -> AsyncIterator[tuple[SMTP, bool]]:
        """Lend a connection, a new one if ``fresh``, and tell whether it was used before.

        Kept only when the send ended well, or the relay cleanly refused one recipient.
        """
        async with self._free:
            smtp = None if fresh else await self._rested()
            rested = smtp is not None
            smtp = smtp or await self._connected()
            keep = False
            try:
                yield smtp, rested
                keep = True
            except SMTPRecipientRefused:
                keep = await _is_reset(smtp)
                raise
            finally:
                if keep and smtp.is_connected:
                    self._rest(smtp)
                else:
                    smtp.close()

    async def aclose(self) -> None:
        """Close what is at rest, politely."""
        for resting in self._resting:
            self._say_goodbye(resting.smtp)
        self._resting.clear()
        await asyncio.gather(*self._closing)

    async def _rested(self) -> SMTP | None:
        """Return a connection at rest that still lives, the one used last first."""
        now = asyncio.get_running_loop().time()
        while self._resting:
            resting = self._resting.pop()
            fresh = now - resting.since < self._options.trusted_time.total_seconds()
            if resting.smtp.is_connected and (fresh or await _is_alive(resting.smtp)):
                return resting.smtp
            resting.smtp.close()
        return None

    async def _connected(self) -> SMTP:
        relay = self._options.relay
        smtp = SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.username or None,
            password=relay.password or None,
            # Our domain, not this machine's name: a look-up less, and it fits the sender.
            local_hostname=self._sender.domain,
            timeout=self._options.command_time.total_seconds(),
            use_tls=relay.tls is Tls.TLS,
            # Never None: that would go on in clear, password included, where TLS is not offered.
            start_tls=relay.tls is Tls.STARTTLS,
            tls_context=self._tls,
        )
        await smtp.connect()
        with ExitStack() as unless_well:
            unless_well.callback(smtp.close)
            if smtp.is_ehlo_or_helo_needed:
                await smtp.ehlo()
            unless_well.pop_all()
        return smtp

    def _rest(self, smtp: SMTP) -> None:
        loop = asyncio.get_running_loop()
        self._resting.append(_Resting(smtp, loop.time()))
        loop.call_later(self._options.idle_time.total_seconds(), self._close_idle)

    def _close_idle(self) -> None:
        idle = self._options.idle_time.total_seconds()
        latest = asyncio.get_running_loop().time() - idle
        for resting in [resting for resting in self._resting if resting.since <= latest]:
            self._resting.remove(resting)
            self._say_goodbye(resting.smtp)

    def _say_goodbye(self, smtp: SMTP) -> None:
        task = asyncio.create_task(_quit(smtp))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


async def _is_alive(smtp: SMTP) -> bool:
    with ExitStack() as unless_well:
        unless_well.callback(smtp.close)
        try:
            await smtp.noop()
        except (SMTPException, OSError):
            return False
        unless_well.pop_all()
    return True


async def _is_reset(smtp: SMTP) -> bool:
    """Make the relay forget a refused recipient; True when the connection can be used again."""
    try:
        await smtp.rset()
    except (SMTPException, OSError):
        return False
    return True


async def _quit(smtp: SMTP) -> None:
    try:
        await smtp.quit(timeout=5)
    except (SMTPException, OSError):
        pass  # it was on its way out anyway
    finally:
        smtp.close()


def _options(smtp: SMTP, envelope: Envelope) -> list[str]:
    options = [f"SIZE={len(envelope.content)}"] if smtp.supports_extension("size") else []
    return [*options, "SMTPUTF8"] if envelope.needs_utf8 else options


def _has_gone(error: SMTPServerDisconnected | SMTPResponseException) -> bool:
    return isinstance(error, SMTPServerDisconnected) or error.code == 421  # noqa: PLR2004  # closing
