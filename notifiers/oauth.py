"""Access tokens for a mail relay that asks for OAuth2 in place of a password.

A token is fetched when the first connection needs one, kept until shortly before it ends, and
forgotten when the relay refuses it. How it is shown to the relay is in ``notifiers.smtp_login``.

Source:
    RFC 6749, 4.4 (client credentials), 5 (answers) and 6 (refresh token).
"""

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import httpx

from monitor.domain.errors import DeliveryError
from monitor.domain.hosts import is_loopback
from notifiers.bounded import read_at_most
from notifiers.clean import one_line

_MOST_ANSWER_BYTES: Final = 64 * 1024
#: A token is let go this long before it ends: signing in takes its time.
_BEFORE_THE_END: Final = 60.0
#: What a token without a word about it is taken to last, seconds.
_USUAL_LIFE: Final = 300.0
_OK: Final = 200
_WRONG: Final = range(400, 500)
#: Client errors that pass by themselves.
_FOR_NOW: Final = frozenset({408, 425, 429})
_SETTINGS: Final = (
    "check TRIALWATCH_MAIL_TOKEN_CLIENT, TRIALWATCH_MAIL_TOKEN_SECRET and"
    " TRIALWATCH_MAIL_TOKEN_REFRESH"
)
Monotonic: TypeAlias = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOptions:
    """Where tokens come from, and by what right."""

    #: Address of the token endpoint.
    url: str
    client: str
    secret: str = field(default="", repr=False)
    #: Long-lived right to fetch tokens; empty where the client may by itself.
    refresh: str = field(default="", repr=False)
    scope: str = ""
    total_time: timedelta = timedelta(seconds=15)

    def __post_init__(self) -> None:
        """Refuse an address over which secrets would travel in clear."""
        parts = urlsplit(self.url)
        in_clear = parts.scheme == "http" and is_loopback(parts.hostname or "")
        if not parts.hostname or not (parts.scheme == "https" or in_clear):
            raise ValueError("the token address has to begin with https:// and name a host")
        if not self.client:
            raise ValueError("a token address is set, and no client: name it")
        if not self.refresh and not self.secret:
            raise ValueError("a token address is set, and neither a refresh token nor a secret")


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    ends: float


class Tokens:
    """Fetches tokens and keeps the newest."""

    def __init__(
        self, options: TokenOptions, *, tls: ssl.SSLContext, monotonic: Monotonic | None = None
    ) -> None:
        self._options = options
        self._tls = tls
        self._monotonic = monotonic or (lambda: asyncio.get_running_loop().time())
        # A server may give another refresh token with each access token.
        self._refresh = options.refresh
        self._kept: _Token | None = None
        self._one_by_one = asyncio.Lock()

    async def get(self) -> tuple[str, bool]:
        """Return a token, and whether it was fetched for this call.

        Raises:
            DeliveryError: There is none to be had: every mail waits.
        """
        async with self._one_by_one:
            kept = self._kept
            if kept is not None and self._monotonic() < kept.ends:
                return kept.value, False
            self._kept = await self._fetched()
            return self._kept.value, True

    def forget(self, token: str) -> None:
        """Do not give this token out again: the relay refused it."""
        if self._kept is not None and self._kept.value == token:
            self._kept = None

    async def _fetched(self) -> _Token:
        try:
            async with asyncio.timeout(self._options.total_time.total_seconds()):
                status, body = await self._asked()
        except TimeoutError as error:
            raise self._silent("did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._silent(f"cannot be asked ({type(error).__name__})") from error
        answer = _object(body)
        if status in _WRONG and status not in _FOR_NOW:
            raise _refused(status, answer)
        if status != _OK:
            raise self._silent(f"answered with status {status}")
        return self._read(answer)

    async def _asked(self) -> tuple[int, bytes]:
        """Ask once. No redirect is followed: it would carry the secrets elsewhere."""
        async with (
            httpx.AsyncClient(
                verify=self._tls, trust_env=False, timeout=self._options.total_time.total_seconds()
            ) as client,
            client.stream(
                "POST",
                self._options.url,
                data=self._form(),
                headers={"accept": "application/json", "accept-encoding": "identity"},
            ) as answer,
        ):
            body = await read_at_most(answer, _MOST_ANSWER_BYTES)
        if body is None:
            raise self._silent(f"answered with more than {_MOST_ANSWER_BYTES} bytes")
        return answer.status_code, body

    def _form(self) -> Mapping[str, str]:
        options = self._options
        form = {
            "grant_type": "refresh_token" if self._refresh else "client_credentials",
            "client_id": options.client,
            "client_secret": options.secret,
            "refresh_token": self._refresh,
            "scope": options.scope,
        }
        return {name: value for name, value in form.items() if value}

    def _read(self, answer: Mapping[str, Any]) -> _Token:
        value = answer.get("access_token")
        # Anything else could say more to the relay than the token.
        if (
            not isinstance(value, str)
            or not value
            or not value.isascii()
            or not value.isprintable()
        ):
            raise self._silent("gave no token in its answer")
        refresh = answer.get("refresh_token")
        if self._refresh and isinstance(refresh, str) and refresh:
            self._refresh = refresh
        return _Token(value, self._monotonic() + _life(answer.get("expires_in")))

    def _silent(self, cause: str) -> DeliveryError:
        host = urlsplit(self._options.url).hostname
        return DeliveryError(
            f"The token address at {host} {cause}, so nobody can sign in to the mail relay: it"
            " will be tried again; check TRIALWATCH_MAIL_TOKEN_URL",
            carrier_down=True,
        )


def _refused(status: int, answer: Mapping[str, Any]) -> DeliveryError:
    code = one_line(str(answer.get("error", "")), 60)
    words = f"{status} {code}".strip()
    return DeliveryError(
        f"The token address refuses us ({words}): every mail waits and no reader is to blame;"
        f" {_SETTINGS}",
        carrier_down=True,
        status=status,
    )


def _life(seconds: object) -> float:
    """Return for how many seconds a token is given out."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        seconds = _USUAL_LIFE
    try:
        lasting = float(seconds)
    except (ValueError, OverflowError):
        lasting = _USUAL_LIFE
    # Written so that what is no number (nan) lasts no time.
    return lasting - _BEFORE_THE_END if lasting > _BEFORE_THE_END else 0.0


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
