"""The interface keeps its own document, whatever it is asked."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from storage.engine import Database
from tests.unit.web.site import a_service, fill
from trialwatch.web.api.document import document
from trialwatch.web.app import make_app

Receive = Callable[[], Awaitable[Any]]
#: Requests of each kind to each address.
_EXAMPLES = 40


class FromHere:
    """Lets every request come from this machine, by a name of this machine."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Receive, send: Any) -> None:
        if scope["type"] == "http":
            headers = [pair for pair in scope["headers"] if pair[0] != b"host"]
            scope = {
                **scope,
                "client": ("127.0.0.1", 50_000),
                "headers": [*headers, (b"host", b"127.0.0.1")],
            }
        await self._app(scope, receive, send)


_REFUSED = ["401", "403", "404", "409", "503"]
#: Texts, addresses and names that are sent are judged by what they mean, which no schema tells.
_BY_MEANING = {"positive_data_acceptance": {"expected-statuses": ["2xx", *_REFUSED, "422"]}}
_BY_SCHEMA = {"positive_data_acceptance": {"expected-statuses": ["2xx", "304", *_REFUSED]}}
_CONFIG = {
    # In seconds; a busy machine is no fault of the interface.
    "request-timeout": 120,
    "checks": _BY_MEANING,
    "operations": [
        # Of a list that is private again it is told that it is: what is read is its state.
        {
            "include-name": "GET /api/v1/lists/{list_id}/public",
            "checks": {**_BY_SCHEMA, "use_after_free": {"enabled": False}},
        },
        {"include-method": "GET", "checks": _BY_SCHEMA},
    ],
    "seed": 1,
    "generation": {"deterministic": True, "max-examples": _EXAMPLES, "no-shrink": True},
}


async def test_interface_keeps_its_document_whatever_it_is_asked(database: Database) -> None:
    service = a_service(database)
    await fill(service)
    app = make_app(service, None)
    app.state.longest_stream = timedelta(0)
    schema = schemathesis.openapi.from_asgi(
        "/api/v1/openapi.json", FromHere(app), config=SchemathesisConfig.from_dict(_CONFIG)
    )

    seen = list(from_schema(schema).execute())

    ended = [event for event in seen if isinstance(event, events.ScenarioFinished)]
    assert [event.value for event in seen if isinstance(event, events.NonFatalError)] == []
    assert [event for event in seen if isinstance(event, events.FatalError)] == []
    failures = [told for event in ended for told in _failures(event)]
    assert failures == [], "\n".join(failures[:20])
    described = {
        f"{method.upper()} {path}"
        for path, methods in document(app)["paths"].items()
        for method in methods
    }
    assert {event.label for event in ended} >= described


def _failures(ended: events.ScenarioFinished) -> list[str]:
    return [
        f"{ended.label}: {check.name}: {check.failure_info.failure}"
        for checks in ended.recorder.checks.values()
        for check in checks
        if check.failure_info is not None
    ]
