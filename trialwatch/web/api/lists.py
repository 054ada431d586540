"""``/api/v1/lists``: watch lists, the trials on them, who is told of them."""

from typing import Annotated

from fastapi import APIRouter, Body, HTTPException, Query, Request, Response

from monitor.alerting.pastednumbers import Pasted, read_pasted
from monitor.domain.errors import ListNameTakenError
from monitor.domain.notes import LONGEST_TAG
from monitor.domain.trial import NctId
from storage import listpages
from storage.listorder import Order
from storage.lists import ListRow
from trialwatch.bootstrap import Service
from trialwatch.web.api.answers import MOST, NUMBER, ManyAtOnce, Number, told
from trialwatch.web.api.described import a_page, changed, made, nothing, one
from trialwatch.web.api.listed import (
    Edited,
    Owned,
    Seen,
    list_json,
    subscription_json,
    trial_json,
)
from trialwatch.web.api.once import OnceRoute
from trialwatch.web.api.problems import FieldError
from trialwatch.web.asked import trial_number
from trialwatch.web.held import Right, allowed, open_list
from trialwatch.web.lists import LONGEST_NAME, MOST_AT_ONCE, check_name, put_on
from trialwatch.web.notes import tag_asked
from trialwatch.web.shared import Wired, look_soon
from trialwatch.web.visitors import Calling, Visitor

router = APIRouter(tags=["lists"], route_class=OnceRoute)
Name = Annotated[
    str,
    Body(
        min_length=1,
        max_length=LONGEST_NAME,
        description="Stands in every message it causes.",
        examples=["Asthma"],
    ),
]
#: More text than anybody's list of trials.
_LONGEST_TEXT = 200_000
Text = Annotated[
    str,
    Body(
        max_length=_LONGEST_TEXT,
        description="Numbers of trials in any text: a column, a table, addresses of the registry.",
        examples=["NCT99000001\nNCT99000002"],
    ),
]


@router.get("/lists", summary="Lists one sees", responses=one("Lists", "Own ones first."))
def lists(request: Request, visitor: Calling, service: Wired) -> Response:
    """Give the lists one owns or is let into."""
    with service.database.open_snapshot() as work:
        seen = work.lists.seen_by(visitor.id)
    return told(request, {"lists": [list_json(row) for row in seen]})


@router.post("/lists", summary="Make a list", status_code=201, responses=made("List"))
def make(
    request: Request, visitor: Calling, service: Wired, name: Name, text: Text = ""
) -> Response:
    """Make a list, with the trials that `text` names."""
    if not visitor.may_own:
        raise HTTPException(403, "Readers have no lists of their own.")
    pasted = _not_too_many(read_pasted(text))
    try:
        with service.database.open_work(visitor.id) as work:
            row = work.lists.make(visitor.id, check_name(name), now=service.clock())
            work.commit()
    except ValueError as error:
        raise FieldError("name", str(error), fix="Choose another name.") from error
    _add(request, service, visitor, row, pasted)
    return _whole(request, service, visitor.id, row, status=201)


@router.get("/lists/{list_id}", summary="A list", responses=a_page("List"))
def show(
    request: Request,
    visitor: Calling,
    service: Wired,
    chosen: Seen,
    *,
    after: Annotated[
        str | None,
        Query(
            pattern=NUMBER,
            description="Number after which to go on: `next` of the page before.",
            examples=["NCT99000001"],
        ),
    ] = None,
    limit: ManyAtOnce = MOST,
    tag: Annotated[
        str,
        Query(
            max_length=LONGEST_TAG + 1,
            description="Only trials with this tag.",
            examples=["lung"],
        ),
    ] = "",
    sort: Annotated[
        Order,
        Query(
            description="What trials are ordered by. `status`: open ones first. `changed`: what"
            " changed last first. Equal ones go by number.",
            examples=["changed"],
        ),
    ] = Order.NUMBER,
) -> Response:
    """Give a list with its trials in an order, and what one's own targets are told of it."""
    begin = None if after is None else trial_number(after)
    return _whole(
        *(request, service, visitor.id, chosen),
        after=begin,
        limit=limit,
        tag=tag_asked(tag),
        order=sort,
    )


