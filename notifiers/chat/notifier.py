"""Carries alerts to chats: the text of the service, one POST, its own way to say yes and no."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import httpx

from monitor.alerting.retry import LONGEST_RETRY_AFTER
from monitor.domain.alerts import Alert, ClaimedDelivery, Receipt
from monitor.domain.errors import DeliveryError
from monitor.domain.ports import Clock
from monitor.domain.watches import Channel
from notifiers.answers import OVERLOADED, reason_of, retry_after, shown
from notifiers.bodies import Bodies
from notifiers.chat import discord, slack, teams
from notifiers.guard import Network, Resolve, resolve_host
from notifiers.post import TOTAL_TIME, Answer, Poster, refuse_sealed


class _Body(Protocol):
    def __call__(self, alert: Alert, *, web_url: str) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    name: str
    body: _Body
    is_accepted: Callable[[int, str], bool]
    is_dead: Callable[[int, str], bool]
    #: What being accepted means there.
    accepted: str
    #: Statuses by which the service says that this message will never do.
    malformed: frozenset[int] = frozenset()
    query: Mapping[str, str] = httpx.QueryParams()
    asked_wait: Callable[[str], timedelta] = lambda _: timedelta(0)


_SERVICES: Final[Mapping[Channel, _Service]] = {
    Channel.SLACK: _Service(
        name="Slack",
        body=slack.body,
        is_accepted=slack.is_accepted,
        is_dead=slack.is_dead,
        accepted="posted by Slack",
        malformed=frozenset({400, 413}),
    ),
    Channel.TEAMS: _Service(
        name="Teams",
        body=teams.body,
        is_accepted=teams.is_accepted,
        is_dead=teams.is_dead,
        accepted="accepted by Teams, which does not say whether it was posted",
        malformed=frozenset({413}),
    ),
    Channel.DISCORD: _Service(
        name="Discord",
        body=discord.body,
        is_accepted=discord.is_accepted,
        is_dead=discord.is_dead,
        accepted="posted by Discord",
        malformed=frozenset({400, 413}),
        # Without it Discord answers before it looks at the message.
        query=httpx.QueryParams({"wait": "true"}),
        asked_wait=discord.asked_wait,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOptions:
    """How chats are sent to."""

    #: Address of our pages, for links.
    web_url: str
    #: Networks let through although private.
    allow: tuple[Network, ...] = ()
    #: From the look-up of the name to the last byte read.
    total_time: timedelta = TOTAL_TIME


class ChatNotifier:
    """Posts alerts into the chat of their target. Plays the ``Notifier`` port."""

    def __init__(
        self,
        options: ChatOptions,
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
        """Return once the service took the message.

        Raises:
            DeliveryError: The service refused, took too long or cannot be reached.
        """
        refuse_sealed(claimed.target)
        service = _SERVICES[claimed.target.channel]
        body = self._bodies.of_chat(
            claimed,
            claimed.target.channel,
            lambda: service.body(claimed.alert, web_url=self._options.web_url),
        )
        url = str(httpx.URL(claimed.target.address).copy_merge_params(service.query))
        answer = await self._poster.post(url, body, headers={"user-agent": "trialwatch-chat/1.0"})
        text = shown(answer.body)
        if service.is_accepted(answer.status, text):
            return Receipt(status=answer.status, detail=service.accepted)
        raise self._refusal(service, answer, text)

    async def aclose(self) -> None:
        """Let go of what is held open."""
        await self._poster.aclose()

    def _refusal(self, service: _Service, answer: Answer, text: str) -> DeliveryError:
        if service.is_dead(answer.status, text):
            return DeliveryError(
                f"{service.name} no longer knows this address ({answer.status}): this target is"
                " switched off. Make a new webhook there, and give its address",
                permanent=True,
                disable_target=True,
                status=answer.status,
                detail=text,
            )
        wait = retry_after(answer.headers.get("retry-after", ""), now=self._clock())
        return DeliveryError(
            _reason(service, answer.status),
            permanent=answer.status in service.malformed,
            retry_after=min(max(wait, service.asked_wait(text)), LONGEST_RETRY_AFTER),
            throttled=answer.status in OVERLOADED,
            status=answer.status,
            detail=text,
        )


def _reason(service: _Service, status: int) -> str:
    if 200 <= status < 300:  # noqa: PLR2004  # the HTTP statuses
        return f"{service.name} answered {status}, but not in the words that mean accepted"
    return reason_of(status)
