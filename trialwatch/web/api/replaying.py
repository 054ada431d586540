"""``/api/v1/replays``: what was sent before, sent once more."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Body, HTTPException, Request, Response

from monitor.domain.watches import Target
from storage import queries, targetcare
from storage.replaying import Which
from storage.replaying import replay as send_again
from trialwatch.bootstrap import Service
from trialwatch.web.api.answers import NUMBER, told
from trialwatch.web.api.described import changed
from trialwatch.web.api.once import OnceRoute
from trialwatch.web.api.problems import FieldError
from trialwatch.web.asked import trial_number
from trialwatch.web.shared import Wired
from trialwatch.web.visitors import Calling, Visitor

router = APIRouter(tags=["deliveries"], route_class=OnceRoute)
_MOST_IDS = 1000
Moment = Annotated[
    datetime | None, Body(description="UTC where no zone is named.", examples=["2026-03-09T12:00"])
]


@router.post("/replays", summary="Send deliveries again", responses=changed("Replayed"))
def replay(
    request: Request,
    visitor: Calling,
    service: Wired,
    *,
    ids: Annotated[
        list[str], Body(max_length=_MOST_IDS, description="These, whatever became of them.")
    ] = [],  # noqa: B006  # FastAPI copies it
    since: Moment = None,
    until: Moment = None,
    target_id: Annotated[int | None, Body(ge=1, le=2**62, strict=True)] = None,
    nct_id: Annotated[str | None, Body(pattern=NUMBER, examples=["NCT99000001"])] = None,
    delivered_too: Annotated[bool, Body(strict=True)] = False,
) -> Response:
    """Send deliveries to one's own targets once more, in order, under the ids they have.

    Either `ids`, or all that were made since a time and failed or were cancelled.
    """
    if bool(ids) == bool(since):
        raise FieldError("since", "Say which: `ids`, or `since`.", fix="Send one of the two.")
    _check_own(service, visitor, ids)
    count = 0
    for target in _targets(service, visitor, target_id):
        which = Which(
            ids=ids,
            since=_utc(since),
            until=_utc(until),
            target=target,
            nct_id=None if nct_id is None else trial_number(nct_id),
            delivered_too=delivered_too,
        )
        count += send_again(service.database, which, now=service.clock())
    return told(request, {"deliveries": count})


def _check_own(service: Service, visitor: Visitor, ids: list[str]) -> None:
    for one in ids:
        if queries.delivery(service.database, one, of=visitor.id) is None:
            raise HTTPException(404, f"There is no delivery {one[:60]!r}.")


def _targets(service: Service, visitor: Visitor, target_id: int | None) -> list[Target]:
    mine = targetcare.all_targets(service.database, of=visitor.id)
    chosen = [target for target in mine if target_id in {None, target.id}]
    if target_id is not None and not chosen:
        raise HTTPException(404, "You have no such target.")
    return chosen


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
