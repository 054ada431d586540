"""Requests that bring more than any of ours takes are turned away before it is all in memory."""

from typing import Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Pasted numbers fill 200,000 characters at most; each takes up to 12 bytes in a form.
MOST_BYTES: Final = 4 * 1024 * 1024


class Bounded:
    """An application that reads bodies no further than they may be long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_BYTES:
                raise HTTPException(413, "This is more than any page here takes.")
            return message

        await self._app(scope, counted, send)
