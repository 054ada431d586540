"""``/health``: whether the ticks go on, for whoever watches the watcher. ``/alive``: any answer."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from storage.readmodels import Backlog
from trialwatch.canary import CanaryNow
from trialwatch.lookout import is_late
from trialwatch.tell import Pulse

router = APIRouter()


def health_app(pulse: Pulse) -> FastAPI:
    """Return an application that answers these two and nothing else, for a role without pages."""
    app = FastAPI(title="trialwatch", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.pulse = pulse
    app.include_router(router)
    return app


@router.get("/alive")
def alive() -> JSONResponse:
    """Say that this process can answer, whatever its ticks come to."""
    return JSONResponse({"ok": True})


@router.get("/health")
def health(request: Request) -> JSONResponse:
    """Say when each tick last ended well, what is late and what is wrong; 503 when something is."""
    pulse = request.app.state.pulse
    if pulse is None:
        return JSONResponse({"ok": True, "ticks": {}})
    ticks: dict[str, Any] = {
        name: {"ended_well_at": at.isoformat()} for name, at in pulse.ended_well_at.items()
    }
    for name, text in pulse.trouble.items():
        ticks.setdefault(name, {})["trouble"] = text
    late = pulse.backlog is not None and is_late(pulse.backlog)
    # A mail to ourselves that is missing is told and no more: pages that are taken out of a load
    # balancer bring no mail back.
    ok = not pulse.trouble and not late
    outbox = None if pulse.backlog is None else _shown(pulse.backlog)
    canary = None if pulse.canary is None else _shown_canary(pulse.canary)
    return JSONResponse(
        {"ok": ok, "ticks": ticks, "outbox": outbox, "canary": canary},
        status_code=200 if ok else 503,
    )


def _shown_canary(canary: CanaryNow) -> dict[str, Any]:
    return {"in_at": canary.in_at and canary.in_at.isoformat(), "missed": canary.missed}


def _shown(backlog: Backlog) -> dict[str, Any]:
    """Counts and a time; nothing of anybody."""
    oldest = backlog.oldest_due_at
    return backlog.as_json() | {"oldest_due_at": oldest and oldest.isoformat()}
