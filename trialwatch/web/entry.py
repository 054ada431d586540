"""Signing in and out: by a mailed link, which a GET never uses up, or by a password."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from monitor.accounts.parties import party_of
from monitor.accounts.signin import (
    LINK,
    SESSION,
    SignedIn,
    check_password,
    enter_by_link,
    make_link,
    open_session,
)
from monitor.domain.errors import InvalidAddressError
from monitor.domain.signing import shown_token
from notifiers.addresses import check_email_address
from notifiers.entry import Entry
from trialwatch.bootstrap import Service
from trialwatch.web.cookies import cookie_name, drop_cookie, set_cookie
from trialwatch.web.limits import Limit, network_of, origin_of
from trialwatch.web.policy import with_script
from trialwatch.web.rendering import render
from trialwatch.web.shared import Line, go_to

if TYPE_CHECKING:
    from monitor.accounts.issuer import Issuer

router = APIRouter()

LinkToken = Annotated[str, Path(max_length=100)]


class Doors:
    """How often somebody may knock."""

    def __init__(self) -> None:
        self.of_address = Limit(most=8, within=timedelta(minutes=15))
        self.of_network = Limit(most=40, within=timedelta(minutes=15))
        self.of_mail = Limit(most=4, within=timedelta(hours=1))
        # Nothing can be guessed there, and a clinic may come from one address.
        self.of_passkeys = Limit(most=200, within=timedelta(minutes=15))
        self.of_institution = Limit(most=200, within=timedelta(minutes=15))
        self.of_all = Limit(most=5000, within=timedelta(minutes=15))

    def open_for(self, request: Request, email: str) -> bool:
        """Count a try to sign in; return whether it may be made."""
        now = request.app.state.service.clock()
        return self.of_network.allows(_network(request), now) and self.of_address.allows(
            email.casefold(), now
        )

    def open_to_passkeys(self, request: Request) -> bool:
        """Count a try to sign in by passkey; return whether it may be made."""
        return self.of_passkeys.allows(_network(request), request.app.state.service.clock())

    def open_to_institution(self, request: Request) -> bool:
        """Count somebody on their way to their institution; return whether they may go."""
        now = request.app.state.service.clock()
        return self.of_institution.allows(_network(request), now) and self.of_all.allows("", now)


def _network(request: Request) -> str:
    peer = request.client.host if request.client else ""
    return network_of(origin_of(peer, request.headers.get("x-forwarded-for", "")))


@router.get("/sign-in")
def ask(
    request: Request,
    next: Annotated[str, Query(max_length=400)] = "/",  # noqa: A002  # the address bar's word
) -> HTMLResponse:
    """Ask who somebody is."""
    return sign_in_form(request, goes_to=inside(next))


@router.post("/sign-in")
async def sign_in(
    request: Request,
    email: Line = "",
    password: Line = "",
    goes_to: Line = "/",
    by: Line = "password",
) -> Response:
    """Sign in by password, or have a link mailed. Says the same whether the address is known."""
    here = inside(goes_to)
    try:
        address = check_email_address(email)
    except InvalidAddressError as error:
        return sign_in_form(
            request, goes_to=here, email=email, complaint=str(error), status_code=422
        )
    doors: Doors = request.app.state.doors
    if not doors.open_for(request, address):
        words = "Too many tries. Wait a quarter of an hour, then try again."
        return sign_in_form(request, goes_to=here, email=email, complaint=words, status_code=429)
    if by == "link":
        _mail_link(request, address)
        return render("sign_in_sent.html", email=address, minutes=LINK.seconds // 60)
    service: Service = request.app.state.service
    entered = await asyncio.to_thread(_by_password, service, address, password)
    if entered is None:
        words = "Address and password do not fit together."
        return sign_in_form(request, goes_to=here, email=email, complaint=words, status_code=401)
    doors.of_address.forget(address.casefold())
    return welcomed(service, entered, here)


@router.get("/sign-in/{token}")
def show_link(request: Request, token: LinkToken) -> HTMLResponse:
    """Show whom a link would sign in. Mail scanners come here too, so nothing happens."""
    service: Service = request.app.state.service
    shown = shown_token(token)
    with service.database.open_snapshot() as work:
        person = shown and work.people.whose_link(shown.digest, now=service.clock())
    if person is None:
        return _stale()
    return render("sign_in_link.html", token=token, person=person)


@router.post("/sign-in/{token}")
def use_link(request: Request, token: LinkToken) -> Response:
    """Sign in by a link, once."""
    service: Service = request.app.state.service
    with service.database.open_work() as work:
        entered = enter_by_link(work.people, token, now=service.clock())
        work.commit()
    return _stale() if entered is None else welcomed(service, entered, "/")


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session."""
    service: Service = request.app.state.service
    name = cookie_name(service.settings.web_url)
    token = shown_token(request.cookies.get(name, ""))
    if token is not None:
        with service.database.open_work() as work:
            work.people.end_session(token.digest)
            work.commit()
    answer = go_to("/sign-in")
    drop_cookie(answer, name)
    return answer


def welcomed(service: Service, entered: SignedIn, goes_to: str) -> Response:
    """Return the answer that carries a session's cookie. Each sign-in has a new one."""
    answer = go_to(goes_to)
    name = cookie_name(service.settings.web_url)
    set_cookie(answer, name, entered.session.text, lasts=SESSION)
    return answer


def inside(goes_to: str) -> str:
    """Return a path of ours to go on to; an address elsewhere leads home."""
    leads_out = not goes_to.startswith("/") or goes_to.startswith(
        ("//", "/\\", "/sign-in", "/institution")
    )
    return "/" if leads_out or not goes_to.isprintable() else goes_to


def link_url(service: Service, token: str) -> str:
    """Return the address of a sign-in link."""
    return f"{service.settings.web_url}/sign-in/{token}"


def _by_password(service: Service, email: str, password: str) -> SignedIn | None:
    with service.database.open_snapshot() as work:
        person = check_password(work.people, email, password)
    if person is None:
        return None
    with service.database.open_work() as work:
        entered = open_session(work.people, person, now=service.clock())
        work.commit()
    return entered


def _mail_link(request: Request, email: str) -> None:
    service: Service = request.app.state.service
    mailing = request.app.state.mailing
    doors: Doors = request.app.state.doors
    if mailing is not None and doors.of_mail.allows(email.casefold(), service.clock()):
        mailing.start(lambda: _entry_for(service, email))


def _entry_for(service: Service, email: str) -> Entry | None:
    with service.database.open_work() as work:
        person = work.people.with_email(email)
        if person is None:
            return None
        token = make_link(work.people, person, now=service.clock())
        work.commit()
    return Entry(
        recipient=person.email,
        url=link_url(service, token.text),
        lasting=LINK,
        made_at=service.clock(),
    )


def sign_in_form(
    request: Request,
    *,
    goes_to: str,
    email: str = "",
    complaint: str = "",
    status_code: int = 200,
) -> HTMLResponse:
    """Return the entrance."""
    issuer: Issuer | None = request.app.state.issuer
    party = party_of(request.app.state.service.settings.web_url)
    page = render(
        "sign_in.html",
        status_code=status_code,
        goes_to=goes_to,
        email=email[:320],
        complaint=complaint,
        can_mail=request.app.state.mailing is not None,
        passkeys_at=party and party.origin,
        institution=issuer.institution.label if issuer else "",
    )
    return with_script(page) if party else page


def _stale() -> HTMLResponse:
    return render(
        "trouble.html",
        status_code=404,
        heading="This link signs nobody in",
        text="It was used already, or it is too old. Ask for a new one.",
        nav=False,
    )
