"""The controls of a running stand-in: faults, releases, the journal, start again.

JSON in, JSON out, outside ``/api``; for tests and people, never for the client.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from simulator.faults import fault_from
from simulator.registry import Release


def control_routes() -> list[BaseRoute]:
    """Return the routes below ``/control``."""
    return [
        Route("/control/faults", _faults, methods=["GET", "POST", "DELETE"]),
        Route("/control/requests", _requests, methods=["GET", "DELETE"]),
        Route("/control/release", _release, methods=["GET", "POST"]),
        Route("/control/reset", _reset, methods=["POST"]),
    ]


async def _faults(request: Request) -> Response:
    faults = request.app.state.faults
    if request.method == "DELETE":
        faults.clear()
    elif request.method == "POST":
        return await _ordered(request, lambda wish: faults.add(fault_from(wish)))
    return JSONResponse([asdict(fault) for fault in faults.pending()])


async def _requests(request: Request) -> Response:
    seen = request.app.state.requests
    if request.method == "DELETE":
        seen.clear()
    wanted = seen.all(request.query_params.get("path", ""))
    return JSONResponse([{**asdict(one), "at": one.at.isoformat()} for one in wanted])


async def _release(request: Request) -> Response:
    registry = request.app.state.registry
    if request.method == "GET":
        return JSONResponse(_described(registry.release))

    def publish(wish: dict[str, Any]) -> Release:
        release: Release = (
            registry.publish(_number_or_day(wish["release"]))
            if "release" in wish
            else registry.publish_next()
        )
        return release

    return await _ordered(request, publish)


async def _reset(request: Request) -> Response:
    state = request.app.state
    state.faults.clear()
    state.requests.clear()
    return JSONResponse(_described(state.registry.reset()))


async def _ordered(request: Request, carry_out: Callable[[dict[str, Any]], Any]) -> Response:
    try:
        done = carry_out(_object(await request.body()))
    except ValueError as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    return JSONResponse(_described(done) if isinstance(done, Release) else {"accepted": True})


def _object(body: bytes) -> dict[str, Any]:
    wish = json.loads(body or b"{}")
    if not isinstance(wish, dict):
        raise ValueError("expected a JSON object")  # noqa: TRY004 - answered as bad input
    return wish


def _number_or_day(value: Any) -> int | date:
    return int(value) if str(value).isdecimal() else date.fromisoformat(str(value))


def _described(release: Release) -> dict[str, Any]:
    return {
        "release": release.number,
        "day": release.day.isoformat(),
        "dataTimestamp": release.timestamp,
        "etag": release.etag,
    }
