"""Somebody's own account: password, keys, signing out everywhere, leaving."""

from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from monitor.accounts.keys import NewKey, make_key
from monitor.accounts.parties import party_of
from monitor.accounts.passkeys import is_fresh
from monitor.accounts.passwords import hashed
from monitor.accounts.signin import check_password
from monitor.alerting.timing import zone_of
from monitor.domain.errors import WeakPasswordError
from monitor.domain.looks import Dates, Look, Numbers
from monitor.domain.people import Scope
from monitor.domain.timings import UnknownZoneError
from storage.leaving import forget
from trialwatch.bootstrap import Service
from trialwatch.exporting.archive import archived
from trialwatch.web.policy import with_script
from trialwatch.web.rendering import render
from trialwatch.web.shared import Line, Wired, go_to
from trialwatch.web.visitors import By, Known, Visitor

router = APIRouter()
_MOST_KEYS = 20
_LONGEST_NAME = 60
#: Shows how numbers look.
_SAMPLE = 1_234_567


@router.get("/account")
def show(visitor: Known, service: Wired) -> HTMLResponse:
    """Show what is known of somebody, and their keys."""
    return account_page(visitor, service)


@router.post("/account/password")
def set_password(
    visitor: Known, service: Wired, password: Line = "", present: Line = ""
) -> Response:
    """Set a password. Sessions end: whoever knew the old one is out.

    Keys and passkeys stay, as the page says.
    """
    _signed_in(visitor)
    person = visitor.person
    with service.database.open_snapshot() as work:
        fits = not person.has_password or check_password(work.people, person.email, present)
    if not fits:
        return account_page(visitor, service, complaint="The present password is another one.")
    try:
        kept = hashed(password)
    except WeakPasswordError as error:
        return account_page(visitor, service, complaint=str(error))
    with service.database.open_work() as work:
        work.people.set_password(person.id, kept)
        work.people.end_sessions(person.id)
        work.commit()
    return go_to("/sign-in")


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(visitor: Known, service: Wired) -> Response:
    """End every session, every link on its way and every key; take off every passkey."""
    _signed_in(visitor)
    with service.database.open_work() as work:
        work.people.end_sessions(visitor.id)
        work.people.end_keys(visitor.id)
        work.passkeys.end_all(visitor.id)
        work.commit()
    return go_to("/sign-in")


@router.post("/account/institution/end")
def untie(visitor: Known, service: Wired) -> Response:
    """Untie an account from what its institution calls it."""
    with service.database.open_work() as work:
        untied = work.pins.take_off(visitor.id)
        work.commit()
    if not untied:
        raise HTTPException(404, "Your account is tied to no institution.")
    return go_to("/account")


@router.post("/account/look")
def set_look(
    visitor: Known, service: Wired, dates: Line = "", numbers: Line = "", zone: Line = ""
) -> Response:
    """Choose how one reads dates, numbers and times of day."""
    try:
        look = Look(
            dates=Dates(dates), numbers=Numbers(numbers), zone=zone_of(zone.strip() or "UTC").key
        )
    except UnknownZoneError as error:
        return account_page(
            visitor, service, complaint=f"{str(error)[:1].upper()}{str(error)[1:]}."
        )
    except ValueError:
        return account_page(visitor, service, complaint="Choose how dates and numbers look.")
    with service.database.open_work() as work:
        work.people.set_look(visitor.id, look)
        work.commit()
    return go_to("/account")


@router.post("/account/keys")
def add_key(visitor: Known, service: Wired, name: Line = "", scope: Line = "read") -> HTMLResponse:
    """Make a key and show it, this once."""
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        words = f"Name the key after what uses it, in 1 to {_LONGEST_NAME} characters."
        return account_page(visitor, service, complaint=words)
    chosen = Scope.WRITE if scope == Scope.WRITE else Scope.READ
    with service.database.open_work() as work:
        if len(work.people.keys(visitor.id)) >= _MOST_KEYS:
            words = f"{_MOST_KEYS} keys are the most; end one first."
            return account_page(visitor, service, complaint=words)
        person = visitor.person
        made = make_key(work.people, person, name=name, scope=chosen, now=service.clock())
        work.commit()
    return account_page(visitor, service, made=made)


@router.post("/account/keys/{key_id}/end")
def end_key(
    visitor: Known, service: Wired, key_id: Annotated[int, Path(ge=1, le=2**62)]
) -> Response:
    """End a key."""
    with service.database.open_work() as work:
        ended = work.people.end_key(visitor.id, key_id)
        work.commit()
    if not ended:
        raise HTTPException(404, "You have no such key.")
    return go_to("/account")


@router.get("/account/archive.zip")
def archive(visitor: Known, service: Wired) -> StreamingResponse:
    """Give everything of somebody as one file, sent while it is read."""
    return StreamingResponse(
        archived(service.reads, visitor.id, now=service.clock()),
        media_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="trialwatch-archive.zip"'},
    )


@router.get("/account/leave")
def ask_to_leave(visitor: Known) -> HTMLResponse:
    """Show what would go."""
    _member(visitor)
    return render("leave.html", visitor=visitor, complaint="")


@router.post("/account/leave")
def leave(visitor: Known, service: Wired, sure: Line = "") -> Response:
    """Delete everything of somebody: lists, targets, messages, keys, the account itself."""
    _member(visitor)
    if sure.strip().casefold() != visitor.person.email.casefold():
        words = "Type your address to say that you are sure. Nothing was deleted."
        return render("leave.html", status_code=422, visitor=visitor, complaint=words)
    forget(service.database, visitor.id, now=service.clock())
    return go_to("/sign-in")


def account_page(
    visitor: Visitor, service: Service, *, complaint: str = "", made: NewKey | None = None
) -> HTMLResponse:
    """Return what is known of somebody, with what was wrong or was made just now."""
    with service.database.open_snapshot() as work:
        keys = work.people.keys(visitor.id)
        passkeys = work.passkeys.of_person(visitor.id)
        signed_in_at = work.people.signed_in_at(visitor.session)
        pins = work.pins.of_person(visitor.id)
    party, local = party_of(service.settings.web_url), visitor.by is By.NETWORK
    page = render(
        "account.html",
        status_code=422 if complaint else 200,
        visitor=visitor,
        keys=keys,
        passkeys=passkeys,
        passkeys_at=party and party.origin,
        fresh=is_fresh(signed_in_at, now=service.clock()),
        pins=pins,
        complaint=complaint,
        made=made,
        looks=_looks(service),
        zones=sorted(available_timezones()),
        local=local,
    )
    return with_script(page) if party and not local else page


def _looks(service: Service) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return each choice of dates and numbers with what it looks like, today's date for one."""
    today = service.clock().date()
    days = tuple((one.value, Look(dates=one).day(today)) for one in Dates if one != Dates.USUAL)
    usual = (Dates.USUAL.value, "as it is written: words in sentences, figures in tables")
    counts = tuple((one.value, Look(numbers=one).number(_SAMPLE)) for one in Numbers)
    return {"dates": (usual, *days), "numbers": counts}


def _signed_in(visitor: Visitor) -> None:
    if visitor.by is not By.SESSION:
        raise HTTPException(404, "Make a sign-in first.")


def _member(visitor: Visitor) -> None:
    _signed_in(visitor)
    if visitor.is_operator:
        raise HTTPException(404, "The operator's account stays: the service works under it.")
