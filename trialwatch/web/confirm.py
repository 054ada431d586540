"""An address agrees to be written to: GET shows to what, POST agrees. Nobody signs in for it."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.requests import ClientDisconnect

from monitor.alerting.consent import Question, answer, question
from trialwatch.web.limits import origin_of
from trialwatch.web.rendering import render

router = APIRouter()
#: Tokens are 32 characters; anything longer is nobody's.
_LONGEST_TOKEN = 64


@router.get("/c/{token}")
async def look(request: Request, token: str) -> HTMLResponse:
    """Show what would be agreed to. Link scanners come here too, so nothing happens."""
    return _page(token, await asyncio.to_thread(_question, request, token), pressed=False)


@router.post("/c/{token}")
async def agree(request: Request, token: str) -> Response:
    """Agree to what was seen; say only what is true."""
    try:
        form = await request.form(max_files=0, max_fields=10)
    except ClientDisconnect:
        # Nobody is left to answer, and half a word is none.
        return Response(status_code=400)
    # Another process may hold the database; sends and sweeps go on meanwhile.
    found = await asyncio.to_thread(_answer, request, token, str(form.get("seen", "")))
    return _page(token, found, pressed=True)


def _question(request: Request, token: str) -> Question | None:
    service = request.app.state.service
    if len(token) > _LONGEST_TOKEN:
        return None
    with service.open_work() as work:
        return question(work, token, now=service.clock())


def _answer(request: Request, token: str, seen: str) -> Question | None:
    service = request.app.state.service
    if len(token) > _LONGEST_TOKEN:
        return None
    peer = request.client.host if request.client else ""
    origin = origin_of(peer, request.headers.get("x-forwarded-for", ""))
    with service.open_work() as work:
        found = answer(work, token, seen=seen, origin=origin, now=service.clock())
        work.commit()
    return found


def _page(token: str, found: Question | None, *, pressed: bool) -> HTMLResponse:
    status = 200
    if found is None:
        status = 404
    elif found.expired and not found.agreed:
        status = 410
    elif pressed and not found.agreed:
        # What it is about has changed since it was shown.
        status = 409
    return render(
        "confirm.html",
        status_code=status,
        token=token[:_LONGEST_TOKEN],
        question=found,
        changed=status == 409,  # noqa: PLR2004  # as above
    )
