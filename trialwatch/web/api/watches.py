"""``/api/v1/watches``: trials on one's lists by their names, and who is told, in one request."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response

from monitor.alerting.watching import Joining, watch_trials
from monitor.domain.errors import InvalidNctIdError
from monitor.domain.ids import link_key
from monitor.domain.trial import NctId, parse_nct_id
from monitor.domain.watched import Watched
from monitor.domain.watches import Channel
from notifiers.sign import new_secret
from storage import watchreads
from trialwatch.bootstrap import Service
from trialwatch.web.api.answers import MOST as LARGEST_PAGE
from trialwatch.web.api.answers import ManyAtOnce, told
from trialwatch.web.api.described import a_page, changed, made
from trialwatch.web.api.once import OnceRoute
from trialwatch.web.api.problems import FieldError
from trialwatch.web.api.wishes import (
    AddressesTyped,
    HoursTyped,
    ListName,
    asked_by,
    named,
    targets_json,
    timing_typed,
    where_to,
)
from trialwatch.web.asked import trial_number
from trialwatch.web.choices import ChoiceError, Typed, near_typed
from trialwatch.web.shared import Wired, look_soon
from trialwatch.web.visitors import Calling, Visitor

router = APIRouter(tags=["watches"], route_class=OnceRoute)
_MOST_AT_ONCE = 250
_CURSOR = r"^[0-9]{1,18}\.[Nn][Cc][Tt][0-9]{8}$"
Numbers = Annotated[
    list[str],
    Body(
        min_length=1,
        max_length=_MOST_AT_ONCE,
        description="Numbers of trials.",
        examples=[["NCT99000001"]],
    ),
]


@router.get("/watches", summary="What is watched", responses=a_page("Watches"))
def watches(
    request: Request,
    visitor: Calling,
    service: Wired,
    *,
    after: Annotated[
        str | None,
        Query(
            pattern=_CURSOR,
            description="Cursor after which to go on: `next` of the page before.",
            examples=["1.NCT99000001"],
        ),
    ] = None,
    limit: ManyAtOnce = LARGEST_PAGE,
) -> Response:
    """Give the trials on the lists one sees, each with the targets of one's own that hear.

    They come list by list, each by number.
    """
    rows = watchreads.watches_after(service.reads, _place(after), of=visitor.id, limit=limit + 1)
    shown = rows[:limit]
    following = f"{shown[-1].list_id}.{shown[-1].nct_id}" if len(rows) > limit else None
    page = {"watches": [row.as_json() for row in shown], "next": following}
    return told(request, page, following=following)


def _place(after: str | None) -> tuple[int, NctId] | None:
    if after is None:
        return None
    list_id, _, number = after.partition(".")
    return int(list_id), trial_number(number)


@router.post("/watches", summary="Watch trials", status_code=201, responses=made("Watched"))
def watch(
    request: Request,
    visitor: Calling,
    service: Wired,
    *,
    nct_ids: Numbers,
    typed: HoursTyped,
    addresses: AddressesTyped,
    list_name: ListName = None,
    most_an_hour: Annotated[int | None, Body(ge=1, le=1000, strict=True)] = None,
    confirm: Annotated[bool, Body(strict=True)] = False,
) -> Response:
    """Put trials on a list of one's own, made if new, and say where and when one is told of them.

    With `list` the addresses hear of every trial on it, without it of these trials alone. A
    webhook's `secret` is in the first answer and in no other.
    """
    found, known = where_to(service, visitor, addresses)
    watched = _watch(
        service,
        visitor,
        _numbers(nct_ids),
        found,
        list_name=named(list_name),
        typed=typed,
        most_an_hour=most_an_hour,
        confirm=confirm,
    )
    look_soon(request)
    return told(request, _told(watched, known), status=201)


def _watch(
    service: Service,
    visitor: Visitor,
    nct_ids: list[NctId],
    addresses: list[tuple[Channel, str]],
    *,
    list_name: str | None,
    typed: Typed,
    most_an_hour: int | None,
    confirm: bool,
) -> tuple[Watched, ...]:
    try:
        timing, near = timing_typed(typed, most_an_hour), near_typed(typed)
    except ChoiceError as error:
        raise FieldError(error.field, str(error), fix="See the text.") from error
    with service.database.open_work(visitor.id) as work:
        watched = watch_trials(
            work,
            nct_ids,
            Joining(
                addresses=addresses,
                timing=timing,
                near=near,
                asked_by=asked_by(service, visitor, confirm=confirm),
                new_secret=new_secret,
                new_token=link_key,
            ),
            list_name=list_name,
            now=service.clock(),
        )
        work.commit()
    return watched


def _numbers(texts: list[str]) -> list[NctId]:
    try:
        return list(dict.fromkeys(map(parse_nct_id, texts)))
    except InvalidNctIdError as error:
        raise FieldError("nct_ids", str(error), fix="Send NCT and 8 digits.") from error


def _told(watched: tuple[Watched, ...], known: set[int]) -> dict[str, Any]:
    return {
        "watches": [
            {
                "nct_id": one.nct_id,
                "list": one.list_name,
                "new": one.new,
                "held": None if one.held is None else asdict(one.held),
            }
            for one in watched
        ],
        "targets": targets_json(watched[0].targets, known),
    }


@router.post("/watches/end", summary="Stop watching trials", responses=changed("Ended"))
def end(
    request: Request,
    visitor: Calling,
    service: Wired,
    nct_ids: Numbers,
    list_name: ListName = None,
) -> Response:
    """Take trials off one list of one's own, or off all. What is known of them stays."""
    numbers = _numbers(nct_ids)
    with service.database.open_work(visitor.id) as work:
        removed = {one: work.watches.remove(one, list_name=list_name) for one in numbers}
        work.commit()
    ended = [{"nct_id": one, "removed_from_lists": count} for one, count in removed.items()]
    return told(request, {"ended": ended})
