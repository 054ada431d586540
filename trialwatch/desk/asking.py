"""Asking a running server: one request, its answer, and in plain words what is wrong with it.

The key goes into one header and nowhere else. It is not sent over plain HTTP to another machine,
and not along with a redirect. Each ``POST`` has a name of its own, so one whose answer was lost is
sent again and done once.
"""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPMessage,
    HTTPResponse,
    HTTPSConnection,
)
from time import sleep
from typing import Any, Final
from urllib.parse import SplitResult, urlencode, urlsplit
from uuid import uuid4

from config.errors import ConfigError
from monitor.domain.errors import TrialwatchError
from monitor.domain.hosts import is_loopback
from trialwatch.desk.plain import ServerTooOldError

_BASE: Final = "/api/v1"
_SETTING: Final = "TRIALWATCH_SERVER"
#: A server that says nothing for so long is not there.
_PATIENCE_SECONDS: Final = 30.0
_PIECE: Final = 64 * 1024
#: How often more a request is sent whose answer was lost, where that is safe.
_TRIES_MORE: Final = 2
_REPEATABLE: Final = ("GET", "POST")
_NAME, _WAIT = "Idempotency-Key", "Retry-After"
_LONGEST_PAUSE: Final = 10.0
_FOR_PEOPLE: Final = "application/problem+json"
_GOOD, _MOVED, _BAD = 200, 300, 400
_NO_KEY, _NOT_THERE, _NO_METHOD, _CONFLICT, _INVALID, _TOO_MANY = 401, 404, 405, 409, 422, 429


class ServerError(TrialwatchError):
    """The server cannot be reached, or does not do what it was asked."""


class LostAnswerError(ServerError):
    """A request was sent and not answered to the end: whether it was done is not known."""


class NotThereError(ServerError, LookupError):
    """The server has no such thing."""


