"""Webhooks: one signed POST per attempt.

Standard Webhooks 1.0.0: ``webhook-id`` stays the same over all attempts, time and signature are
those of the attempt, the bytes signed are the bytes sent. What an answer means is decided in
``notifiers.answers``, how the bytes travel in ``notifiers.post``.
"""

import ssl
from dataclasses import dataclass
from datetime import timedelta

from monitor.domain.alerts import ClaimedDelivery, Receipt
from monitor.domain.ports import Clock
from notifiers.answers import judge_answer
from notifiers.guard import Network, Resolve, resolve_host
from notifiers.payload import webhook_body
from notifiers.post import TOTAL_TIME, Poster
from notifiers.sign import sign


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOptions:
    """How webhooks are sent."""

    #: Address of our pages, for links.
    web_url: str
    #: Networks let through although private.
    allow: tuple[Network, ...] = ()
    #: From the look-up of the name to the last byte read.
    total_time: timedelta = TOTAL_TIME
    user_agent: str = "trialwatch-webhooks/1.0"


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
        self._poster = Poster(
            allow=options.allow, total_time=options.total_time, resolve=resolve, tls=tls
        )

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Return once the receiver answered 2xx.

        Raises:
            DeliveryError: The receiver refused, took too long or cannot be reached.
        """
        body = webhook_body(claimed, web_url=self._options.web_url)
        answer = await self._poster.post(
            claimed.target.address, body, headers=self._headers(claimed, body)
        )
        return judge_answer(answer.status, answer.headers, answer.body, now=self._clock())

    async def aclose(self) -> None:
        """Let go of what is held open."""
        await self._poster.aclose()

    def _headers(self, claimed: ClaimedDelivery, body: bytes) -> dict[str, str]:
        now = int(self._clock().timestamp())
        message_id = claimed.delivery.id
        return {
            "user-agent": self._options.user_agent,
            "webhook-id": message_id,
            "webhook-timestamp": str(now),
            "webhook-signature": sign(
                claimed.target.secret, message_id=message_id, timestamp=now, body=body
            ),
        }
