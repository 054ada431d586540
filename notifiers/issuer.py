"""The way to an institution's addresses: bounded in time and size, and never led elsewhere."""

import asyncio
import json
import ssl
from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import httpx

from monitor.domain.errors import ExchangeRefusedError, InstitutionDownError
from notifiers.bounded import read_at_most
from notifiers.clean import one_line
from notifiers.trust import web_trust

_MOST_BYTES: Final = 256 * 1024
#: The whole of one question, whatever drips.
PATIENCE: Final = timedelta(seconds=8)
_OK: Final = 200
_REFUSED: Final = frozenset({400, 401, 403})
_HEADERS: Final = {"accept": "application/json", "accept-encoding": "identity"}


class IssuerClient:
    """Plays ``monitor.domain.institutions.IssuerRoad``."""

    def __init__(
        self, *, tls: ssl.SSLContext | None = None, patience: timedelta = PATIENCE
    ) -> None:
        self._tls = tls or web_trust()
        self._patience = patience.total_seconds()

    async def get(self, url: str, *, bearer: str = "") -> Mapping[str, Any]:
        """Return the JSON object at an address.

        Raises:
            InstitutionDownError: There is none to be had.
        """
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        status, body = await self._in_time("GET", url, headers, {})
        if status != _OK:
            raise _down(url, f"answered with status {status}")
        return _object(url, body)

    async def post(
        self, url: str, form: Mapping[str, str], *, basic: tuple[str, str] | None = None
    ) -> Mapping[str, Any]:
        """Send a form, with a name and a password where one is given; return the JSON object.

        Raises:
            InstitutionDownError: There is no answer to be had.
            ExchangeRefusedError: The issuer refuses what was sent.
        """
        headers = {"authorization": _basic(*basic)} if basic else {}
        status, body = await self._in_time("POST", url, headers, form)
        if status in _REFUSED:
            code = one_line(str(_object(url, body).get("error", "")), 60)
            raise ExchangeRefusedError(f"{_host(url)} refuses the code ({status} {code})")
        if status != _OK:
            raise _down(url, f"answered with status {status}")
        return _object(url, body)

    async def _in_time(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str]
    ) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(self._patience):
                return await self._asked(method, url, {**_HEADERS, **headers}, form)
        except TimeoutError as error:
            raise _down(url, "did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _down(url, f"cannot be asked ({type(error).__name__})") from error

    async def _asked(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Ask once. No redirect is followed: it would carry secrets elsewhere."""
        async with (
            httpx.AsyncClient(verify=self._tls, trust_env=False, timeout=self._patience) as client,
            client.stream(method, url, data=form or None, headers=headers) as answer,
        ):
            body = await read_at_most(answer, _MOST_BYTES)
        if body is None:
            raise _down(url, f"answered with more than {_MOST_BYTES} bytes")
        return answer.status_code, body


def _basic(name: str, password: str) -> str:
    """Return the header for a client's name and secret (RFC 6749, 2.3.1): encoded as in a form."""
    both = f"{quote_plus(name)}:{quote_plus(password)}"
    return f"Basic {b64encode(both.encode()).decode()}"


def _object(url: str, body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _down(url, "answered with no JSON") from error
    if not isinstance(answer, dict):
        raise _down(url, "answered with no JSON object")
    return answer


def _down(url: str, cause: str) -> InstitutionDownError:
    return InstitutionDownError(f"{_host(url)} {cause}")


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
