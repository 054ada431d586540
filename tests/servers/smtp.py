"""A mail relay on loopback that keeps what it takes, and fails where it is told to."""

import asyncio
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Mischief(Enum):
    """What a relay can do instead of answering."""

    #: Never answer.
    HANG = "hang"
    #: Close the connection without a word.
    DROP = "drop"


@dataclass
class Hold:
    """Answer only when the test says so."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)


#: A reply in place of the usual one (``"450 4.2.0 later"``), or something worse.
Trouble: TypeAlias = str | Mischief | Hold


@dataclass(frozen=True)
class Mail:
    """A message as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    over_tls: bool
    login: str | None


@dataclass
class SmtpSink:
    """The relay's memory, and its instructions by stage.

    Stages: GREETING, EHLO, HELO, STARTTLS, AUTH, MAIL, RCPT, DATA, END (after the message), RSET,
    NOOP, QUIT. Each instruction is used once, in order.
    """

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[Mail] = field(default_factory=list)
    connections: int = 0
    #: Connections open now, and the most that ever were.
    open_now: int = 0
    most_open: int = 0
    #: Everything that was received in clear.
    clear: bytearray = field(default_factory=bytearray)
    #: Commands, by name, over all connections.
    commands: list[str] = field(default_factory=list)
    password: str = "right"
    _troubles: dict[str, deque[Trouble]] = field(default_factory=lambda: defaultdict(deque))
    wires: set["_Wire"] = field(default_factory=set)

    def trouble(self, stage: str, *troubles: Trouble) -> None:
        self._troubles[stage].extend(troubles)

    def next_trouble(self, stage: str) -> Trouble | None:
        waiting = self._troubles[stage]
        return waiting.popleft() if waiting else None

    def drop_all(self) -> None:
        """Close every connection, as a relay does that restarts."""
        for wire in tuple(self.wires):
            wire.drop()

    # --- hooks of aiosmtpd ---

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(server, _Wire)
        assert isinstance(envelope.original_content, bytes)
        trouble = self.next_trouble("END")
        if isinstance(trouble, str):
            return trouble
        self.mails.append(
            Mail(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                content=envelope.original_content,
                over_tls=session.ssl is not None or server.implicit_tls,
                login=_text(session.auth_data) if session.authenticated else None,
            )
        )
        await server.suffer(trouble)
        return "250 2.0.0 kept"

    def authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        del server, session, envelope, mechanism
        assert isinstance(data, LoginPassword)
        right = data.password.decode() == self.password
        return AuthResult(success=right, handled=right, auth_data=data.login if right else None)


def _text(login: Any) -> str:
    return login if isinstance(login, str) else bytes(login).decode()


class _Wire(SMTP):
    """One connection to the relay."""

    def __init__(self, sink: SmtpSink, *, implicit_tls: bool, **options: Any) -> None:
        self.sink = sink
        self.implicit_tls = implicit_tls
        self._greeted = False
        super().__init__(sink, hostname="relay.example", ident="made-up relay", **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self.sink.wires:  # STARTTLS makes the same connection twice
            self.sink.wires.add(self)
            self.sink.connections += 1
            self.sink.open_now += 1
            self.sink.most_open = max(self.sink.most_open, self.sink.open_now)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self.sink.wires:
            self.sink.wires.discard(self)
            self.sink.open_now -= 1
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        session = self.session
        if not self.implicit_tls and (session is None or session.ssl is None):
            self.sink.clear += data
        super().data_received(data)

    def drop(self) -> None:
        if self.transport is not None:
            self.transport.close()

    async def push(self, status: Any) -> None:
        if not self._greeted:
            self._greeted = True
            trouble = self.sink.next_trouble("GREETING")
            if isinstance(trouble, str):
                status = trouble
            else:
                await self.suffer(trouble)
        if self.transport is not None:
            await super().push(status)

    async def suffer(self, trouble: Trouble | None) -> bool:
        """Live through ``trouble``; True when the usual answer must not follow."""
        if isinstance(trouble, str):
            await super().push(trouble)
            if trouble.startswith("421"):
                self.drop()
            return True
        if isinstance(trouble, Hold):
            trouble.reached.set()
            await trouble.release.wait()
            return False
        if trouble is Mischief.HANG:
            await asyncio.Event().wait()
        if trouble is Mischief.DROP:
            self.drop()
            # Nothing may be answered on a connection that is going.
            await asyncio.Event().wait()
        return False

    async def _meets_trouble(self, command: str) -> bool:
        self.sink.commands.append(command)
        return await self.suffer(self.sink.next_trouble(command))


def _with_trouble(command: str) -> Any:
    async def method(self: _Wire, arg: str) -> None:
        if not await self._meets_trouble(command):
            await getattr(SMTP, f"smtp_{command}")(self, arg)

    return method


for _command in (
    "EHLO",
    "HELO",
    "STARTTLS",
    "AUTH",
    "MAIL",
    "RCPT",
    "DATA",
    "RSET",
    "NOOP",
    "QUIT",
):
    setattr(_Wire, f"smtp_{_command}", _with_trouble(_command))


@asynccontextmanager
async def smtp_sink(
    *,
    port: int = 0,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    smtputf8: bool = False,
    auth_in_clear: bool = False,
    most_bytes: int = 33_554_432,
    sink: SmtpSink | None = None,
    without: tuple[str, ...] = (),
) -> AsyncIterator[SmtpSink]:
    """Run a relay on 127.0.0.1 until the block ends; port 0 takes a free one.

    ``sink`` may know other ways of signing in; ``without`` names those that are not offered.
    """
    sink = sink or SmtpSink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: _Wire(
            sink,
            implicit_tls=tls is not None,
            tls_context=starttls,
            enable_SMTPUTF8=smtputf8,
            authenticator=sink.authenticate,
            # Over implicit TLS aiosmtpd does not know that the wire is safe.
            auth_require_tls=not auth_in_clear and tls is None,
            data_size_limit=most_bytes,
            auth_exclude_mechanism=without,
            loop=loop,
        ),
        "127.0.0.1",
        port,
        ssl=tls,
    )
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        sink.drop_all()
        await server.wait_closed()
