"""The operator's page of people: who may sign in, and as what."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from monitor.accounts.signin import HANDED_LINK, make_link
from monitor.domain.errors import EmailTakenError, InvalidAddressError
from monitor.domain.people import OPERATOR, Person, Role
from notifiers.addresses import check_email_address
from notifiers.entry import Entry
from storage.leaving import forget
from trialwatch.bootstrap import Service
from trialwatch.web.entry import link_url
from trialwatch.web.rendering import render
from trialwatch.web.shared import Line, Wired, go_to, service_of
from trialwatch.web.visitors import Operating

router = APIRouter()
PersonId = Annotated[int, Path(ge=1, le=2**62)]
_LONGEST_NAME = 80
_ON_A_PAGE = 100


@router.get("/people")
def show(
    visitor: Operating, service: Wired, after: Annotated[int, Query(ge=0, le=2**62)] = 0
) -> HTMLResponse:
    """Show everybody, page by page."""
    return _page(visitor, service, after=after)


@router.post("/people")
async def invite(
    request: Request, visitor: Operating, *, email: Line = "", name: Line = "", role: Line = ""
) -> HTMLResponse:
    """Let somebody in, and show the link that signs them in for the first time."""
    service = service_of(request)
    try:
        address = check_email_address(email)
        chosen = Role.READER if role == Role.READER else Role.MEMBER
        shown = name.strip()[:_LONGEST_NAME]
        person, url = await asyncio.to_thread(_let_in, service, address, shown, chosen)
    except (InvalidAddressError, EmailTakenError) as error:
        complaint = str(error)
        return await asyncio.to_thread(
            _page, visitor, service, complaint=complaint, email=email[:320]
        )
    mailing = request.app.state.mailing
    if mailing is not None:
        mailing.start(
            lambda: Entry(
                recipient=address,
                url=url,
                lasting=HANDED_LINK,
                made_at=service.clock(),
                invited=True,
            )
        )
    mailed = mailing is not None
    return await asyncio.to_thread(_page, visitor, service, invited=person, url=url, mailed=mailed)


def _let_in(service: Service, email: str, name: str, role: Role) -> tuple[Person, str]:
    with service.database.open_work() as work:
        now = service.clock()
        shown = name if name.isprintable() and name else email.partition("@")[0]
        person = work.people.add(name=shown, email=email, role=role, now=now)
        token = make_link(work.people, person, now=now, lasting=HANDED_LINK)
        work.commit()
    return person, link_url(service, token.text)


@router.post("/people/{person_id}/link")
def hand_link(visitor: Operating, service: Wired, person_id: PersonId) -> HTMLResponse:
    """Make a new link for somebody who lost theirs."""
    with service.database.open_work() as work:
        person = work.people.get(person_id)
        if person is None or not person.can_sign_in:
            raise HTTPException(404, "There is nobody with this number who can sign in.")
        token = make_link(work.people, person, now=service.clock(), lasting=HANDED_LINK)
        work.commit()
    return _page(visitor, service, invited=person, url=link_url(service, token.text))


@router.post("/people/{person_id}/role")
def set_role(visitor: Operating, service: Wired, person_id: PersonId, role: Line = "") -> Response:
    """Make somebody a member, a reader or an operator beside the first."""
    del visitor
    if person_id == OPERATOR or role not in set(Role):
        raise HTTPException(422, "A role is operator, member or reader; the first operator stays.")
    with service.database.open_work() as work:
        work.people.change(person_id, role=Role(role))
        work.commit()
    return go_to("/people")


@router.post("/people/{person_id}/remove")
def remove(visitor: Operating, service: Wired, person_id: PersonId) -> Response:
    """Delete somebody with everything of theirs."""
    if person_id in {OPERATOR, visitor.id}:
        raise HTTPException(422, "The first operator stays, and nobody removes themselves here.")
    forget(service.database, person_id, now=service.clock())
    return go_to("/people")


def _page(
    visitor: Operating,
    service: Service,
    *,
    after: int = 0,
    complaint: str = "",
    email: str = "",
    invited: Person | None = None,
    url: str = "",
    mailed: bool = False,
) -> HTMLResponse:
    with service.database.open_snapshot() as work:
        everybody = work.people.everybody(after=after, limit=_ON_A_PAGE + 1)
    return render(
        "people.html",
        status_code=422 if complaint else 200,
        visitor=visitor,
        everybody=everybody[:_ON_A_PAGE],
        following=everybody[_ON_A_PAGE - 1].id if len(everybody) > _ON_A_PAGE else None,
        complaint=complaint,
        email=email,
        invited=invited,
        url=url,
        mailed=mailed,
        hours=int(HANDED_LINK.total_seconds() // 3600),
    )
