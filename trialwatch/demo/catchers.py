"""A mail server and a webhook receiver on loopback that keep what they get.

Both speak the real protocols; the receiver verifies each message with the reference library of
Standard Webhooks before it says yes.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from standardwebhooks import Webhook, WebhookVerificationError

from trialwatch.web.serve import listen, serving


@dataclass(slots=True)
class Mailbox:
    """Mails caught, in order."""

    url: str = ""
    raw: list[bytes] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep one mail."""
        del server, session
        self.raw.append(envelope.original_content or b"")
        return "250 kept"

    def mails(self) -> list[EmailMessage]:
        """Return the mails, parsed."""
        return [message_from_bytes(raw, policy=default) for raw in self.raw]


@contextlib.asynccontextmanager
async def catching_mail() -> AsyncIterator[Mailbox]:
    """Run a mail server until the block is left."""
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="demo.localhost", enable_SMTPUTF8=True, loop=loop),
        "127.0.0.1",
        0,
    )
    mailbox.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}?starttls=never"
    try:
        yield mailbox
    finally:
        server.close()
        await server.wait_closed()


@dataclass(slots=True)
class Receiver:
    """Webhook messages caught, those whose signature is right and those where it is not."""

    url: str = ""
    #: The target's secret, known once the watch is made.
    secret: str = ""
    verified: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    async def receive(self, request: Request) -> Response:
        """Verify one message."""
        body = await request.body()
        headers = dict(request.headers)
        try:
            Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError as error:
            self.refused.append(str(error))
            return PlainTextResponse("not verified", status_code=401)
        self.headers.append(headers)
        self.verified.append(json.loads(body))
        return Response(status_code=204)


@contextlib.asynccontextmanager
async def catching_webhooks() -> AsyncIterator[Receiver]:
    """Run a receiver until the block is left."""
    receiver = Receiver()
    app = FastAPI(openapi_url=None)
    app.add_api_route("/hook", receiver.receive, methods=["POST"])
    with listen("127.0.0.1:0") as listening:
        receiver.url = f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
        async with serving(app, listening):
            yield receiver
