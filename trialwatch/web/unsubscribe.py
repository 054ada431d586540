"""The way out of every mail: GET shows, POST acts (RFC 8058). Nobody signs in for it.

Whoever has the token of one mail may end what that mail came from, or everything to its address,
or have all of it wait until a day.
"""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect

from monitor.domain.ids import link_key
from monitor.domain.letterboxes import Letterbox
from monitor.domain.ports import Work
from notifiers.facts import day
from trialwatch.bootstrap import Service
from trialwatch.web.rendering import render

router = APIRouter()
#: Tokens are 32 characters; anything longer is nobody's.
_LONGEST_TOKEN: Final = 64
#: Longer than this nobody is away; who wants no more can end it.
_LONGEST_PAUSE: Final = timedelta(days=366)


@router.get("/u/{token}")
def ask(request: Request, token: str) -> HTMLResponse:
    """Show what could be ended. Link scanners come here too, so nothing happens."""
    service: Service = request.app.state.service
    now = service.clock()
    box = None
    if _may_be_one(token):
        with service.database.open_snapshot() as work:
            box = work.letterboxes.look(token, now=now)
    return _page("ask", token, now, box=box)


@router.post("/u/{token}")
async def act(request: Request, token: str) -> Response:
    """Do what was asked for, by default end the subscription; say only what is true.

    Mail programs send ``List-Unsubscribe=One-Click`` as a form of either kind and want a short
    answer; people come from the page and get one back.
    """
    try:
        form = await request.form(max_files=0, max_fields=10)
    except ClientDisconnect:
        # Nobody is left to answer, and half a wish is none.
        return Response(status_code=400)
    service: Service = request.app.state.service
    one_click = form.get("List-Unsubscribe") == "One-Click" and form.get("page") is None
    # Another process may hold the database; sends and sweeps go on meanwhile.
    done, box = await asyncio.to_thread(_do, service, token, {} if one_click else form)
    if one_click:
        text = "Unsubscribed.\n" if box else "There is no such subscription.\n"
        return PlainTextResponse(text, status_code=200 if box else 404)
    status = {"unknown": 404, "no_day": 422}.get(done, 200)
    return _page(done, token, service.clock(), status_code=status, box=box)


def _do(
    service: Service, token: str, form: FormData | dict[str, Any]
) -> tuple[str, Letterbox | None]:
    """Return what was done, and the address as it was before, or with its pause."""
    now, wish = service.clock(), str(form.get("wish", "this"))
    if not _may_be_one(token):
        return "unknown", None
    with service.open_work() as work:
        box = work.letterboxes.look(token, now=now)
        if box is None:
            return "unknown", None
        until = _until(str(form.get("until", "")), now)
        if wish == "pause" and until is None:
            return "no_day", box
        _apply(work, token, wish, until, now)
        paused = work.letterboxes.look(token, now=now)
        work.commit()
    return (wish, paused) if wish == "pause" else (wish if wish in _WISHES else "this", box)


_WISHES: Final = frozenset({"this", "all", "pause", "resume"})


def _apply(work: Work, token: str, wish: str, until: datetime | None, now: datetime) -> None:
    if wish == "all":
        work.letterboxes.end_all(token, now=now)
    elif wish in {"pause", "resume"}:
        work.letterboxes.pause(
            token,
            until if wish == "pause" else None,
            new_token=link_key,
            now=now,
        )
    else:
        work.watches.unsubscribe(token, now=now)


def _may_be_one(token: str) -> bool:
    return len(token) <= _LONGEST_TOKEN and token.isascii() and token.isprintable()


def _until(text: str, now: datetime) -> datetime | None:
    """Return the beginning of a day that was typed, UTC; None unless it is to come, and soon."""
    try:
        until = datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        return None
    return until if now < until <= now + _LONGEST_PAUSE else None


def _page(
    what: str,
    token: str,
    now: datetime,
    *,
    status_code: int = 200,
    box: Letterbox | None,
) -> HTMLResponse:
    paused = box.paused_until if box else None
    return render(
        "unsubscribe.html",
        status_code=status_code,
        token=token[:_LONGEST_TOKEN],
        what=what,
        box=box,
        until=day(f"{paused:%Y-%m-%d}") if paused else "",
        first=f"{now + timedelta(days=1):%Y-%m-%d}",
        last=f"{now + _LONGEST_PAUSE:%Y-%m-%d}",
    )
