"""Being told of a list: choose what, where and when; see what it would have been; end it."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, TypeAlias
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Query
from fastapi.responses import HTMLResponse, Response

from monitor.alerting.asking import subscribe
from monitor.alerting.consent import Asking, ask_consent, take_word
from monitor.alerting.preview import Preview, preview
from monitor.domain.errors import InvalidAddressError
from monitor.domain.ids import link_key
from monitor.domain.ports import Work
from monitor.domain.timings import WEEKDAYS
from monitor.domain.watches import Channel, Target, TargetState
from notifiers.addresses import check_email_address
from storage import listpages, targetcare
from storage.listpages import ToldRow
from storage.lists import ListRow
from trialwatch.bootstrap import Service
from trialwatch.web.choices import (
    SEVERITIES,
    ChoiceError,
    Typed,
    check_hours,
    choice_of,
    filled,
    timing_of,
)
from trialwatch.web.held import Right, open_list
from trialwatch.web.listpage import page as list_page
from trialwatch.web.lists import SeenList
from trialwatch.web.rendering import render
from trialwatch.web.shared import Line, Wired, go_to
from trialwatch.web.visitors import Known, Visitor

router = APIRouter()
#: How far a preview looks back, and how much it looks through.
LOOKS_BACK = timedelta(days=365)
_MOST_ALERTS = 5_000
_MOST_SHOWN = 100
_NEW = "new"
#: What is said where an address has not agreed yet.
WORDS = {
    Asking.ASKED: "A mail asks this address whether it agrees. Until it does, nothing else is sent"
    " there.",
    Asking.WAITING: "This address was asked by mail and has not answered yet. Nothing else is sent"
    " there.",
    Asking.TOO_OFTEN: "This address has not agreed, and was asked often enough for now. Try again"
    " another day.",
    Asking.NOT_SENT_TO: "Nothing is sent to this address: it was switched off, or mail came back"
    " from it.",
}


def _typed(
    *,
    target: Line = "",
    address: Line = "",
    what: Line = "everything",
    topics: Annotated[list[str], Form()] = [],  # noqa: B006  # FastAPI copies it
    severity: Line = "minor",
    rhythm: Line = "at-once",
    at: Line = "07:00",
    weekday: Line = "monday",
    zone: Line = "",
    quiet_from: Line = "",
    quiet_to: Line = "",
    critical: Line = "",
    near: Line = "",
    within: Line = "50 km",
) -> Typed:
    return Typed(
        target=target,
        address=address,
        what=what,
        topics=tuple(topics[:20]),
        severity=severity,
        rhythm=rhythm,
        at=at,
        weekday=weekday,
        zone=zone,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        critical=critical,
        near=near,
        within=within,
    )


Filled: TypeAlias = Annotated[Typed, Depends(_typed)]


@router.get("/lists/{list_id}/tell")
def ask(
    visitor: Known,
    service: Wired,
    chosen: SeenList,
    told: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> HTMLResponse:
    """Ask what somebody wants to be told of a list, or what is to change in what they are told."""
    if told is None:
        return _form(visitor, service, chosen, Typed(address=visitor.person.email))
    mine = {one.id: one for one in _told_whole(visitor, service, chosen)}
    if told not in mine:
        raise HTTPException(404, "You are not told of this.")
    return _form(visitor, service, chosen, filled(mine[told]))


@router.post("/lists/{list_id}/tell/preview")
def show_preview(visitor: Known, service: Wired, chosen: SeenList, typed: Filled) -> HTMLResponse:
    """Show what the choice would have sent in the last year; nothing is kept."""
    try:
        seen = preview_of(
            service, chosen.id, typed, before=_before(visitor, service, chosen, typed)
        )
    except ChoiceError as error:
        return _form(visitor, service, chosen, typed, complaint=str(error))
    return _form(visitor, service, chosen, typed, seen=seen)


@router.post("/lists/{list_id}/tell")
def keep(visitor: Known, service: Wired, chosen: SeenList, typed: Filled) -> Response:
    """Keep the choice. The same target asked again gets the new choice."""
    try:
        before = _before(visitor, service, chosen, typed)
        choice, timing = choice_of(typed, before=before), timing_of(typed, before=before)
        target = target_of(visitor, service, typed)
        check_hours(timing, target.channel)
    except (ChoiceError, InvalidAddressError) as error:
        return _form(visitor, service, chosen, typed, complaint=str(error))
    with open_list(service, visitor, chosen, Right.SEE) as (work, held):
        subscribe(
            work,
            target,
            choice,
            list_name=held.name,
            timing=timing,
            new_token=link_key,
            now=service.clock(),
        )
        asking = agree_or_ask(work, target, visitor, service)
        work.commit()
    if asking in WORDS:
        return list_page(visitor, service, chosen, remark=WORDS[asking])
    return go_to(f"/lists/{chosen.id}?saved=told")


def agree_or_ask(work: Work, target: Target, visitor: Visitor, service: Service) -> Asking:
    """Take the operator's word that an address agrees; ask the address of anybody else."""
    if visitor.is_operator and service.settings.confirm_mail != "always":
        take_word(work, target, now=service.clock())
        return Asking.NOT_NEEDED
    return ask_consent(
        work,
        target,
        origin=f"person {visitor.id}",
        again=True,
        now=service.clock(),
        new_token=link_key,
    )


