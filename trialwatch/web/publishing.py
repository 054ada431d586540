"""Making a list public, and taking that back: its owner's page for it."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from monitor.domain.ids import link_key
from notifiers.links import public_list_url
from trialwatch.web.held import Right, open_list
from trialwatch.web.lists import OwnList
from trialwatch.web.rendering import render
from trialwatch.web.shared import Line, Wired, go_to
from trialwatch.web.visitors import Known

router = APIRouter(prefix="/lists/{list_id}/public")


@router.get("")
def show(visitor: Known, service: Wired, chosen: OwnList) -> HTMLResponse:
    """Show whether a list is public, and where."""
    with service.database.open_snapshot() as work:
        token = work.public_links.token_of(chosen.id)
        with_notes = work.public_links.shows_notes(chosen.id)
    address = None if token is None else public_list_url(service.settings.web_url, token)
    return render(
        "publish.html", visitor=visitor, chosen=chosen, address=address, with_notes=with_notes
    )


@router.post("")
def publish(visitor: Known, service: Wired, chosen: OwnList) -> Response:
    """Give a list a public page."""
    with open_list(service, visitor, chosen, Right.OWN) as (work, _):
        work.public_links.open(chosen.id, token=link_key())
        work.commit()
    return go_to(f"/lists/{chosen.id}/public")


@router.post("/notes")
def show_notes(visitor: Known, service: Wired, chosen: OwnList, shown: Line = "") -> Response:
    """Let strangers read notes and tags too, or no more."""
    with open_list(service, visitor, chosen, Right.OWN) as (work, _):
        work.public_links.show_notes(chosen.id, shown=bool(shown))
        work.commit()
    return go_to(f"/lists/{chosen.id}/public")


@router.post("/close")
def unpublish(visitor: Known, service: Wired, chosen: OwnList) -> Response:
    """Take a list's public page away."""
    with open_list(service, visitor, chosen, Right.OWN) as (work, _):
        work.public_links.close(chosen.id)
        work.commit()
    return go_to(f"/lists/{chosen.id}/public")
