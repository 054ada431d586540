"""Which addresses are those of a chat. They are secrets: whoever has one can post there."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from monitor.domain.errors import InvalidAddressError
from monitor.domain.watches import Channel
from notifiers.guard import Network, Resolve, check_webhook_url, is_within, resolve_host


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    name: str
    hosts: re.Pattern[str]
    path: re.Pattern[str]
    #: Where a person finds the address, and what it looks like.
    advice: str


_SERVICES: Final[Mapping[Channel, _Service]] = {
    Channel.SLACK: _Service(
        name="Slack",
        hosts=re.compile(r"hooks\.slack(?:-gov)?\.com"),
        path=re.compile(r"/services/\w+/\w+/\w+/?"),
        advice="Slack shows it under Incoming Webhooks: https://hooks.slack.com/services/T.../B.../...",
    ),
    Channel.TEAMS: _Service(
        name="Microsoft Teams",
        hosts=re.compile(
            r"(?:[\w-]+\.)+(?:logic\.azure\.(?:com|us|cn)|(?:api\.)?powerautomate\.com"
            r"|(?:api\.)?powerplatform\.com|flow\.microsoft\.com)"
        ),
        path=re.compile(r"/.+"),
        advice="Teams shows it when a workflow 'Post to a channel when a webhook request is"
        " received' is made: https://...logic.azure.com:443/workflows/...",
    ),
    Channel.DISCORD: _Service(
        name="Discord",
        hosts=re.compile(r"(?:(?:canary|ptb)\.)?discord(?:app)?\.com"),
        path=re.compile(r"/api/(?:v\d{1,2}/)?webhooks/\d+/[\w-]+/?"),
        advice="Discord shows it under Integrations, Webhooks:"
        " https://discord.com/api/webhooks/number/token",
    ),
}


def check_chat_url(
    channel: Channel, url: str, *, allow: Iterable[Network] = (), resolve: Resolve = resolve_host
) -> str:
    """Return the address of a chat's webhook in its normal form.

    Args:
        channel: Which service it is said to be of.
        url: As somebody typed it.
        allow: Networks where any path will do: servers of one's own that speak like the service.
        resolve: Looks a name up; blocks.

    Raises:
        InvalidAddressError: It is not one of that service, or leads where nothing is sent.
    """
    service, networks = _SERVICES[channel], tuple(allow)
    checked = check_webhook_url(url, networks, resolve)
    parsed = httpx.URL(checked)
    is_theirs = service.hosts.fullmatch(parsed.host) and service.path.fullmatch(parsed.path)
    if not is_theirs and not is_within(checked, networks, resolve):
        raise InvalidAddressError(
            f"This is not the address of a {service.name} webhook. {service.advice}"
        )
    return checked