@router.post("/told/{subscription_id}/end")
def end(
    visitor: Known, service: Wired, subscription_id: Annotated[int, Path(ge=1, le=2**62)]
) -> Response:
    """End a subscription of one's own."""
    mine = {one.id: one for one in listpages.told(service.database, visitor.id)}
    found = mine.get(subscription_id)
    if found is None:
        raise HTTPException(404, "You are not told of this.")
    with service.database.open_work() as work:
        work.watches.unsubscribe(found.token, now=service.clock())
        work.commit()
    return go_to(f"/lists/{found.list_id}")


def _told_whole(visitor: Visitor, service: Service, chosen: ListRow) -> list[ToldRow]:
    """Return what a visitor's targets are told of a whole list."""
    mine = listpages.told(service.database, visitor.id, list_id=chosen.id)
    return [one for one in mine if one.nct_id is None]


def _before(visitor: Visitor, service: Service, chosen: ListRow, typed: Typed) -> ToldRow | None:
    """Return what the chosen target is told of the list now, None for nothing."""
    mine = _told_whole(visitor, service, chosen)
    return next((one for one in mine if str(one.target_id) == typed.target), None)


def preview_of(
    service: Service, list_id: int, typed: Typed, *, before: ToldRow | None = None
) -> Preview:
    """Return what a choice would have sent in the last year.

    Raises:
        ChoiceError: Something in the form cannot be read.
    """
    choice = choice_of(typed, before=before)
    since = (service.clock() - LOOKS_BACK).date().isoformat()
    found = listpages.alerts_of_list(service.reads, list_id, since=since, limit=_MOST_ALERTS)
    return replace(preview(found, choice), cut=len(found) == _MOST_ALERTS)


def target_of(visitor: Visitor, service: Service, typed: Typed) -> Target:
    """Return the visitor's target that was chosen, made if it is a new address of mail.

    Raises:
        ChoiceError: It is no target of theirs.
        InvalidAddressError: It is no address.
    """
    if typed.target != _NEW and typed.target:
        for target in targetcare.all_targets(service.database, of=visitor.id):
            if str(target.id) == typed.target:
                return target
        raise ChoiceError("Choose where you want to be told.", field="target_id")
    address = check_email_address(typed.address)
    with service.database.open_work(visitor.id) as work:
        target = work.watches.target(Channel.EMAIL, address, secret="", now=service.clock())
        work.commit()
    return target


def _form(
    visitor: Visitor,
    service: Service,
    chosen: ListRow,
    typed: Typed,
    *,
    complaint: str = "",
    seen: Preview | None = None,
) -> HTMLResponse:
    mine = targetcare.all_targets(service.database, of=visitor.id)
    return render(
        "tell.html",
        status_code=422 if complaint else 200,
        visitor=visitor,
        chosen=chosen,
        typed=typed,
        complaint=complaint,
        seen=seen,
        most_shown=_MOST_SHOWN,
        targets=[one for one in mine if one.state is not TargetState.DISABLED],
        severities=SEVERITIES,
        weekdays=WEEKDAYS,
        zones=sorted(available_timezones()),
    )
