"""Watch lists: make one, put trials on it, share it, take it away."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from monitor.alerting.pastednumbers import Pasted, read_pasted
from monitor.alerting.watching import Joining, watch_trials
from monitor.domain.errors import InvalidAddressError, ListNameTakenError
from monitor.domain.ids import link_key
from monitor.domain.people import ListRole
from monitor.domain.watched import Watched
from notifiers.addresses import check_email_address
from storage.listorder import Order
from storage.lists import ListRow
from trialwatch.bootstrap import Service
from trialwatch.web.held import Right, allowed, open_list
from trialwatch.web.listpage import ON_A_PAGE, Shown, page
from trialwatch.web.rendering import render
from trialwatch.web.shared import Block, Line, Wired, go_to, look_soon
from trialwatch.web.visitors import Known, Visitor

router = APIRouter()
#: What is said after something was saved elsewhere, by a word in the address.
_SAVED = {"told": "Saved. The first message comes with the next change."}
LONGEST_NAME = 80
#: More numbers at once than anybody pastes by hand.
MOST_AT_ONCE = 5_000
_IN_ONE_COMMIT = 250


def seen_list(
    visitor: Known, service: Wired, list_id: Annotated[int, Path(ge=1, le=2**62)]
) -> ListRow:
    """Return a list the visitor sees.

    Raises:
        HTTPException: There is none, or it is somebody else's: the answer is the same.
    """
    with service.database.open_snapshot() as work:
        return allowed(work.lists.seen(list_id, visitor.id), Right.SEE)


SeenList: TypeAlias = Annotated[ListRow, Depends(seen_list)]


def edited_list(seen: SeenList) -> ListRow:
    """Return a list the visitor may change."""
    return allowed(seen, Right.EDIT)


def own_list(seen: SeenList) -> ListRow:
    """Return a list that is the visitor's own."""
    return allowed(seen, Right.OWN)


EditedList: TypeAlias = Annotated[ListRow, Depends(edited_list)]
OwnList: TypeAlias = Annotated[ListRow, Depends(own_list)]


@router.get("/lists")
def show_all(visitor: Known, service: Wired) -> HTMLResponse:
    """Show the lists somebody sees."""
    return _all(visitor, service)


@router.post("/lists")
def make(
    request: Request, visitor: Known, service: Wired, name: Line = "", numbers: Block = ""
) -> Response:
    """Make a list, with trials on it if some were pasted."""
    if not visitor.may_own:
        raise HTTPException(403, "Readers have no lists of their own; ask who runs this service.")
    pasted = read_pasted(numbers) if numbers.strip() else None
    if pasted is not None and len(pasted.numbers) > MOST_AT_ONCE:
        words = f"{MOST_AT_ONCE} trials at once are the most."
        return _all(visitor, service, complaint=words, name=name)
    try:
        with service.database.open_work(visitor.id) as work:
            made = work.lists.make(visitor.id, check_name(name), now=service.clock())
            work.commit()
    except (ListNameTakenError, ValueError) as error:
        return _all(visitor, service, complaint=str(error), name=name, numbers=numbers)
    if pasted is None:
        return go_to(f"/lists/{made.id}")
    watched = put_on(service, visitor, made, pasted)
    look_soon(request)
    if not pasted.not_understood:
        return go_to(f"/lists/{made.id}")
    return page(visitor, service, made, pasted=pasted, watched=watched)


