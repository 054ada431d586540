"""``/health``: whether the ticks go on, for whoever watches the watcher."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

router = APIRouter()


@router.get("/health")
def health(request: Request) -> JSONResponse:
    """Say when each tick last ended well, and what is wrong; 503 when something is."""
    pulse = request.app.state.pulse
    if pulse is None:
        return JSONResponse({"ok": True, "ticks": {}})
    ticks: dict[str, Any] = {
        name: {"ended_well_at": at.isoformat()} for name, at in pulse.ended_well_at.items()
    }
    for name, text in pulse.trouble.items():
        ticks.setdefault(name, {})["trouble"] = text
    return JSONResponse(
        {"ok": not pulse.trouble, "ticks": ticks}, status_code=503 if pulse.trouble else 200
    )
