"""Who may see the pages: as long as there is no sign-in, people on this machine.

``TRIALWATCH_WEB_ALLOW`` names other networks. Unsubscribe and health stay open to all, for they
show nothing of anybody.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request

#: A reverse proxy on this machine speaks for somebody who is elsewhere.
_SENT_BY_OTHERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def only_the_allowed() -> Sequence[Any]:
    """Return the dependency that keeps everybody else out."""
    return (Depends(_check),)


def _check(request: Request) -> None:
    settings = request.app.state.service.settings
    if not may_see(
        peer=request.client.host if request.client else "",
        host=request.headers.get("host", ""),
        headers=tuple(request.headers),
        allow=settings.web_allow,
        web_url=settings.web_url,
    ):
        raise HTTPException(
            404,
            "The pages are shown on the machine that trialwatch runs on (TRIALWATCH_WEB_ALLOW).",
        )


def may_see(
    *,
    peer: str,
    host: str,
    headers: Iterable[str],
    allow: Iterable[IPv4Network | IPv6Network],
    web_url: str,
) -> bool:
    """Return whether a visitor may see the pages.

    Args:
        peer: Address of the other end of the connection.
        host: The ``Host`` header; a foreign name that leads to this machine (DNS rebinding) is
            turned away.
        headers: Names of all headers, in lower case.
        allow: Networks let in.
        web_url: The pages' own address; its name is let in.
    """
    try:
        address = ip_address(peer)
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    ours = name in (*_LOCAL_NAMES, urlsplit(web_url).hostname)
    forwarded = any(header in _SENT_BY_OTHERS for header in headers)
    return ours and not forwarded and any(address in network for network in allow)
