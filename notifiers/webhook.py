"""Webhooks: one signed POST per attempt.

Standard Webhooks 1.0.0: ``webhook-id`` stays the same over all attempts, time and signature are
those of the attempt, the bytes signed are the bytes sent. What an answer means is decided in
``notifiers.answers``, where connections may go in ``notifiers.guard``.
"""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.errors import DeliveryError
from monitor.domain.ports import Clock
from notifiers.answers import judge_answer
from notifiers.guard import AddressRefusedError, Network, Resolve, resolve_host
from notifiers.payload import webhook_body
from notifiers.pinned import PinnedTransport
from notifiers.sign import sign

#: Most of an answer that is read, before the connection is dropped.
MOST_ANSWER_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOptions:
    """How webhooks are sent."""

    #: Address of our pages, for links.
    web_url: str
    #: Networks let through although private.
    allow: tuple[Network, ...] = ()
    #: From the look-up of the name to the last byte read.
    total_time: timedelta = timedelta(seconds=15)
    user_agent: str = "trialwatch-webhooks/1.0"


class _Road:
    """How far a request got, for what is said when it ends badly."""

    def __init__(self) -> None:
        self.began_to_send = False

    async def trace(self, event: str, _: Mapping[str, Any]) -> None:
        """Note when the first bytes of the request go out."""
        if event.endswith("send_request_headers.started"):
            self.began_to_send = True


class WebhookNotifier:
    """Posts alerts to receivers. Plays the ``Notifier`` port."""

    def __init__(
        self,
        options: WebhookOptions,
        *,
        clock: Clock,
        resolve: Resolve = resolve_host,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._options = options
        self._clock = clock
        # One context for all: making one costs 20 ms and more. No client of httpx above the
        # transport: it would keep cookies, and write addresses into the log.
        self._transport = PinnedTransport(
            allow=options.allow, resolve=resolve, tls=tls or ssl.create_default_context()
        )

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Return once the receiver answered 2xx.

        Raises:
            DeliveryError: The receiver refused, took too long or cannot be reached.
        """
        road = _Road()
        try:
            return await self._post(self._request(claimed, road))
        except httpx.InvalidURL as error:
            raise DeliveryError(
                "The address of this webhook is damaged: give it again", permanent=True
            ) from error
        except AddressRefusedError as error:
            raise DeliveryError(str(error)) from error
        except (TimeoutError, httpx.TransportError) as error:
            raise DeliveryError(self._reason(error), uncertain=road.began_to_send) from error

    async def aclose(self) -> None:
        """Let go of what is held open."""
        await self._transport.aclose()

    async def _post(self, request: httpx.Request) -> Receipt:
        deadline = asyncio.get_running_loop().time() + self._options.total_time.total_seconds()
        # The connection is thrown away whatever happens, so cutting it off is safe.
        async with asyncio.timeout_at(deadline):
            answer = await self._transport.handle_async_request(request)
        try:
            body = await _beginning(answer, deadline)
        finally:
            await answer.aclose()
        return judge_answer(answer.status_code, answer.headers, body, now=self._clock())

    def _request(self, claimed: ClaimedDelivery, road: _Road) -> httpx.Request:
        body = webhook_body(claimed, web_url=self._options.web_url)
        patience = httpx.Timeout(self._options.total_time.total_seconds())
        return httpx.Request(
            "POST",
            claimed.target.address,
            content=body,
            headers=self._headers(claimed, body),
            extensions={"trace": road.trace, "timeout": patience.as_dict()},
        )

    def _headers(self, claimed: ClaimedDelivery, body: bytes) -> dict[str, str]:
        now = int(self._clock().timestamp())
        message_id = claimed.delivery.id
        return {
            "content-type": "application/json",
            "user-agent": self._options.user_agent,
            # Nothing is ever unpacked, so nothing packed is asked for.
            "accept-encoding": "identity",
            "connection": "close",
            "webhook-id": message_id,
            "webhook-timestamp": str(now),
            "webhook-signature": sign(
                claimed.target.secret, message_id=message_id, timestamp=now, body=body
            ),
        }

    def _reason(self, error: Exception) -> str:
        if isinstance(error, TimeoutError | httpx.TimeoutException):
            seconds = self._options.total_time.total_seconds()
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