class RefusedError(ServerError, ValueError):
    """What was typed cannot be used."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server's address, and the key for it."""

    url: str
    key: str = field(repr=False)
    #: Lets so many seconds pass.
    pause: Callable[[float], None] = field(default=sleep, repr=False, compare=False)

    def get(self, path: str, **asked: object) -> dict[str, Any]:
        """Return what is at an address; parameters that are None are left out."""
        return self._json("GET", _with(path, asked), None)

    def send(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Return the answer to a request that changes something."""
        return self._json(method, path, body)

    def pieces(self, path: str, **asked: object) -> Iterator[bytes]:
        """Yield a file piece by piece."""
        with closing(self._connection()) as connection:
            answer = self._ask(connection, "GET", _with(path, asked), None, {})
            if answer.status != _GOOD:
                raise self._complaint(answer.status, answer.headers, _read(answer, self.url))
            while piece := _read(answer, self.url, _PIECE):
                yield piece

    def _json(self, method: str, path: str, body: object) -> dict[str, Any]:
        named = {_NAME: str(uuid4())} if method == "POST" else {}
        for _ in range(_TRIES_MORE if method in _REPEATABLE else 0):
            with suppress(LostAnswerError):
                status, headers, content = self._once(method, path, body, named)
                if not (named and status == _CONFLICT and _WAIT in headers):
                    return self._object(status, headers, content)
                # The first one is still worked on.
                self.pause(min(_seconds(headers[_WAIT]), _LONGEST_PAUSE))
        return self._object(*self._once(method, path, body, named))

    def _once(
        self, method: str, path: str, body: object, named: Mapping[str, str]
    ) -> tuple[int, HTTPMessage, bytes]:
        with closing(self._connection()) as connection:
            answer = self._ask(connection, method, path, body, named)
            return answer.status, answer.headers, _read(answer, self.url)

    def _object(self, status: int, headers: HTTPMessage, content: bytes) -> dict[str, Any]:
        if not _GOOD <= status < _MOVED:
            raise self._complaint(status, headers, content)
        if not content:
            return {}
        found = _parsed(content)
        if not isinstance(found, dict):
            raise ServerError(f"{self.url} does not answer as trialwatch does. Is it its address?")
        return found

    def _connection(self) -> HTTPConnection:
        parts = checked(self.url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            trusted = ssl.create_default_context()
            return HTTPSConnection(host, parts.port, timeout=_PATIENCE_SECONDS, context=trusted)
        return HTTPConnection(host, parts.port, timeout=_PATIENCE_SECONDS)

    def _ask(
        self,
        connection: HTTPConnection,
        method: str,
        path: str,
        body: object,
        named: Mapping[str, str],
    ) -> HTTPResponse:
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json", **named}
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            headers["Content-Type"] = "application/json"
        place = urlsplit(self.url).path.rstrip("/") + _BASE + path
        try:
            connection.connect()
        except (OSError, HTTPException) as error:
            raise unreachable(self.url, error) from error
        try:
            connection.request(method, place, body=content, headers=headers)
            return connection.getresponse()
        except (OSError, HTTPException) as error:
            raise LostAnswerError(str(unreachable(self.url, error))) from error

    def _complaint(self, status: int, headers: HTTPMessage, content: bytes) -> TrialwatchError:
        told = _parsed(content) if headers.get("content-type", "").startswith(_FOR_PEOPLE) else None
        if status < _BAD:
            where = headers.get("location", "elsewhere")[:200]
            return ServerError(
                f"{self.url} sends on to {where}; the key was not sent there. Set {_SETTING} to"
                " the address that the pages are at."
            )
        if status == _NO_KEY:
            return ServerError(
                f"{self.url} does not know this key: it was ended, or is for another server. Make"
                " one on its page Account and put it into the file of TRIALWATCH_KEY_FILE."
            )
        if not isinstance(told, dict):
            return ServerError(
                f"{self.url} answers {status} and not as trialwatch does. Is it its address?"
            )
        return _problem(self.url, status, told, headers)


def checked(url: str) -> SplitResult:
    """Return the parts of a server's address.

    Raises:
        ConfigError: It is none that a key may be sent to.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ConfigError(f"{_SETTING}: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise ConfigError(f"{_SETTING}: write the address of its pages: https://trials.example.org")
    if parts.username is not None:
        raise ConfigError(f"{_SETTING}: the address holds a name or password; the key is enough")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ConfigError(
            f"{_SETTING}: the key would cross the network readable by all: use https://"
        )
    return parts


def unreachable(url: str, error: Exception) -> ServerError:
    """Return in words why a server cannot be reached."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ServerError(
            f"{url} cannot be trusted: {error.verify_message}. For a certificate of your own,"
            " SSL_CERT_FILE names the authority that signed it."
        )
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return ServerError(f"{url} cannot be reached: {why}. Is it running, and is the address right?")


def _problem(
    url: str, status: int, told: Mapping[str, Any], headers: HTTPMessage
) -> TrialwatchError:
    detail = str(told.get("detail", ""))[:1000]
    if status == _NO_METHOD or (status == _NOT_THERE and detail == "Not Found"):
        return ServerTooOldError("this")
    if status == _NOT_THERE:
        return NotThereError(detail)
    if status == _TOO_MANY:
        return ServerError(f"{url}: {detail} Try again in {headers.get('retry-after', '60')} s.")
    if status == _INVALID:
        return RefusedError("; ".join(map(_fault, told.get("errors", ()))) or detail)
    return ServerError(f"{url}: {detail or status}")


def _fault(fault: Mapping[str, Any]) -> str:
    return f"{fault.get('field')}: {fault.get('problem')} {fault.get('fix', '')}".strip()


def _with(path: str, asked: Mapping[str, object]) -> str:
    named = {name.rstrip("_"): value for name, value in asked.items() if value is not None}
    return f"{path}?{urlencode(named)}" if named else path


def _read(answer: HTTPResponse, url: str, most: int | None = None) -> bytes:
    try:
        return answer.read(most)
    except (OSError, HTTPException) as error:
        words = f"{url} broke off in the middle of its answer. Try again."
        raise LostAnswerError(words) from error


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdecimal() else 1.0


def _parsed(content: bytes) -> object:
    try:
        found: object = json.loads(content)
    except ValueError:
        return None
    return found
