"""The outer wall: who gets in, what goes wrong, tags, packing, and the journal.

Sits around the plain answers of ``simulator.app`` as ASGI middleware. Everything
outside ``/api`` (the controls) passes through untouched.
"""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.faults import Fault, FaultBook, FaultKind
from simulator.journal import Journal, SeenRequest
from simulator.registry import Registry, View
from simulator.settings import Settings
from simulator.wire import Answer, Line, bomb, deliver, packed

#: Where the played API begins.
PREFIX = "/api/v2"
_JSON = ("content-type", "application/json")
_TEXT = ("content-type", "text/plain;charset=utf-8")
_HTML = ("content-type", "text/html; charset=utf-8")
_FORBIDDEN = (
    b'<!doctype html><meta charset="utf-8"><meta name=viewport content="width=device-width, '
    b'initial-scale=1"><title>403</title>403 Forbidden'
)
_SORRY = b"<html><head><title>Sorry</title></head><body><h1>We will be back soon</h1></body></html>"
_REASONS = {
    429: b"Too many requests",
    500: b"Internal server error",
    502: b"upstream connect error or disconnect/reset before headers",
    503: b"no healthy upstream",
}


def text(status: int, words: str) -> Answer:
    """Return an error as the registry words it: text/plain."""
    return Answer(status=status, headers=(_TEXT,), body=words.encode())


class Edge:
    """ASGI middleware that plays the registry's front door."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        registry: Registry,
        faults: FaultBook,
        requests: Journal,
        settings: Settings,
    ) -> None:
        self._app = app
        self._registry = registry
        self._faults = faults
        self._requests = requests
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        fault = None
        answer = self._refusal(scope)
        if answer is None:
            fault = self._faults.take(_path(scope), scope["query_string"].decode("latin-1"))
            answer = await self._answer(scope, receive, fault)
        self._requests.add(self._seen(scope, answer, fault))
        await deliver(Line(scope=scope, receive=receive, send=send), answer, fault)

    def _refusal(self, scope: Scope) -> Answer | None:
        if self._settings.user_agent_token not in Headers(scope=scope).get("user-agent", ""):
            return Answer(status=403, headers=(_HTML,), body=_FORBIDDEN)
        if len(scope["raw_path"]) + 1 + len(scope["query_string"]) > self._settings.url_limit:
            return text(414, "URI Too Long")
        return None

    async def _answer(self, scope: Scope, receive: Receive, fault: Fault | None) -> Answer:
        if fault and (replaced := _REPLACED.get(fault.kind)):
            return replaced(fault)
        if fault and fault.kind is FaultKind.PUBLISH:
            self._registry.publish_next()
        view = self._registry.view(older_by=_back(fault))
        answer = _tagged(await self._ask(scope, receive, view, fault), view, scope)
        return _spoiled(answer, fault, Headers(scope=scope).get("accept-encoding", ""))

    async def _ask(self, scope: Scope, receive: Receive, view: View, fault: Fault | None) -> Answer:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        state = {**scope.get("state", {}), "view": view, "fault": fault}
        await self._app({**scope, "state": state}, receive, keep)
        start, *bodies = messages
        return Answer(
            status=start["status"],
            headers=tuple(_kept_headers(start)),
            body=b"".join(body.get("body", b"") for body in bodies),
        )

    def _seen(self, scope: Scope, answer: Answer, fault: Fault | None) -> SeenRequest:
        headers = Headers(scope=scope)
        silent = fault is not None and fault.kind in {FaultKind.HANG, FaultKind.RESET}
        return SeenRequest(
            path=_path(scope),
            query=scope["query_string"].decode("latin-1"),
            user_agent=headers.get("user-agent", ""),
            status=0 if silent else answer.status,
            at=self._settings.clock(),
            fault=fault.kind if fault else "",
            if_none_match=headers.get("if-none-match", ""),
        )


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(PREFIX) if path.startswith(f"{PREFIX}/") else path


def _back(fault: Fault | None) -> int:
    whole = fault is not None and fault.kind is FaultKind.OLDER and not fault.nct_ids
    return fault.back if fault and whole else 0


def _kept_headers(start: Message) -> list[tuple[str, str]]:
    pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"])
    return [(name, value) for name, value in pairs if name != "content-length"]


def _tagged(answer: Answer, view: View, scope: Scope) -> Answer:
    etag = view.release.etag
    asked = Headers(scope=scope).get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    if answer.status == 200 and tags & {etag, "*"}:  # noqa: PLR2004 - a status reads best as it is
        return Answer(status=304, headers=(("etag", etag),), body=b"")
    return answer.with_body(answer.body, ("etag", etag), ("access-control-allow-origin", "*"))


def _spoiled(answer: Answer, fault: Fault | None, accepted: str) -> Answer:
    if fault is None:
        return packed(answer, accepted)
    if fault.kind is FaultKind.BOMB:
        return bomb(answer, fault.size)
    if fault.kind is FaultKind.BAD_GZIP:
        return answer.with_body(b"not gzip", ("content-encoding", "gzip"))
    if fault.kind in {FaultKind.CUT, FaultKind.DRIP}:
        return answer
    return packed(answer.with_body(_resized(answer.body, fault)), accepted)


def _resized(body: bytes, fault: Fault) -> bytes:
    if fault.kind is FaultKind.TRUNCATED:
        return body[: len(body) // 2]
    return body.ljust(fault.size) if fault.kind is FaultKind.HUGE else body


def _error(fault: Fault) -> Answer:
    status = fault.status or 500
    wait = () if fault.retry_after is None else (("retry-after", fault.retry_after),)
    return Answer(status=status, headers=(_TEXT, *wait), body=_REASONS.get(status, b"Error"))


def _page(fault: Fault) -> Answer:
    return Answer(status=fault.status or 200, headers=(_HTML,), body=_SORRY)


def _garbage(_fault: Fault) -> Answer:
    return Answer(status=200, headers=(_JSON,), body=b"\x00\xfe upstream said: <none>")


def _empty(_fault: Fault) -> Answer:
    return Answer(status=200, headers=(_JSON,), body=b"")


def _other_shape(_fault: Fault) -> Answer:
    return Answer(status=200, headers=(_JSON,), body=b'{"studies":{"0":[]},"hasResults":"no"}')


_REPLACED: dict[FaultKind, Callable[[Fault], Answer]] = {
    FaultKind.STATUS: _error,
    FaultKind.HTML: _page,
    FaultKind.GARBAGE: _garbage,
    FaultKind.EMPTY: _empty,
    FaultKind.SHAPE: _other_shape,
    FaultKind.HANG: _empty,
    FaultKind.RESET: _empty,
}
