"""Public pages of lists: read-only, open to all networks, with nothing of people on them.

Whoever has the key sees the list; search engines are asked to leave it alone.
"""

from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Request, Response

from notifiers.feeds.entries import MOST, entry_of
from notifiers.links import public_list_url, record_url
from storage import news
from storage.publicpages import PublicList, is_on_public_list, public_list
from trialwatch.bootstrap import Service
from trialwatch.web.asked import Number, trial_number
from trialwatch.web.feeds import Form, badge_of, calendar_of, feed_of
from trialwatch.web.rendering import render
from trialwatch.web.shared import Wired

router = APIRouter(prefix="/l/{token}")
_NOT_INDEXED: Final = {"X-Robots-Tag": "noindex, nofollow"}
_SHOWN = 20
_MOST_TRIALS = 1000
_MOST_SENTENCES = 8
Token = Annotated[str, Path(max_length=64)]


def _list(service: Service, token: str, *, most: int = 0) -> PublicList:
    found = public_list(service.database, token, most=most)
    if found is None:
        raise HTTPException(404, "There is no such list, or it is public no more.")
    return found


@router.get("")
def page(service: Wired, token: Token) -> Response:
    """Show a list: its trials, their status, what changed last."""
    found = _list(service, token, most=_MOST_TRIALS + 1)
    told = news.newest(service.reads, list_id=found.id, limit=_SHOWN)
    shown = render(
        "public.html",
        found=found,
        trials=found.trials[:_MOST_TRIALS],
        is_cut=len(found.trials) > _MOST_TRIALS,
        entries=[
            (one, entry_of(one, page_of=record_url).sentences[:_MOST_SENTENCES]) for one in told
        ],
        root=f"/l/{token}",
        looked_at=max((one.seen_at for one in found.trials if one.seen_at), default=None),
    )
    shown.headers.update(_NOT_INDEXED)
    return shown


@router.get("/changes.{form}")
def feed(request: Request, service: Wired, token: Token, form: Form) -> Response:
    """Give what changed about the list's trials."""
    found = _list(service, token)
    told = news.newest(service.reads, list_id=found.id, limit=MOST)
    here = public_list_url(service.settings.web_url, token)
    answer = feed_of(
        request,
        told,
        form,
        title=f"trialwatch: {found.name}",
        page=f"/l/{token}",
        page_of=lambda nct_id: f"{here}#{nct_id}",
    )
    answer.headers.update(_NOT_INDEXED)
    return answer


@router.get("/dates.ics")
def dates(request: Request, service: Wired, token: Token) -> Response:
    """Give the key dates of all trials on the list."""
    found = _list(service, token)
    known = news.dated_of_list(service.reads, list_id=found.id)
    answer = calendar_of(request, known, name=found.name, page_of=record_url)
    answer.headers.update(_NOT_INDEXED)
    return answer


@router.get("/trials/{nct}/badge.svg")
def badge(request: Request, service: Wired, token: Token, nct: Number) -> Response:
    """Give the status of a trial on the list as a picture."""
    nct_id = trial_number(nct)
    if not is_on_public_list(service.database, token, nct_id):
        raise HTTPException(404, f"{nct_id} is not on this list.")
    return badge_of(request, service, nct_id)
