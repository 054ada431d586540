"""What went wrong, as a tool reads it (problem+json, RFC 9457): the field, and what to do."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from monitor.domain.errors import TrialwatchError
from trialwatch.web.visitors import SignInNeededError

TYPE: Final = "application/problem+json"
_PREFIX: Final = "/api/"
_INVALID: Final = 422
_NO_SUCH_METHOD: Final = 405
Handler: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]

#: What never changes about a kind of problem.
_TITLES: Final[Mapping[int, str]] = {
    400: "Bad request",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    413: "Too large",
    422: "Invalid parameter",
    429: "Too many requests",
    503: "Not available now",
}
#: Kind of fault, as the checker of parameters calls it, to what puts it right.
_FIXES: Final[Mapping[str, str]] = {
    "missing": "Add it.",
    "int_parsing": "Send a whole number.",
    "int_from_float": "Send a whole number.",
    "bool_parsing": "Send true or false.",
    "greater_than_equal": "Send {ge} or more.",
    "less_than_equal": "Send {le} or less.",
    "string_too_long": "Send at most {max_length} characters.",
    "string_pattern_mismatch": "Send a text of the form {pattern}",
    "enum": "Send one of {expected}.",
    "literal_error": "Send one of {expected}.",
}


class FieldError(Exception):
    """A value of a tool's that cannot be used.

    Attributes:
        field: Its name.
        fix: What to send instead.
        where: Whether it stood in the body or elsewhere.
    """

    def __init__(self, field: str, problem: str, *, fix: str, where: str = "body") -> None:
        super().__init__(problem)
        self.field = field
        self.where = where
        self.fix = fix


def for_tools_or(page: Handler) -> Handler:
    """Return a handler of errors that answers tools with a problem and people with a page."""

    async def answer(request: Request, error: Exception) -> Response:
        if not request.url.path.startswith(_PREFIX):
            return await page(request, error)
        answered = problem_of(error)
        if answered.status_code == _NO_SUCH_METHOD:
            # The router names the methods of one route alone.
            answered.headers["Allow"] = ", ".join(_methods(request))
        return answered

    return answer


def _methods(request: Request) -> list[str]:
    """Return what may be done with an address."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        pattern, _, _ = compile_path(route.path or "/")
        if pattern.match(request.url.path):
            found |= set(route.methods or ())
    return sorted(found)


def problem_of(error: Exception) -> Response:
    """Return the problem that an error is to a tool; inner errors tell nothing of their inside."""
    if isinstance(error, RequestValidationError):
        return problem(_INVALID, "A parameter cannot be used.", faults=map(_fault, error.errors()))
    if isinstance(error, FieldError):
        fault = {"field": error.field, "in": error.where, "problem": str(error), "fix": error.fix}
        return problem(_INVALID, str(error), faults=[fault])
    if isinstance(error, SignInNeededError):
        return problem(
            401,
            "Send a key: `Authorization: Bearer tw_...`. The page Account makes one.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if isinstance(error, HTTPException):
        return problem(error.status_code, error.detail, headers=error.headers)
    if isinstance(error, TrialwatchError):
        return problem(503, "This cannot be answered now. Nothing was changed; try again later.")
    return problem(500, "Something went wrong inside.")


def problem(
    status: int,
    detail: str,
    *,
    faults: Iterable[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an answer that tells what went wrong."""
    title = _TITLES.get(status, "This cannot be answered")
    told: dict[str, Any] = {
        "type": f"urn:trialwatch:problem:{title.lower().replace(' ', '-')}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    listed = list(faults)
    if listed:
        told["errors"] = listed
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status_code=status, media_type=TYPE, headers=dict(headers or {}))


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    where, *names = error["loc"]
    fix = _FIXES.get(error["type"], "See /api/v1/openapi.json for what it takes.")
    return {
        "field": ".".join(map(str, names)),
        "in": str(where),
        "problem": str(error["msg"]),
        "fix": fix.format_map(_Known(error.get("ctx", {}))),
    }


class _Known(dict[str, Any]):
    """What is known of a fault; what is not stays out of its words."""

    def __missing__(self, key: str) -> str:
        return ""
