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
from monitor.domain.watches import Target
from notifiers.answers import judge_answer
from notifiers.bodies import Bodies
from notifiers.guard import Network, Resolve, resolve_host
from notifiers.payload import CONTENT_TYPES, ping_body
from notifiers.post import TOTAL_TIME, Poster, refuse_sealed
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
        self._bodies = Bodies(web_url=options.web_url)
        self._poster = Poster(
            allow=options.allow, total_time=options.total_time, resolve=resolve, tls=tls
        )

    async def send(self, claimed: ClaimedDelivery) -> Receipt:
        """Return once the receiver answered 2xx.

        Raises:
            DeliveryError: The receiver refused, took too long or cannot be reached.
        """
        body = self._bodies.of_webhook(claimed)
        return await self._post(claimed.target, body, message_id=claimed.delivery.id)

    async def ping(self, target: Target, *, message_id: str) -> Receipt:
        """Send a test event, past the outbox; return once the receiver answered 2xx.

        Raises:
            DeliveryError: The receiver refused, took too long or cannot be reached.
        """
        body = ping_body(
            message_id, target.format, now=self._clock(), web_url=self._options.web_url
        )
        return await self._post(target, body, message_id=message_id)

    async def _post(self, target: Target, body: bytes, *, message_id: str) -> Receipt:
        refuse_sealed(target)
        headers = self._headers(target, body, message_id)
        answer = await self._poster.post(target.address, body, headers=headers)
        return judge_answer(answer.status, answer.headers, answer.body, now=self._clock())

    async def aclose(self) -> None:
        """Let go of what is held open."""
        await self._poster.aclose()

    def _headers(self, target: Target, body: bytes, message_id: str) -> dict[str, str]:
        now = self._clock()
        seconds = int(now.timestamp())
        return {
            "content-type": CONTENT_TYPES[target.format],
            "user-agent": self._options.user_agent,
            "webhook-id": message_id,
            "webhook-timestamp": str(seconds),
            "webhook-signature": " ".join(
                sign(secret, message_id=message_id, timestamp=seconds, body=body)
                for secret in target.secrets_at(now)
            ),
        }
