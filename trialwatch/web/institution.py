"""Signing in by an institution: out to its sign-in page, and back from it.

Both are plain links: a form that leads to another site would be stopped by the pages' own policy.
"""

import asyncio
import logging
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from monitor.accounts.byinstitution import (
    TRY,
    Begun,
    begin,
    check_who_answers,
    come_back,
    enter,
    is_under_way,
    verifier_of,
)
from monitor.accounts.idtoken import Claims
from monitor.accounts.issuer import Issuer
from monitor.accounts.signin import SignedIn
from monitor.domain.errors import (
    InstitutionDownError,
    InstitutionError,
    InvalidAddressError,
    NotLetInError,
)
from monitor.domain.institutions import Try
from monitor.domain.signing import Token
from notifiers.addresses import check_email_address
from trialwatch.bootstrap import Service
from trialwatch.web.cookies import cookie_name, drop_cookie, set_cookie
from trialwatch.web.entry import Doors, inside, sign_in_form, welcomed
from trialwatch.web.shared import go_to, service_of

router = APIRouter()
_log = logging.getLogger("trialwatch")
_DOWN: Final = "Your institution does not answer as it should. Try again later, or sign in here."
_REFUSED: Final = (
    "What came back from your institution could not be believed, so nobody was signed in. Begin"
    " again, or sign in here."
)
_ENDED: Final = (
    "This sign-in was used already, took too long or was begun in another browser. Begin again."
)
_DECLINED: Final = "Your institution did not sign you in. Begin again, or sign in here."
_TOO_MANY: Final = "Too many tries. Wait a quarter of an hour, then try again."


@router.get("/institution")
async def lead_out(
    request: Request,
    next: Annotated[str, Query(max_length=400)] = "/",  # noqa: A002  # the address bar's word
) -> Response:
    """Lead somebody to their institution's sign-in page."""
    issuer, goes_to = _issuer_of(request), inside(next)
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        # Another site does not begin it for them; their own click does.
        return go_to("/sign-in")
    doors: Doors = request.app.state.doors
    if not doors.open_to_institution(request):
        return sign_in_form(request, goes_to=goes_to, complaint=_TOO_MANY, status_code=429)
    service = service_of(request)
    now = service.clock()
    try:
        metadata = await issuer.metadata(now)
    except InstitutionDownError as error:
        return _trouble(request, error, goes_to)
    begun = begin(
        metadata,
        issuer.institution.client,
        comes_back=_comes_back(service),
        goes_to=goes_to,
        now=now,
    )
    await asyncio.to_thread(_keep, service, begun)
    return _led_out(service, begun)


@router.get("/institution/back")
async def take_back(
    request: Request,
    state: Annotated[str, Query(max_length=100)] = "",
    code: Annotated[str, Query(max_length=8000)] = "",
    iss: Annotated[str | None, Query(max_length=500)] = None,
    error: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """Sign in who comes back from their institution, once."""
    issuer, service = _issuer_of(request), service_of(request)
    browser = request.cookies.get(_cookie(service), "")
    kept = await asyncio.to_thread(_used, service, state, browser)
    if kept is None:
        return _without_cookie(
            service, sign_in_form(request, goes_to="/", complaint=_ENDED, status_code=400)
        )
    try:
        check_who_answers(await issuer.metadata(service.clock()), iss)
        if error or not code:
            answer: Response = _form(request, kept.goes_to, _DECLINED, 403)
        else:
            verifier = verifier_of(Token(browser), Token(state))
            claims = await issuer.claims(
                code,
                verifier=verifier,
                nonce=kept.nonce,
                comes_back=_comes_back(service),
                now=service.clock(),
            )
            entered = await asyncio.to_thread(_entered, service, issuer, claims)
            answer = welcomed(service, entered, inside(kept.goes_to))
    except InstitutionError as trouble:
        answer = _trouble(request, trouble, kept.goes_to)
    return _without_cookie(service, answer)


def _issuer_of(request: Request) -> Issuer:
    issuer: Issuer | None = request.app.state.issuer
    if issuer is None:
        raise HTTPException(404)
    return issuer


def _keep(service: Service, begun: Begun) -> None:
    with service.database.open_work() as work:
        work.pins.begin(begun.kept, now=service.clock())
        work.commit()


def _used(service: Service, state: str, browser: str) -> Try | None:
    # Looked at first, so that made-up ones cost no turn among those who write.
    with service.database.open_snapshot() as work:
        if not is_under_way(work.pins, state, browser, now=service.clock()):
            return None
    with service.database.open_work() as work:
        kept = come_back(work.pins, state, browser, now=service.clock())
        work.commit()
    return kept


def _entered(service: Service, issuer: Issuer, claims: Claims) -> SignedIn:
    with service.database.open_work() as work:
        entered = enter(
            work.people,
            work.pins,
            issuer=issuer.institution.issuer,
            subject=claims.subject,
            email=_normal(claims.verified_email),
            now=service.clock(),
        )
        work.commit()
    return entered


def _normal(email: str) -> str:
    try:
        return check_email_address(email) if email else ""
    except InvalidAddressError:
        return ""


def _led_out(service: Service, begun: Begun) -> Response:
    answer = go_to(begun.address)
    # Lax: the way back begins at another site, and a strict one would stay behind.
    set_cookie(answer, _cookie(service), begun.browser.text, lasts=TRY)
    return answer


def _without_cookie(service: Service, answer: Response) -> Response:
    drop_cookie(answer, _cookie(service))
    return answer


def _trouble(request: Request, error: InstitutionError, goes_to: str) -> Response:
    """Show what went wrong beside the other ways to sign in; the log says more, and names nobody."""
    if isinstance(error, NotLetInError):
        return _form(request, goes_to, str(error), 403)
    _log.warning("sign-in by institution: %s", error)
    if isinstance(error, InstitutionDownError):
        return _form(request, goes_to, _DOWN, 503)
    return _form(request, goes_to, _REFUSED, 403)


def _form(request: Request, goes_to: str, complaint: str, status_code: int) -> Response:
    return sign_in_form(
        request, goes_to=inside(goes_to), complaint=complaint, status_code=status_code
    )


def _comes_back(service: Service) -> str:
    return f"{service.settings.web_url}/institution/back"


def _cookie(service: Service) -> str:
    return cookie_name(service.settings.web_url, "institution")
