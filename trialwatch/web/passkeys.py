"""Passkeys: signing in with one, adding one, taking one off.

What a browser is asked is fetched by the one script of ours; its answer comes as a form does.
"""

import logging
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Form, HTTPException, Path, Request
from fastapi.responses import JSONResponse, Response

from monitor.accounts.parties import Party, party_of
from monitor.accounts.passkeys import (
    LONGEST_NAME,
    Question,
    ask_to_add,
    ask_to_sign_in,
    check_passkey,
    enter_by_passkey,
    is_fresh,
    keep_passkey,
    new_passkey,
    take_challenge,
)
from monitor.accounts.signin import SignedIn
from monitor.domain.errors import PasskeyRefusedError
from monitor.domain.passkeys import TO_ANSWER, Challenge
from trialwatch.bootstrap import Service
from trialwatch.web.account import account_page
from trialwatch.web.cookies import cookie_name, set_cookie
from trialwatch.web.entry import Doors, inside, sign_in_form, welcomed
from trialwatch.web.shared import Line, Wired, go_to
from trialwatch.web.visitors import Known

#: Open to who is not signed in.
entrance = APIRouter()
router = APIRouter()
#: What a passkey says, as JSON. How long it may be is judged with the rest of it.
Answer: TypeAlias = Annotated[str, Form()]
_log = logging.getLogger("trialwatch")
_TOO_OFTEN = "Too many tries. Wait a quarter of an hour, then try again."
_NONE_HERE = "Browsers make no passkeys for the address of these pages."
_COPIED = (
    "There is a copy of this passkey, so it signs nobody in any more. Sign in another way, and take"
    " it off on your account's page."
)


@entrance.post("/sign-in-by-passkey/options")
def ask_for_any(request: Request, service: Wired) -> Response:
    """Say what the browser is to be asked, to sign in whoever has a passkey."""
    party = party_of(service.settings.web_url)
    doors: Doors = request.app.state.doors
    if party is None:
        return _no(_NONE_HERE, 409)
    if not doors.open_to_passkeys(request):
        return _no(_TOO_OFTEN, 429)
    with service.database.open_work() as work:
        question = ask_to_sign_in(work.passkeys, party, now=service.clock())
        work.commit()
    return _asking(service, question)


@entrance.post("/sign-in-by-passkey")
def sign_in(
    request: Request, service: Wired, credential: Answer = "", goes_to: Line = "/"
) -> Response:
    """Sign in whose passkey answered."""
    here = inside(goes_to)
    challenge = _challenge_of(request, service)
    try:
        entered = _by_passkey(service, challenge, credential)
    except PasskeyRefusedError as error:
        return sign_in_form(request, goes_to=here, complaint=f"{error}.", status_code=401)
    if entered is None:
        _log.warning("a passkey was refused: its count says that there is a copy of it")
        return sign_in_form(request, goes_to=here, complaint=_COPIED, status_code=401)
    return welcomed(service, entered, here)


@router.post("/account/passkeys/options")
def ask_for_new(request: Request, visitor: Known, service: Wired) -> Response:
    """Say what the browser is to be asked, to add a passkey."""
    party = party_of(service.settings.web_url)
    doors: Doors = request.app.state.doors
    if party is None:
        return _no(_NONE_HERE, 409)
    if not doors.of_passkeys.allows(visitor.caller, service.clock()):
        return _no(_TOO_OFTEN, 429)
    with service.database.open_work() as work:
        if not is_fresh(work.people.signed_in_at(visitor.session), now=service.clock()):
            return _no("Sign in once more, then add the passkey.", 403)
        try:
            question = ask_to_add(work.passkeys, visitor.person, party, now=service.clock())
        except PasskeyRefusedError as error:
            return _no(f"{error}.", 409)
        work.commit()
    return _asking(service, question)


@router.post("/account/passkeys")
def add(
    request: Request, visitor: Known, service: Wired, credential: Answer = "", name: Line = ""
) -> Response:
    """Keep a new passkey."""
    challenge = _challenge_of(request, service)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        words = f"Name the passkey after where it is kept, in 1 to {LONGEST_NAME} characters."
        return account_page(visitor, service, complaint=words)
    try:
        made = new_passkey(challenge, visitor.person, _party(service), credential)
        with service.database.open_work() as work:
            keep_passkey(work.passkeys, visitor.person, made, name=name, now=service.clock())
            work.commit()
    except PasskeyRefusedError as error:
        return account_page(visitor, service, complaint=f"{error}.")
    return go_to("/account")


@router.post("/account/passkeys/{passkey_id}/remove")
def take_off(
    visitor: Known, service: Wired, passkey_id: Annotated[int, Path(ge=1, le=2**62)]
) -> Response:
    """Take a passkey off."""
    with service.database.open_work() as work:
        ended = work.passkeys.end(visitor.id, passkey_id)
        work.commit()
    if not ended:
        raise HTTPException(404, "You have no such passkey.")
    return go_to("/account")


def _by_passkey(service: Service, challenge: Challenge | None, text: str) -> SignedIn | None:
    """Return who came in, None when there is a copy of the passkey."""
    from monitor.accounts.ceremonies import shown  # noqa: PLC0415  # see there

    answer = shown(text)
    with service.database.open_snapshot() as work:
        held = work.passkeys.find(answer.credential_id)
    proof = check_passkey(challenge, held, _party(service), answer)
    with service.database.open_work() as work:
        entered = enter_by_passkey(work.people, work.passkeys, proof, now=service.clock())
        work.commit()
    return entered


def _party(service: Service) -> Party:
    party = party_of(service.settings.web_url)
    if party is None:
        raise PasskeyRefusedError(_NONE_HERE.rstrip("."))
    return party


def _challenge_of(request: Request, service: Service) -> Challenge | None:
    """Return what this browser was asked, and use it up whatever comes of it."""
    cookie = request.cookies.get(_cookie(service), "")
    if not cookie:
        return None
    with service.database.open_work() as work:
        challenge = take_challenge(work.passkeys, cookie, now=service.clock())
        work.commit()
    return challenge


def _asking(service: Service, question: Question) -> Response:
    """Return a question, and the cookie that its answer has to come with."""
    answer = Response(question.options, media_type="application/json")
    name = _cookie(service)
    set_cookie(answer, name, question.token.text, lasts=TO_ANSWER, same_site="strict")
    return answer


def _cookie(service: Service) -> str:
    return cookie_name(service.settings.web_url, "passkey")


def _no(words: str, status_code: int) -> Response:
    """Say to the script why not, in words for people."""
    return JSONResponse({"detail": words}, status_code=status_code)
