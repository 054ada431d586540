"""``/api/v1/lists/.../subscriptions``: who is told of a list, and what that would have sent."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Path, Query, Request, Response

from monitor.alerting.asking import subscribe
from monitor.alerting.preview import Preview
from monitor.domain.alerts import Alert
from monitor.domain.errors import InvalidAddressError
from monitor.domain.ids import link_key
from storage import listpages
from trialwatch.web.api.answers import MOST, ManyAtOnce, told
from trialwatch.web.api.described import changed, made, nothing
from trialwatch.web.api.hours import Hours
from trialwatch.web.api.listed import Seen, subscription_json
from trialwatch.web.api.once import OnceRoute
from trialwatch.web.api.problems import FieldError
from trialwatch.web.choices import ChoiceError, Typed, check_hours, choice_of, timing_of
from trialwatch.web.held import Right, open_list
from trialwatch.web.shared import Wired
from trialwatch.web.telling import agree_or_ask, preview_of, target_of
from trialwatch.web.visitors import Calling

router = APIRouter(tags=["lists"], route_class=OnceRoute)


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
    hours: Hours,
) -> Typed:
    return replace(
        hours,
        target="new" if target_id is None else str(target_id),
        address=email,
        what="some" if topics else "everything",
        topics=tuple(topics),
        severity=min_severity,
        rhythm=rhythm,
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
            new_token=link_key,
            now=service.clock(),
        )
        agree_or_ask(work, target, visitor, service)
        work.commit()
    mine = listpages.told(service.database, visitor.id, list_id=chosen.id)
    row = next(row for row in mine if row.id == joined.id)
    return told(request, subscription_json(row), status=201)


@router.post(
    "/lists/{list_id}/preview",
    summary="What a choice would have sent",
    responses=changed("Preview"),
)
def show_preview(
    request: Request,
    service: Wired,
    chosen: Seen,
    typed: Filled,
    *,
    after: Annotated[
        str | None,
        Query(
            pattern="^[0-9A-Za-z_-]{1,64}$",
            description="Id of an alert after which to go on: `next` of the page before.",
            examples=["01JP00000000000000000000AA"],
        ),
    ] = None,
    limit: ManyAtOnce = MOST,
) -> Response:
    """Say what a choice would have sent in the last year; nothing is kept."""
    try:
        seen = preview_of(service, chosen.id, typed)
    except ChoiceError as error:
        raise FieldError(error.field, str(error), fix="See the text.") from error
    return told(request, _preview(seen, begin=_begin(seen, after), limit=limit))


def _begin(seen: Preview, after: str | None) -> int:
    """Return the place of the first alert of a page."""
    if after is None:
        return 0
    for place, alert in enumerate(seen.alerts):
        if alert.id == after:
            return place + 1
    raise FieldError(
        "after", "This choice would not have sent that alert.", fix="Begin anew.", where="query"
    )


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


def _preview(seen: Preview, *, begin: int, limit: int) -> dict[str, Any]:
    shown = seen.alerts[begin : begin + limit]
    return {
        "messages": seen.messages,
        "cut": seen.cut,
        "alerts": [_previewed(alert) for alert in shown],
        "next": shown[-1].id if len(seen.alerts) > begin + limit else None,
    }


def _previewed(alert: Alert) -> dict[str, Any]:
    return {
        "nct_id": alert.nct_id,
        "title": alert.title,
        "release": alert.release,
        "sentences": [change.sentence for change in alert.told],
    }
