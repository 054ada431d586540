"""``Idempotency-Key``: a request that is sent again is answered again, and done once.

Source: draft-ietf-httpapi-idempotency-key-header-07. What was refused is not kept: nothing was
done, and it may be put right under the same name.
"""

import re
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from hashlib import blake2b
from typing import Any, Final

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from storage import keptanswers
from storage.keptanswers import Found, Named
from trialwatch.bootstrap import Service
from trialwatch.web.api.answers import JSON
from trialwatch.web.api.problems import FieldError
from trialwatch.web.visitors import Visitor, calling

HEADER: Final = "Idempotency-Key"
PATTERN: Final = "^[!-~]{1,255}$"
_REFUSED: Final = 400
Answering = Callable[[Request], Coroutine[Any, Any, Response]]


class OnceRoute(APIRoute):
    """An address whose POST may be named, and is then done once."""

    def get_route_handler(self) -> Answering:
        """Return what answers a request."""
        answering: Answering = super().get_route_handler()

        async def once(request: Request) -> Response:
            if request.method != "POST" or HEADER not in request.headers:
                return await answering(request)
            return await _once(request, answering)

        return once


async def _once(request: Request, answering: Answering) -> Response:
    visitor = await run_in_threadpool(calling, request)
    named = _named(visitor, request, await request.body())
    service: Service = request.app.state.service
    found = await run_in_threadpool(keptanswers.claim, service.database, named, now=service.clock())
    if found is not None:
        return _again(found)
    async with AsyncExitStack() as unless_well:
        unless_well.push_async_callback(
            run_in_threadpool, keptanswers.let_go, service.database, named
        )
        response = await answering(request)
        unless_well.pop_all()
    await run_in_threadpool(_keep, service, named, response)
    return response


def _named(visitor: Visitor, request: Request, body: bytes) -> Named:
    key = request.headers[HEADER]
    if not re.fullmatch(PATTERN, key):
        raise FieldError(
            HEADER,
            "This is no name of a request.",
            fix="Send 1 to 255 characters of ASCII without a space.",
            where="header",
        )
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    digest = blake2b(asked + body, digest_size=32).digest()
    return Named(caller=visitor.caller, key=key, person_id=visitor.id, request=digest)


def _again(found: Found) -> Response:
    if not found.same_request:
        raise FieldError(
            HEADER,
            "Another request was sent under this name.",
            fix="Send a new name with every new request.",
            where="header",
        )
    if found.status is None:
        words = "The same request is being worked on."
        raise HTTPException(409, words, headers={"Retry-After": "1"})
    return Response(
        found.body,
        status_code=found.status,
        media_type=JSON,
        headers={"Idempotency-Replayed": "true"},
    )


def _keep(service: Service, named: Named, response: Response) -> None:
    if response.status_code >= _REFUSED:
        keptanswers.let_go(service.database, named)
        return
    body = bytes(response.body)
    keptanswers.keep(service.database, named, status=response.status_code, body=body)
