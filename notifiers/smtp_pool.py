"""A few connections to the mail relay, and how mail is sent over them.

A connection is used by one send at a time, and thrown away after anything but a clean end: a
reply that is still on its way must never meet the next message.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiosmtplib import SMTP, SMTPException, SMTPRecipientRefused

from notifiers.message import MailSender
from notifiers.oauth import TokenOptions, Tokens
from notifiers.smtp_login import sign_in
from notifiers.smtp_url import SmtpOptions, Tls
from notifiers.trust import mail_trust, web_trust
from notifiers.verp import BounceAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailOptions:
    """How mail is sent."""

    relay: SmtpOptions
    #: ``alerts@example.org`` or ``Trial alerts <alerts@example.org>``.
    mail_from: str
    #: Address of our pages, for links and unsubscribing.
    web_url: str
    #: Where returned mail goes, each mail's own; None to have it come back to the sender.
    bounces: BounceAddress | None = None
    #: Where access tokens come from, for a relay that takes them in place of a password.
    tokens: TokenOptions | None = None
    #: Most connections at once.
    connections: int = 3
    #: Most sends begun in a minute, evenly; 0 for any number.
    mails_a_minute: float = 0
    #: For connecting and for every reply but the last.
    command_time: timedelta = timedelta(seconds=60)
    #: For the reply after the message. RFC 5321, 4.5.3.2.6: giving up early makes duplicates.
    final_time: timedelta = timedelta(minutes=10)
    #: A connection that nobody used for this long is closed.
    idle_time: timedelta = timedelta(seconds=15)
    #: One that rested this long is asked whether it still lives before it is used.
    trusted_time: timedelta = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class _Resting:
    smtp: SMTP
    since: float


class Connections:
    """A few connections, each lent to one send at a time."""

    def __init__(
        self, options: EmailOptions, sender: MailSender, tls: ssl.SSLContext | None
    ) -> None:
        self._options = options
        self._sender = sender
        self._tls = tls or mail_trust()
        self._tokens = Tokens(options.tokens, tls=tls or web_trust()) if options.tokens else None
        self._free = asyncio.Semaphore(options.connections)
        self._resting: list[_Resting] = []
        self._closing: set[asyncio.Task[None]] = set()
        #: When the next send may begin, by the loop's clock.
        self._next_turn = 0.0

    @asynccontextmanager
    async def lend(self, *, fresh: bool) -> AsyncIterator[tuple[SMTP, bool]]:
        """Lend a connection, a new one if ``fresh``, and tell whether it was used before.

        Kept only when the send ended well, or the relay cleanly refused one recipient.
        """
        async with self._free:
            await self._turn()
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

    async def _turn(self) -> None:
        """Wait for a turn, where the relay takes only so many mails a minute."""
        if not self._options.mails_a_minute:
            return
        now = asyncio.get_running_loop().time()
        at = max(now, self._next_turn)
        self._next_turn = at + 60 / self._options.mails_a_minute
        await asyncio.sleep(at - now)

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
            # With tokens it is signed in below: the library knows XOAUTH2 alone.
            username=relay.username if relay.username and not self._tokens else None,
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
            if self._tokens is not None:
                await sign_in(smtp, relay, self._tokens)
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
