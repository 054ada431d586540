"""``/api/v1/openapi.json``: the interface described, OpenAPI 3.1."""

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from trialwatch.web.api.answers import JSON
from trialwatch.web.api.everywhere import describe_everywhere
from trialwatch.web.conditional import answer

router = APIRouter()
PREFIX: Final = "/api/v1"
_FILES = ("schemas.json", "schemas_people.json", "schemas_searches.json", "schemas_watches.json")
_SCHEMAS = tuple(Path(__file__).with_name(name) for name in _FILES)
_TOLD: Final = """What trialwatch knows, for tools, and everything the pages do with lists and targets.

Send a key of the page Account: `Authorization: Bearer tw_...`. What is not yours is not there.

Lists come in pages: send `next` of a page as `after` of the next, or follow `Link`. Answers carry
an `ETag`; sent back as `If-None-Match`, what you have already is 304. Times are UTC, ISO 8601.
A `POST` may carry an `Idempotency-Key`: sent again with it, nothing is done twice. How many requests
are left is in `RateLimit`. Errors are problem+json (RFC 9457): `errors` names each field and what puts it right."""


@cache
def schemas() -> dict[str, Any]:
    """Return the schemas of answers by name, each with an example."""
    found: dict[str, Any] = {}
    for file in _SCHEMAS:
        found |= json.loads(file.read_bytes())
    return found


def document(app: FastAPI) -> dict[str, Any]:
    """Return the document of every address of the interface that the application answers."""
    routes = [
        route for route in iter_route_contexts(app.routes) if (route.path or "").startswith(PREFIX)
    ]
    made: dict[str, Any] = get_openapi(
        title="trialwatch",
        version=version("trialwatch"),
        openapi_version="3.1.0",
        summary="What really changed on ClinicalTrials.gov, in plain English.",
        description=_TOLD,
        routes=routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    components = made.setdefault("components", {})
    components["schemas"] = {**components.get("schemas", {}), **schemas()}
    told = "A key from the page Account. On the machine itself none is needed before the first sign-in."
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": told}
    }
    describe_everywhere(made["paths"])
    made["security"] = [{"key": []}, {}]
    return made


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> Response:
    """Give this document."""
    state = request.app.state
    kept: bytes | None = getattr(state, "openapi_document", None)
    if kept is None:
        kept = state.openapi_document = json.dumps(document(request.app), indent=1).encode()
    return answer(request, kept, media_type=JSON)
