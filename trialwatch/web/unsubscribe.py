"""The way out of every mail: GET shows, POST acts (RFC 8058). Nobody signs in for it."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from starlette.requests import ClientDisconnect

from monitor.domain.watches import Subscription
from trialwatch.web.rendering import render

router = APIRouter()
#: Tokens are 32 characters; anything longer is nobody's.
_LONGEST_TOKEN = 64


@router.get("/u/{token}")
def ask(request: Request, token: str) -> HTMLResponse:
    """Show what would be ended. Link scanners come here too, so nothing happens."""
    del request
    return render("unsubscribe.html", token=token[:_LONGEST_TOKEN], done=False)


@router.post("/u/{token}")
async def act(request: Request, token: str) -> Response:
    """End the subscription; say only what is true.

    Mail programs send ``List-Unsubscribe=One-Click`` as a form of either kind and want a short
    answer; people come from the page and get one back.
    """
    try:
        form = await request.form(max_files=0, max_fields=10)
    except ClientDisconnect:
        # Nobody is left to answer, and half a wish is none.
        return Response(status_code=400)
    # Another process may hold the database; sends and sweeps go on meanwhile.
    ended = await asyncio.to_thread(_end, request, token)
    if form.get("List-Unsubscribe") == "One-Click" and form.get("page") is None:
        text = "Unsubscribed.\n" if ended else "There is no such subscription.\n"
        return PlainTextResponse(text, status_code=200 if ended else 404)
    return render(
        "unsubscribe.html",
        status_code=200 if ended else 404,
        token=token[:_LONGEST_TOKEN],
        done=True,
        ended=ended,
    )


def _end(request: Request, token: str) -> Subscription | None:
    service = request.app.state.service
    if len(token) > _LONGEST_TOKEN:
        return None
    with service.open_work() as work:
        ended: Subscription | None = work.watches.unsubscribe(token, now=service.clock())
        work.commit()
    return ended
