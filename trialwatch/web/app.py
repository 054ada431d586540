"""The pages and the unsubscribe address, as one application.

Each group of pages has a file of its own; who may see them is decided in
``trialwatch.web.visitors``.
"""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from monitor.domain.errors import StorageError
from monitor.registry.client import RegistryClient
from trialwatch.bootstrap import Service
from trialwatch.institution import issuer_of
from trialwatch.web import (
    account,
    confirm,
    entry,
    health,
    hooks,
    institution,
    lists,
    members,
    messages,
    notes,
    operating,
    pages,
    passkeys,
    policy,
    publishing,
    reads,
    searching,
    targets,
    telling,
    unsubscribe,
    welcome,
)
from trialwatch.web.api.problems import FieldError, for_tools_or
from trialwatch.web.bodies import Bounded
from trialwatch.web.entry import Doors
from trialwatch.web.guard import is_foreign
from trialwatch.web.mailing import LetIn, Mailing
from trialwatch.web.quota import Quota
from trialwatch.web.registry import Asking
from trialwatch.web.rendering import render
from trialwatch.web.shared import go_to
from trialwatch.web.visitors import SignInNeededError, by_key_too, only_the_allowed

if TYPE_CHECKING:
    from trialwatch.tell import Pulse

CallNext: TypeAlias = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger("trialwatch")
_NOT_FOUND = 404
#: How addresses end that feed readers, calendars and pages of others fetch by themselves.
_FOR_PROGRAMS = (".atom", ".json", ".ics", ".svg")
_HERE = Path(__file__).parent


def make_app(
    service: Service,
    pulse: "Pulse | None",
    let_in: LetIn | None = None,
    registry: RegistryClient | None = None,
) -> FastAPI:
    """Return the application.

    Args:
        service: What the pages read from.
        pulse: When the ticks last ended well; None where nothing ticks.
        let_in: Mails sign-in links; None where no mail server is set.
        registry: Asks the registry for the pages; None where each question opens its own.
    """
    app = FastAPI(title="trialwatch", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.service = service
    app.state.pulse = pulse
    app.state.doors = Doors()
    app.state.issuer = issuer_of(service.settings)
    app.state.asking = Asking(service, registry)
    app.state.quota = Quota(most=service.settings.api_rate)
    app.state.mailing = None if let_in is None else Mailing(let_in)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    app.include_router(unsubscribe.router)
    app.include_router(confirm.router)
    app.include_router(hooks.router)
    app.include_router(health.router)
    app.include_router(reads.open_to_all)
    app.include_router(entry.router)
    app.include_router(passkeys.entrance)
    app.include_router(institution.router)
    app.include_router(reads.guarded, dependencies=by_key_too())
    own_pages = (
        *(pages, messages, lists, notes, publishing, searching, telling, targets),
        *(operating, welcome, account, passkeys, members),
    )
    for own in own_pages:
        app.include_router(own.router, dependencies=only_the_allowed())
    app.add_middleware(Bounded)
    app.middleware("http")(_only_from_our_pages)
    app.middleware("http")(_with_headers)
    app.add_exception_handler(FieldError, for_tools_or(_refused))
    app.add_exception_handler(SignInNeededError, for_tools_or(_to_the_entrance))
    app.add_exception_handler(StorageError, for_tools_or(_storage_trouble))
    app.add_exception_handler(HTTPException, for_tools_or(_refused))
    app.add_exception_handler(RequestValidationError, for_tools_or(_no_such_address))
    return app


async def _with_headers(request: Request, call_next: CallNext) -> Response:
    response: Response = await call_next(request)
    response.headers.setdefault(policy.HEADER, policy.POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.update(getattr(request.state, "quota", {}))
    return response


async def _only_from_our_pages(request: Request, call_next: CallNext) -> Response:
    """Turn away what another site made a visitor's browser send."""
    web_url = request.app.state.service.settings.web_url
    if is_foreign(request.method, request.url.path, request.headers, web_url=web_url):
        refused = HTTPException(403, "This came from another site. Go to the page and try again.")
        return await _refused(request, refused)
    return await call_next(request)


async def _to_the_entrance(request: Request, error: Exception) -> Response:
    """Lead people to the entrance; a program that fetches feeds is told to show a key."""
    if request.url.path.endswith(_FOR_PROGRAMS):
        words = "Send a key: Authorization: Bearer tw_...; or take the list's public page.\n"
        headers = {"WWW-Authenticate": "Bearer"}
        return PlainTextResponse(words, status_code=401, headers=headers)
    address = error.address if isinstance(error, SignInNeededError) else "/sign-in"
    return go_to(address)


async def _storage_trouble(_request: Request, error: Exception) -> Response:
    # It names paths and servers, which are the operator's business alone.
    _log.error("pages: %s", error)
    return render(
        "trouble.html",
        status_code=503,
        heading="This cannot be shown now",
        text="Nothing was changed. Try again in a while.",
        nav=False,
    )


async def _no_such_address(request: Request, _error: Exception) -> Response:
    """Answer an address longer than any of ours, as any other that leads nowhere."""
    return await _refused(request, HTTPException(_NOT_FOUND))


async def _refused(_request: Request, error: Exception) -> Response:
    """Say in a page what was wrong with a request. It shows nobody the way to other pages."""
    status, text = (
        (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    )
    heading = "There is no such page" if status == _NOT_FOUND else "This cannot be done"
    return render("trouble.html", status_code=status, heading=heading, text=text, nav=False)
