"""The door for returned mail: takes it from a mail server by LMTP or SMTP, reads it, writes it down.

The mail to ourselves comes in here too.
Only mail to our own return addresses is taken, and only what proves that we sent it counts. It is
answered when it is written down, so nothing is lost on the way; whoever hands it over tries again
when the database cannot be written to. Nothing is ever sent from here.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from weakref import WeakSet

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.domain.errors import TrialwatchError
from monitor.domain.ports import Work
from notifiers.returned import Report, read_report
from notifiers.verp import BounceAddress, Returned
from trialwatch.bootstrap import Service
from trialwatch.returning import note, note_canary

_log = logging.getLogger("trialwatch")
_MOST_BYTES = 1_000_000
#: A server that says nothing for so long is hung up on.
_PATIENCE_SECONDS = 60
_NO_SUCH = "550 5.1.1 No such address here"


class Door:
    """What is done with each mail; the names of its methods are aiosmtpd's."""

    def __init__(self, service: Service, address: BounceAddress) -> None:
        self._service = service
        self._address = address

    async def handle_RCPT(  # noqa: N802  # aiosmtpd finds it by this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take mail to our return addresses, and to no other."""
        if not self._address.is_here(address):
            return _NO_SUCH
        if envelope.rcpt_tos:
            # LMTP wants an answer for each of several, and returned mail goes to one.
            return "452 4.5.3 One recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Write down what a returned mail says."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            said = await asyncio.to_thread(self._read, content, list(envelope.rcpt_tos))
        except TrialwatchError as error:
            _log.error("returned mail could not be written down: %s", error)  # it is explained
            return "451 4.3.0 Cannot be written down now, try again"
        if said:
            _log.info("returned mail: %s", said)
        return "250 2.0.0 OK"

    def _read(self, content: bytes, recipients: list[str]) -> str:
        """Return what was written down, in words without addresses; empty for nothing."""
        report = read_report(content)
        sender = report.sender if report else ""
        named = (self._address.read(address) for address in [*recipients, sender])
        returned = next((one for one in named if one is not None), None)
        if returned is None:
            return ""
        with self._service.open_work() as work:
            said = self._note(work, returned, report, content)
            work.commit()
        return said

    def _note(self, work: Work, returned: Returned, report: Report | None, content: bytes) -> str:
        now, name = self._service.clock(), returned.delivery_id
        of_canary = work.canaries.key_of(name)
        token = of_canary or work.bounces.key_of(name)
        if token is None or not returned.is_ours(token):
            return ""
        if of_canary:
            return note_canary(work, name, report, content, now=now)
        return note(work, name, report, now=now) if report else ""


@contextlib.asynccontextmanager
async def open_door(
    service: Service, listening: socket.socket, address: BounceAddress
) -> AsyncIterator[None]:
    """Take returned mail on ``listening`` until the block is left."""
    loop = asyncio.get_running_loop()
    door = Door(service, address)
    open_ones: WeakSet[_Either] = WeakSet()

    def welcome() -> _Either:
        session = _Either(
            door,
            hostname="trialwatch",
            ident="trialwatch",
            data_size_limit=_MOST_BYTES,
            timeout=_PATIENCE_SECONDS,
            enable_SMTPUTF8=True,
            loop=loop,
        )
        open_ones.add(session)
        return session

    server = await loop.create_server(welcome, sock=listening)
    try:
        yield
    finally:
        server.close()
        for session in open_ones:
            if session.transport is not None:
                session.transport.close()


class _Either(LMTP):
    """Speaks LMTP, and SMTP to who greets with that."""

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802  # aiosmtpd finds it by this name
        """Take the greeting of SMTP."""
        await SMTP.smtp_HELO(self, hostname)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802  # aiosmtpd finds it by this name
        """Take the greeting of SMTP."""
        await SMTP.smtp_EHLO(self, hostname)
