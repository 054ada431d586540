"""The pool of connections to one registry.

Opening, closing and beginning anew. What goes over them is in ``monitor.registry.wire``.
"""

from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext

import httpx

from monitor.registry.options import RegistryOptions


class Connections:
    """One pool at a time."""

    def __init__(self, open_pool: Callable[[], httpx.AsyncClient]) -> None:
        self._open_pool = open_pool
        self.pool = open_pool()

    async def renew(self) -> None:
        """Begin anew, after a body was left before its end.

        Over HTTP/2 httpcore keeps such a connection, and what the server still sends of that
        body fills the window that all later answers share. Requests under way on it fail, and
        are tried again.
        """
        old, self.pool = self.pool, self._open_pool()
        await old.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self.pool.aclose()


def open_pool(options: RegistryOptions, tls: SSLContext | None) -> httpx.AsyncClient:
    """Return a pool: HTTP/2 where offered, gzip, our name, no cookies, no redirects followed."""
    return httpx.AsyncClient(
        http2=True,
        headers={"User-Agent": options.user_agent, "Accept-Encoding": "gzip"},
        verify=tls or True,
        trust_env=options.trust_env,
        cookies=_no_cookies(),
        follow_redirects=False,
        timeout=httpx.Timeout(
            options.read_timeout.total_seconds(), connect=options.connect_timeout.total_seconds()
        ),
    )


def _no_cookies() -> CookieJar:
    """Return a jar that takes nothing: every request stands by itself."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))
