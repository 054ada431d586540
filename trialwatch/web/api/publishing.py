"""``/api/v1/lists/.../public``: a list's page for strangers."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from monitor.domain.ids import link_key
from notifiers.links import public_list_url
from trialwatch.bootstrap import Service
from trialwatch.web.api.answers import told
from trialwatch.web.api.described import changed, nothing, one
from trialwatch.web.api.listed import Owned
from trialwatch.web.api.once import OnceRoute
from trialwatch.web.held import Right, open_list
from trialwatch.web.shared import Wired
from trialwatch.web.visitors import Calling

router = APIRouter(prefix="/lists/{list_id}/public", tags=["lists"], route_class=OnceRoute)


@router.get("", summary="A list's public page", responses=one("PublicPage", "Its address."))
def show(request: Request, service: Wired, chosen: Owned) -> Response:
    """Give the address of a list's public page; nulls where it has none."""
    with service.database.open_snapshot() as work:
        token = work.public_links.token_of(chosen.id)
    return told(request, _page(service, token))


@router.post("", summary="Make a list public", responses=changed("PublicPage"))
def publish(
    request: Request,
    visitor: Calling,
    service: Wired,
    chosen: Owned,
    notes: Annotated[
        bool | None,
        Body(
            embed=True,
            strict=True,
            description="Whether the page shows notes and tags. Left out or null, this stays as it"
            " is; a new page shows none.",
        ),
    ] = None,
) -> Response:
    """Give a list a public page and feed, or leave it the ones it has."""
    with open_list(service, visitor, chosen, Right.OWN) as (work, _):
        token = work.public_links.open(chosen.id, token=link_key())
        if notes is not None:
            work.public_links.show_notes(chosen.id, shown=notes)
        work.commit()
    return told(request, _page(service, token))


@router.delete("", summary="Make a list private", status_code=204, responses=nothing())
def unpublish(visitor: Calling, service: Wired, chosen: Owned) -> Response:
    """Take a list's public page away for good; one made later has another address."""
    with open_list(service, visitor, chosen, Right.OWN) as (work, _):
        work.public_links.close(chosen.id)
        work.commit()
    return Response(status_code=204)


def _page(service: Service, token: str | None) -> dict[str, str | None]:
    address = None if token is None else public_list_url(service.settings.web_url, token)
    return {"url": address, "feed": None if address is None else f"{address}/changes.atom"}
