"""One POST to a judged address, bounded in time and in what is read of the answer.

Webhooks and chats send through here. What an answer means is decided by whoever sends, where
connections may go in ``notifiers.guard``.
"""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx

from monitor.domain.errors import DeliveryError
from monitor.domain.watches import Target
from notifiers.guard import AddressRefusedError, Network, Resolve, resolve_host
from notifiers.pinned import PinnedTransport
from notifiers.trust import web_trust

#: From the look-up of the name to the last byte read.
TOTAL_TIME: Final = timedelta(seconds=15)
#: Most of an answer that is read, before the connection is dropped.
MOST_ANSWER_BYTES: Final = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    #: Looked up without regard to case.
    headers: Mapping[str, str]
    #: The beginning of it, as it came.
    body: bytes


class _Road:
    """How far a request got, for what is said when it ends badly."""

    def __init__(self) -> None:
        self.began_to_send = False

    async def trace(self, event: str, _: Mapping[str, Any]) -> None:
        """Note when the first bytes of the request go out."""
        if event.endswith("send_request_headers.started"):
            self.began_to_send = True


def refuse_sealed(target: Target) -> None:
    """Let a message wait whose target's address or secret could not be opened.

    Raises:
        DeliveryError: So it is; nobody is blamed, and no attempt counts.
    """
    if target.is_sealed:
        raise DeliveryError(
            "its secret is sealed with a key that is not in TRIALWATCH_SECRETS_KEY_FILE, so it"
            " waits: put the key back, see `trialwatch secrets show`",
            carrier_down=True,
        )


class Poster:
    """Posts JSON, one connection a request."""

    def __init__(
        self,
        *,
        allow: tuple[Network, ...] = (),
        total_time: timedelta = TOTAL_TIME,
        resolve: Resolve = resolve_host,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._total_time = total_time
        # One context for all: making one costs 20 ms and more. No client of httpx above the
        # transport: it would keep cookies, and write addresses into the log.
        self._transport = PinnedTransport(allow=allow, resolve=resolve, tls=tls or web_trust())

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        """Return the answer, whatever it is.

        Args:
            url: Where to, in its normal form.
            body: JSON, sent as it is.
            headers: Beside those of every request.

        Raises:
            DeliveryError: No answer came: the far side took too long, cannot be reached, or lies
                where nothing is sent.
        """
        road = _Road()
        try:
            return await self._send(self._request(url, body, headers, road))
        except httpx.InvalidURL as error:
            raise DeliveryError(
                "The address of this webhook is damaged: give it again", permanent=True
            ) from error
        except AddressRefusedError as error:
            raise DeliveryError(str(error)) from error
        except (TimeoutError, httpx.TransportError) as error:
            raise DeliveryError(
                self._reason(error),
                timed_out=isinstance(error, TimeoutError | httpx.TimeoutException),
                uncertain=road.began_to_send,
            ) from error

    async def aclose(self) -> None:
        """Let go of what is held open."""
        await self._transport.aclose()

    async def _send(self, request: httpx.Request) -> Answer:
        deadline = asyncio.get_running_loop().time() + self._total_time.total_seconds()
        # The connection is thrown away whatever happens, so cutting it off is safe.
        async with asyncio.timeout_at(deadline):
            answer = await self._transport.handle_async_request(request)
        try:
            body = await _beginning(answer, deadline)
        finally:
            await answer.aclose()
        return Answer(status=answer.status_code, headers=answer.headers, body=body)

    def _request(
        self, url: str, body: bytes, headers: Mapping[str, str], road: _Road
    ) -> httpx.Request:
        patience = httpx.Timeout(self._total_time.total_seconds())
        return httpx.Request(
            "POST",
            url,
            content=body,
            headers={
                "content-type": "application/json",
                # Nothing is ever unpacked, so nothing packed is asked for.
                "accept-encoding": "identity",
                "connection": "close",
                **headers,
            },
            extensions={"trace": road.trace, "timeout": patience.as_dict()},
        )

    def _reason(self, error: Exception) -> str:
        if isinstance(error, TimeoutError | httpx.TimeoutException):
            seconds = self._total_time.total_seconds()
            return f"The receiver did not answer within {seconds:g} seconds"
        if isinstance(error, httpx.ConnectError):
            return f"The receiver cannot be reached: {error}"
        if isinstance(error, httpx.ProtocolError):
            return f"The receiver's answer is not HTTP: {error}"
        return f"The connection broke before an answer came: {error}"


async def _beginning(answer: httpx.Response, deadline: float) -> bytes:
    """Read what comes in time. The status is the answer, however the rest of it goes."""
    read = bytearray()
    with suppress(TimeoutError, httpx.TransportError):
        async with asyncio.timeout_at(deadline):
            async for part in answer.aiter_raw():
                read += part
                if len(read) >= MOST_ANSWER_BYTES:
                    break
    return bytes(read[:MOST_ANSWER_BYTES])
