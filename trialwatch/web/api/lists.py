"""``/api/v1/lists``: watch lists, the trials on them, who is told of them."""

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Path, Request, Response

from monitor.alerting.asking import subscribe
from monitor.alerting.pasted import Pasted, read_pasted
from monitor.alerting.preview import Preview
from monitor.domain.alerts import Alert
from monitor.domain.errors import InvalidAddressError, ListNameTakenError
from storage import listpages
from storage.listpages import ToldRow, TrialOnList
from storage.lists import ListRow
from trialwatch.bootstrap import Service
from trialwatch.web.api.answers import Number, parse_number, told
from trialwatch.web.api.described import changed, made, nothing, one
from trialwatch.web.api.once import OnceRoute
from trialwatch.web.api.problems import FieldError
from trialwatch.web.choices import ChoiceError, Typed, check_hours, choice_of, timing_of
from trialwatch.web.held import Right, allowed, open_list
from trialwatch.web.lists import LONGEST_NAME, MOST_AT_ONCE, check_name, put_on
from trialwatch.web.shared import Wired, look_soon, new_token
from trialwatch.web.telling import agree_or_ask, preview_of, target_of
from trialwatch.web.visitors import Calling, Visitor

router = APIRouter(tags=["lists"], route_class=OnceRoute)
ListId = Annotated[int, Path(ge=1, le=2**62, description="A list's number.", examples=[1])]
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


def _seen(visitor: Calling, service: Wired, list_id: ListId) -> ListRow:
    with service.database.open_snapshot() as work:
        return allowed(work.lists.seen(list_id, visitor.id), Right.SEE)


Seen = Annotated[ListRow, Depends(_seen)]


def _edited(seen: Seen) -> ListRow:
    return allowed(seen, Right.EDIT)


def _owned(seen: Seen) -> ListRow:
    return allowed(seen, Right.OWN)


Edited = Annotated[ListRow, Depends(_edited)]
Owned = Annotated[ListRow, Depends(_owned)]


@router.get("/lists", summary="Lists one sees", responses=one("Lists", "Own ones first."))
def lists(request: Request, visitor: Calling, service: Wired) -> Response:
    """Give the lists one owns or is let into."""
    with service.database.open_snapshot() as work:
        seen = work.lists.seen_by(visitor.id)
    return told(request, {"lists": [_list(row) for row in seen]})


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


@router.get(
    "/lists/{list_id}", summary="A list", responses=one("List", "It, its trials, who is told.")
)
def show(request: Request, visitor: Calling, service: Wired, chosen: Seen) -> Response:
    """Give a list with its trials, and what one's own targets are told of it."""
    return _whole(request, service, visitor.id, chosen)


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
    return _whole(request, service, visitor.id, replace(chosen, name=name.strip()))


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
    number = parse_number(nct_id)
    with open_list(service, visitor, chosen, Right.EDIT) as (work, held):
        removed = work.watches.remove(number, list_name=held.name)
        work.commit()
    if not removed:
        raise HTTPException(404, f"{number} is not on this list.")
    return Response(status_code=204)


def _typed(
    *,
    target_id: Annotated[
        int | None, Body(ge=1, strict=True, description="One of your targets.")
    ] = None,
    email: Annotated[str, Body(max_length=320, description="Or an address of mail.")] = "",
    topics: Annotated[
        list[str], Body(max_length=20, description="Topics; none for everything.")
    ] = [],  # noqa: B006  # FastAPI copies it
    min_severity: Annotated[str, Body(examples=["minor"])] = "minor",
    rhythm: Annotated[str, Body(examples=["at-once"])] = "at-once",
    at: Annotated[str, Body(max_length=5, examples=["07:00"])] = "07:00",
    weekday: Annotated[str, Body(max_length=10, examples=["monday"])] = "monday",
    zone: Annotated[str, Body(max_length=80, examples=["Europe/Berlin"])] = "",
    quiet_from: Annotated[str, Body(max_length=5)] = "",
    quiet_to: Annotated[str, Body(max_length=5)] = "",
    critical_at_once: Annotated[bool, Body(strict=True)] = False,
    near: Annotated[
        str,
        Body(max_length=200, description="Of places only those near here.", examples=["Leeds, GB"]),
    ] = "",
    within: Annotated[str, Body(max_length=20, examples=["50 km"])] = "50 km",
) -> Typed:
    return Typed(
        target="new" if target_id is None else str(target_id),
        address=email,
        what="some" if topics else "everything",
        topics=tuple(topics),
        severity=min_severity,
        rhythm=rhythm,
        at=at,
        weekday=weekday,
        zone=zone,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        critical="1" if critical_at_once else "",
        near=near,
        within=within,
    )


