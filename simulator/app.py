"""The stand-in registry as a web application: API v2 below ``/api/v2``, controls beside it.

Plain answers only. Refusals at the door, faults, tags and packing are put around them
by ``simulator.edge``; what the answers say comes from ``simulator.search`` and its kin.
"""

from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from simulator import about, history
from simulator.control import control_routes
from simulator.damage import Spoil, spoiler
from simulator.edge import PREFIX, Edge
from simulator.enums import enum_infos
from simulator.faults import FaultBook
from simulator.journal import Journal
from simulator.parameters import BadRequestError, nct_id_in, read, search_of, shape_of
from simulator.records import dumps
from simulator.registry import API_VERSION, Registry, View
from simulator.search import page_of, written
from simulator.settings import Settings
from simulator.source import Source


def make_app(source: Source, *, settings: Settings | None = None) -> Starlette:
    """Return a stand-in registry that serves ``source``.

    ``app.state`` carries ``registry`` (which release is out), ``faults`` (what is to go
    wrong) and ``requests`` (what was asked).
    """
    settings = settings or Settings()
    registry = Registry(source, start=settings.start)
    faults, requests = FaultBook(settings.faults), Journal()
    edge = Middleware(Edge, registry=registry, faults=faults, requests=requests, settings=settings)
    app = Starlette(
        routes=[
            *_api_routes(),
            *(_internal_routes() if settings.internal_api else ()),
            *control_routes(),
        ],
        middleware=[edge],
        exception_handlers={BadRequestError: _bad_request, 404: _nothing_here},
    )
    app.state.registry, app.state.faults, app.state.requests = registry, faults, requests
    return app


def _api_routes() -> list[BaseRoute]:
    answers = {
        "/version": _version,
        "/studies": _studies,
        "/studies/metadata": _metadata,
        "/studies/search-areas": _search_areas,
        "/studies/enums": _enums,
        "/studies/{nctId}": _study,
        "/stats/size": _sizes,
        "/stats/field/values": _field_statistics,
        "/stats/field/sizes": _field_statistics,
    }
    return [Route(f"{PREFIX}{path}", answer, methods=["GET"]) for path, answer in answers.items()]


def _internal_routes() -> list[BaseRoute]:
    base = "/api/int/studies/{nctId}"
    return [
        Route(base, _study_with_history, methods=["GET"]),
        Route(f"{base}/history", _history, methods=["GET"]),
        Route(f"{base}/history/{{version}}", _history_version, methods=["GET"]),
    ]


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _bad_request(_request: Request, error: Exception) -> Response:
    return PlainTextResponse(str(error), status_code=400)


def _nothing_here(_request: Request, _error: Exception) -> Response:
    """Answer a wrong address as the web server before the registry would, without its words."""
    return Response("<html><body><h1>404 Not Found</h1></body></html>", 404, media_type="text/html")


def _asked(request: Request, path: str) -> dict[str, str]:
    return dict(read(path, request.url.query))


def _version(request: Request) -> Response:
    _asked(request, "/version")
    stamp = _view(request).release.timestamp
    return _json(dumps({"apiVersion": API_VERSION, "dataTimestamp": stamp}))


def _studies(request: Request) -> Response:
    asked = _asked(request, "/studies")
    return _json(page_of(_view(request), search_of(asked), shape_of(asked), _spoil(request)).body())


def _study(request: Request) -> Response:
    shape = shape_of(_asked(request, "/studies/{nctId}"))
    nct_id, view = _nct_id(request), _view(request)
    study = view.source.find(nct_id, view.release.number)
    if study is None and (canonical := view.source.canonical(nct_id, view.release.number)):
        return RedirectResponse(f"{PREFIX}/studies/{canonical}", status_code=301)
    text = written(view, study, shape, _spoil(request)) if study else None
    return _json(text) if text else _not_found(nct_id)


def _nct_id(request: Request) -> str:
    nct_id = nct_id_in(request.path_params["nctId"])
    if nct_id is None:
        raise BadRequestError("Parameter `nctId` has incorrect format")
    return nct_id


def _not_found(nct_id: str) -> Response:
    return PlainTextResponse(f"NCT number {nct_id} not found", status_code=404)


def _metadata(request: Request) -> Response:
    _asked(request, "/studies/metadata")
    return _json(dumps(about.field_tree()))


def _search_areas(request: Request) -> Response:
    _asked(request, "/studies/search-areas")
    return _json(dumps(about.search_areas()))


def _enums(request: Request) -> Response:
    _asked(request, "/studies/enums")
    return _json(dumps(enum_infos()))


def _sizes(request: Request) -> Response:
    _asked(request, "/stats/size")
    return _json(dumps(about.size_statistics(_view(request))))


def _field_statistics(request: Request) -> Response:
    _asked(request, request.url.path.removeprefix(PREFIX))
    return PlainTextResponse("The stand-in registry keeps no field statistics", status_code=404)


def _history(request: Request) -> Response:
    nct_id, view = _nct_id(request), _view(request)
    found = history.changes(view, nct_id)
    return _json(dumps({"changes": found})) if found else _not_found(nct_id)


def _history_version(request: Request) -> Response:
    nct_id, number = _nct_id(request), request.path_params["version"]
    found = history.version(_view(request), nct_id, int(number) if number.isdecimal() else -1)
    return _json(dumps({"study": found})) if found else _not_found(nct_id)


def _study_with_history(request: Request) -> Response:
    nct_id, view = _nct_id(request), _view(request)
    entries = history.changes(view, nct_id)
    if not entries:
        return _not_found(nct_id)
    study: Any = history.version(view, nct_id, len(entries) - 1)
    return _json(dumps({"study": study, "history": {"changes": entries}}))


def _spoil(request: Request) -> Spoil:
    return spoiler(request.state.fault, request.app.state.registry)


def _view(request: Request) -> View:
    view: View = request.state.view
    return view