@router.patch("/lists/{list_id}", summary="Rename a list", responses=changed("List"))
def rename(
    request: Request,
    visitor: Calling,
    service: Wired,
    chosen: Owned,
    name: Annotated[str, Body(embed=True, min_length=1, max_length=LONGEST_NAME)],
) -> Response:
    """Give a list another name."""
    try:
        with open_list(service, visitor, chosen, Right.OWN) as (work, held):
            work.lists.rename(held, check_name(name))
            work.commit()
    except (ListNameTakenError, ValueError) as error:
        raise FieldError("name", str(error), fix="Choose another name.") from error
    return _whole(request, service, visitor.id, chosen)


@router.delete("/lists/{list_id}", summary="Remove a list", status_code=204, responses=nothing())
def remove(visitor: Calling, service: Wired, chosen: Owned) -> Response:
    """Take a list away; nobody hears of its trials through it any more."""
    with open_list(service, visitor, chosen, Right.OWN) as (work, held):
        work.lists.remove(held.id, now=service.clock())
        work.commit()
    return Response(status_code=204)


@router.post("/lists/{list_id}/trials", summary="Put trials on a list", responses=changed("Added"))
def add(
    request: Request,
    visitor: Calling,
    service: Wired,
    chosen: Edited,
    text: Annotated[str, Body(embed=True, max_length=_LONGEST_TEXT)],
) -> Response:
    """Put the trials on a list that `text` names; what is no number comes back."""
    pasted = _not_too_many(read_pasted(text))
    if not pasted.numbers:
        raise FieldError("text", "There is no trial number in it.", fix="Send NCT and 8 digits.")
    added = _add(request, service, visitor, chosen, pasted)
    value = {
        "added": added,
        "there_before": len(pasted.numbers) - added,
        "not_understood": list(pasted.not_understood),
    }
    return told(request, value)


@router.delete(
    "/lists/{list_id}/trials/{nct_id}",
    summary="Take a trial off a list",
    status_code=204,
    responses=nothing(),
)
def take_off(visitor: Calling, service: Wired, chosen: Edited, nct_id: Number) -> Response:
    """Take a trial off a list. What is known of it stays."""
    number = trial_number(nct_id)
    with open_list(service, visitor, chosen, Right.EDIT) as (work, held):
        removed = work.watches.remove(number, list_name=held.name)
        work.commit()
    if not removed:
        raise HTTPException(404, f"{number} is not on this list.")
    return Response(status_code=204)


def _not_too_many(pasted: Pasted) -> Pasted:
    if len(pasted.numbers) > MOST_AT_ONCE:
        words = f"{MOST_AT_ONCE} trials at once are the most."
        raise FieldError("text", words, fix="Send them in parts.")
    return pasted


def _add(
    request: Request, service: Service, visitor: Visitor, chosen: ListRow, pasted: Pasted
) -> int:
    if not pasted.numbers:
        return 0
    watched = put_on(service, visitor, chosen, pasted)
    look_soon(request)
    return sum(one.new for one in watched)


def _whole(
    request: Request,
    service: Service,
    person_id: int,
    row: ListRow,
    *,
    after: NctId | None = None,
    limit: int = MOST,
    tag: str = "",
    order: Order = Order.NUMBER,
    status: int = 200,
) -> Response:
    with service.database.open_snapshot() as work:
        now = allowed(work.lists.seen(row.id, person_id), Right.SEE)
    trials = listpages.trials_on(
        service.reads, row.id, after=after, limit=limit + 1, tag=tag, order=order
    )
    following = trials[limit - 1].nct_id if len(trials) > limit else None
    mine = listpages.told(service.database, person_id, list_id=row.id)
    value = list_json(now) | {
        "trials": [trial_json(trial) for trial in trials[:limit]],
        "next": following,
        "subscriptions": [subscription_json(one) for one in mine],
    }
    return told(request, value, following=following, status=status)
