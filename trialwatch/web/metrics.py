"""``/metrics``: the figures that a monitoring system asks for, open to all as ``/health`` is."""

from datetime import datetime, timedelta
from importlib.metadata import version

from fastapi import APIRouter, Request, Response

from storage import queries
from storage.holdings import holdings
from storage.standing import mails_kept_back
from trialwatch.bootstrap import Service
from trialwatch.canary import canary_now
from trialwatch.metrics import TYPE, Look, exposition

router = APIRouter()
#: However often somebody asks, the rows are counted no more often than this.
_COUNTED_EVERY = timedelta(seconds=5)
#: When the figures were made, and what they say.
_Kept = tuple[datetime, bytes]


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Give the figures."""
    state = request.app.state
    service: Service = state.service
    now = service.clock()
    kept: _Kept | None = getattr(state, "metrics", None)
    if kept is None or not kept[0] <= now < kept[0] + _COUNTED_EVERY:
        kept = state.metrics = (now, exposition(_look(request, service, now)))
    return Response(kept[1], media_type=TYPE)


def _look(request: Request, service: Service, now: datetime) -> Look:
    pulse = request.app.state.pulse
    return Look(
        at=now,
        version=version("trialwatch"),
        registry=queries.registry_state(service.database),
        outbox=queries.outbox_state(service.database, now=now),
        backlog=queries.backlog(service.database, now=now),
        holdings=holdings(service.database),
        canary=canary_now(service),
        mails_kept_back=mails_kept_back(service.database),
        ended_well_at=dict(pulse.ended_well_at) if pulse else {},
        in_trouble=frozenset(pulse.trouble) if pulse else frozenset(),
        replica=None if service.replicated is None else service.replicated.look(),
    )
