"""``/api/v1/deliveries``: what was sent, and what became of it. Addresses are masked."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response

from monitor.domain.alerts import DeliveryState
from storage import queries
from storage.readmodels import AttemptRow, DeliveryRow
from trialwatch.web.api.answers import NUMBER, Limit, told
from trialwatch.web.api.described import a_page, one
from trialwatch.web.asked import trial_number
from trialwatch.web.shared import Wired
from trialwatch.web.visitors import Calling

router = APIRouter(tags=["deliveries"])
DeliveryId = Annotated[str, Path(pattern="^[0-9A-Za-z_.-]{1,64}$", description="A delivery's id.")]


@router.get("/deliveries", summary="Deliveries, newest first", responses=a_page("DeliveriesPage"))
def deliveries(
    request: Request,
    service: Wired,
    visitor: Calling,
    *,
    after: Annotated[
        str | None,
        Query(
            pattern="^[0-9A-Za-z_-]{1,64}$",
            description="Id after which to go on: `next` of the page before.",
            examples=["01JP00000000000000000000AA-1"],
        ),
    ] = None,
    state: Annotated[DeliveryState | None, Query(description="In this state alone.")] = None,
    nct_id: Annotated[
        str | None,
        Query(
            pattern=NUMBER,
            description="About this trial alone.",
            examples=["NCT99000001"],
        ),
    ] = None,
    limit: Limit = 100,
) -> Response:
    """Give deliveries to one's own targets with every attempt, newest first."""
    rows = queries.deliveries(
        service.reads,
        state=state,
        nct_id=None if nct_id is None else trial_number(nct_id),
        of=visitor.id,
        older_than=after,
        limit=limit + 1,
    )
    shown = rows[:limit]
    following = shown[-1].id if len(rows) > limit else None
    page = {"deliveries": [_delivery(row) for row in shown], "next": following}
    return told(request, page, following=following)


@router.get(
    "/deliveries/{delivery_id}",
    summary="A delivery",
    responses=one("Delivery", "It, every attempt."),
)
def delivery(
    request: Request, service: Wired, visitor: Calling, delivery_id: DeliveryId
) -> Response:
    """Give one delivery to a target of one's own."""
    found = queries.delivery(service.reads, delivery_id, of=visitor.id)
    if found is None:
        raise HTTPException(404, "There is no such delivery.")
    return told(request, _delivery(found[0]))


def _delivery(row: DeliveryRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "alert_id": row.alert_id,
        "nct_id": row.nct_id,
        "title": row.title,
        "list": row.list_name,
        "channel": row.channel,
        "address": row.masked,
        "type": row.type,
        "state": row.state,
        "created_at": row.created_at,
        "due_at": row.due_at,
        "held": row.held,
        "notice": row.notice,
        "attempts": [_attempt(attempt) for attempt in row.attempts],
    }


def _attempt(attempt: AttemptRow) -> dict[str, Any]:
    # What the far side said may name the reader; it is for the operator's pages.
    return {
        "number": attempt.number,
        "started_at": attempt.started_at,
        "ended_at": attempt.ended_at,
        "outcome": attempt.outcome,
        "status": attempt.status,
    }
