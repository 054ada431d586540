"""How answers are described in the document; their schemas stand in ``schemas.json``."""

from typing import Any, Final

from trialwatch.web.api.problems import TYPE

#: Status to what comes with it, as FastAPI takes it.
Answers = dict[int | str, dict[str, Any]]


def a_problem(told: str) -> dict[str, Any]:
    """Return the description of an answer that tells what went wrong."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": told, "content": {TYPE: {"schema": schema}}}


_ETAG: Final = {"description": "Tag of this answer.", "schema": {"type": "string"}}
_LINK: Final = {"description": 'The next page: `<...>; rel="next"`.', "schema": {"type": "string"}}
_NO_KEY: Final = a_problem("Nobody is signed in here: send a key.")
_ALWAYS: Final[Answers] = {
    304: {"description": "It is what you have already (`If-None-Match`)."},
    401: _NO_KEY,
    422: a_problem("A parameter cannot be used; `errors` names each and its fix."),
    503: a_problem("The database cannot be asked now."),
}
_ABSENT: Final = a_problem("There is no such thing here.")


def _json(schema: str, told: str) -> dict[str, Any]:
    return {
        "description": told,
        "headers": {"ETag": _ETAG},
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def a_page(schema: str) -> Answers:
    """Return the answers of what comes in pages."""
    page = _json(schema, "A page.")
    page["headers"] = {**page["headers"], "Link": _LINK}
    return {200: page, 404: _ABSENT, **_ALWAYS}


def one(schema: str, told: str) -> Answers:
    """Return the answers of what is there or is not."""
    return {200: _json(schema, told), 404: _ABSENT, **_ALWAYS}


#: OpenAPI 3.1 knows no streams: this is one event of it.
_EVENT: Final = {
    "type": "object",
    "description": "One event.",
    "properties": {
        "id": {"type": "string", "description": "Its cursor."},
        "event": {"type": "string"},
        "data": {"type": "string", "description": "A change, as JSON."},
        "retry": {"type": "integer"},
    },
}

STREAM: Final[Answers] = {
    200: {
        "description": "Server-sent events: `id` is a cursor, `data` a change.",
        "content": {"text/event-stream": {"schema": _EVENT}},
    },
    401: _NO_KEY,
    404: _ABSENT,
    422: _ALWAYS[422],
    503: a_problem("Too many streams are open, or the database cannot be asked."),
}

_REFUSED: Final[Answers] = {
    400: a_problem("The body is no JSON."),
    401: _NO_KEY,
    403: a_problem("The key only reads, or the list is shared to be looked at."),
    404: _ABSENT,
    409: a_problem("It does not go with how things stand."),
    422: _ALWAYS[422],
    503: _ALWAYS[503],
}


def _plain(schema: str, told: str) -> dict[str, Any]:
    return {
        "description": told,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def made(schema: str) -> Answers:
    """Return the answers of what makes something."""
    return {201: _plain(schema, "It was made."), **_REFUSED}


def changed(schema: str) -> Answers:
    """Return the answers of what changes or does something."""
    return {200: _plain(schema, "Done."), **_REFUSED}


def nothing() -> Answers:
    """Return the answers of what takes something away."""
    return {204: {"description": "It is gone."}, **_REFUSED}


FILE: Final[Answers] = {
    200: {
        "description": "The file, row by row.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/x-ndjson": {"schema": {"type": "string"}},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    },
    401: _NO_KEY,
    406: a_problem("This server does not write Parquet."),
    422: _ALWAYS[422],
    503: _ALWAYS[503],
}