Filled = Annotated[Typed, Depends(_typed)]


@router.post(
    "/lists/{list_id}/subscriptions",
    summary="Be told of a list",
    status_code=201,
    responses=made("Subscription"),
)
def tell(
    request: Request, visitor: Calling, service: Wired, chosen: Seen, typed: Filled
) -> Response:
    """Join a list to a target of one's own; asked again, the new choice replaces the old.

    An address of mail that has not agreed is asked by mail first: `state` is `unconfirmed`.
    """
    try:
        choice, timing = choice_of(typed), timing_of(typed)
        target = target_of(visitor, service, typed)
        check_hours(timing, target.channel)
    except ChoiceError as error:
        raise FieldError(error.field, str(error), fix="See the text.") from error
    except InvalidAddressError as error:
        raise FieldError(
            "email", str(error), fix="Send an address such as ada@example.org."
        ) from error
    with open_list(service, visitor, chosen, Right.SEE) as (work, held):
        joined = subscribe(
            work,
            target,
            choice,
            list_name=held.name,
            timing=timing,
            new_token=new_token,
            now=service.clock(),
        )
        agree_or_ask(work, target, visitor, service)
        work.commit()
    mine = listpages.told(service.database, visitor.id, list_id=chosen.id)
    row = next(row for row in mine if row.id == joined.id)
    return told(request, _subscription(row), status=201)


@router.post(
    "/lists/{list_id}/preview",
    summary="What a choice would have sent",
    responses=changed("Preview"),
)
def show_preview(request: Request, service: Wired, chosen: Seen, typed: Filled) -> Response:
    """Say what a choice would have sent in the last year; nothing is kept."""
    try:
        seen = preview_of(service, chosen.id, typed)
    except ChoiceError as error:
        raise FieldError(error.field, str(error), fix="See the text.") from error
    return told(request, _preview(seen))


@router.delete(
    "/subscriptions/{subscription_id}",
    summary="Be told no more",
    status_code=204,
    responses=nothing(),
)
def end(
    visitor: Calling,
    service: Wired,
    subscription_id: Annotated[
        int, Path(ge=1, le=2**62, description="A subscription's number.", examples=[1])
    ],
) -> Response:
    """End a subscription of one's own."""
    mine = {row.id: row for row in listpages.told(service.database, visitor.id)}
    if subscription_id not in mine:
        raise HTTPException(404, "You have no such subscription.")
    with service.database.open_work() as work:
        work.watches.unsubscribe(mine[subscription_id].token, now=service.clock())
        work.commit()
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
    request: Request, service: Service, person_id: int, row: ListRow, *, status: int = 200
) -> Response:
    trials = listpages.trials_on(service.database, row.id)
    mine = listpages.told(service.database, person_id, list_id=row.id)
    value = _list(row) | {
        "count": len(trials),
        "trials": [_trial(trial) for trial in trials],
        "subscriptions": [_subscription(one) for one in mine],
    }
    return told(request, value, status=status)


def _list(row: ListRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "owner": row.owner_name,
        "role": row.role.value,
        "count": row.trials,
    }


def _trial(row: TrialOnList) -> dict[str, Any]:
    return asdict(row) | {"overall_status": row.overall_status or None}


def _subscription(row: ToldRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "list_id": row.list_id,
        "nct_id": row.nct_id,
        "target_id": row.target_id,
        "channel": row.channel.value,
        "address": row.address,
        "state": row.state.value,
        "min_severity": row.min_severity.word,
        "topics": sorted(row.topics),
        "near": row.near or None,
        "hours": row.hours or "at once",
    }


def _preview(seen: Preview) -> dict[str, Any]:
    return {
        "messages": seen.messages,
        "cut": seen.cut,
        "alerts": [_previewed(alert) for alert in seen.alerts],
    }


def _previewed(alert: Alert) -> dict[str, Any]:
    return {
        "nct_id": alert.nct_id,
        "title": alert.title,
        "release": alert.release,
        "sentences": [change.sentence for change in alert.told],
    }