@router.get("/lists/{list_id}")
def show(
    visitor: Known,
    service: Wired,
    seen: SeenList,
    *,
    after: Annotated[str | None, Query(max_length=20)] = None,
    tag: Annotated[str, Query(max_length=40)] = "",
    sort: Annotated[str, Query(max_length=20)] = Order.NUMBER.value,
    saved: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Show one list, its trials page by page in an order."""
    (begin,) = read_pasted(after or "").numbers[:1] or (None,)
    shown = Shown(
        after=begin,
        tag=tag.lower(),
        order=Order(sort) if sort in set(Order) else Order.NUMBER,
    )
    return page(visitor, service, seen, shown=shown, remark=_SAVED.get(saved, ""))


@router.post("/lists/{list_id}/trials")
def add(
    request: Request, visitor: Known, service: Wired, chosen: EditedList, numbers: Block = ""
) -> HTMLResponse:
    """Put pasted trials on a list, and list back what was not understood."""
    pasted = read_pasted(numbers)
    if not pasted.numbers:
        words = "There is no trial number in this. A number is NCT and 8 digits: NCT01234567."
        return page(visitor, service, chosen, pasted=pasted, complaint=words)
    if len(pasted.numbers) > MOST_AT_ONCE:
        words = f"{MOST_AT_ONCE} trials at once are the most."
        return page(visitor, service, chosen, complaint=words)
    watched = put_on(service, visitor, chosen, pasted)
    look_soon(request)
    return page(visitor, service, chosen, pasted=pasted, watched=watched)


@router.post("/lists/{list_id}/trials/remove")
def take_off(
    visitor: Known,
    service: Wired,
    chosen: EditedList,
    nct_id: Annotated[list[Line], Form(max_length=ON_A_PAGE)] = [],  # noqa: B006  # FastAPI copies it
) -> Response:
    """Take trials off a list: one, or all that were ticked."""
    numbers = read_pasted("\n".join(nct_id)).numbers
    if not numbers:
        raise HTTPException(422, "Say which trial to take off, such as NCT01234567.")
    with open_list(service, visitor, chosen, Right.EDIT) as (work, held):
        for number in numbers:
            work.watches.remove(number, list_name=held.name)
        work.commit()
    return go_to(f"/lists/{chosen.id}")


@router.post("/lists/{list_id}/rename")
def rename(visitor: Known, service: Wired, chosen: OwnList, name: Line = "") -> Response:
    """Give a list another name."""
    try:
        with open_list(service, visitor, chosen, Right.OWN) as (work, held):
            work.lists.rename(held, check_name(name))
            work.commit()
    except (ListNameTakenError, ValueError) as error:
        return page(visitor, service, chosen, complaint=str(error))
    return go_to(f"/lists/{chosen.id}")


@router.post("/lists/{list_id}/remove")
def remove(visitor: Known, service: Wired, chosen: OwnList) -> Response:
    """Take a list away."""
    with open_list(service, visitor, chosen, Right.OWN) as (work, held):
        work.lists.remove(held.id, now=service.clock())
        work.commit()
    return go_to("/lists")


@router.post("/lists/{list_id}/members")
def let_in(
    visitor: Known, service: Wired, chosen: OwnList, email: Line = "", role: Line = "reader"
) -> Response:
    """Let somebody into a list who signs in here."""
    try:
        address = check_email_address(email)
    except InvalidAddressError as error:
        return page(visitor, service, chosen, complaint=str(error))
    with open_list(service, visitor, chosen, Right.OWN) as (work, held):
        person = work.people.with_email(address)
        if person is None or person.id == held.owner_id:
            words = "Nobody else signs in here with this address; the operator can let them in."
            return page(visitor, service, chosen, complaint=words)
        as_ = ListRole.EDITOR if role == ListRole.EDITOR else ListRole.READER
        work.lists.let_in(held.id, person.id, as_)
        work.commit()
    return go_to(f"/lists/{chosen.id}")


@router.post("/lists/{list_id}/members/{person_id}/remove")
def let_out(
    visitor: Known,
    service: Wired,
    chosen: OwnList,
    person_id: Annotated[int, Path(ge=1, le=2**62)],
) -> Response:
    """Let somebody into a list no more."""
    with open_list(service, visitor, chosen, Right.OWN) as (work, held):
        work.lists.let_out(held.id, person_id, now=service.clock())
        work.commit()
    return go_to(f"/lists/{chosen.id}")


def put_on(
    service: Service, visitor: Visitor, chosen: ListRow, pasted: Pasted
) -> tuple[Watched, ...]:
    """Put pasted trials on a list, a group at a time, so that others who write get a turn."""
    watched: list[Watched] = []
    for begin in range(0, len(pasted.numbers), _IN_ONE_COMMIT):
        with open_list(service, visitor, chosen, Right.EDIT) as (work, held):
            watched += watch_trials(
                work,
                pasted.numbers[begin : begin + _IN_ONE_COMMIT],
                Joining(new_secret=str, new_token=link_key),
                list_name=held.name,
                now=service.clock(),
            )
            work.commit()
    return tuple(watched)


def check_name(name: str) -> str:
    """Return a list's name without what stands around it; it is shown in every mail it causes.

    Raises:
        ValueError: It is none.
    """
    if not name.strip() or len(name.strip()) > LONGEST_NAME or not name.isprintable():
        raise ValueError(f"A list's name is 1 to {LONGEST_NAME} printable characters.")
    return name.strip()


def _all(
    visitor: Visitor, service: Service, *, complaint: str = "", name: str = "", numbers: str = ""
) -> HTMLResponse:
    with service.database.open_snapshot() as work:
        seen = work.lists.seen_by(visitor.id)
    return render(
        "lists.html",
        status_code=422 if complaint else 200,
        visitor=visitor,
        lists=seen,
        complaint=complaint,
        name=name,
        numbers=numbers,
    )
