"""How the interface answers: JSON with a tag, pages with the way to the next."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Path, Query, Request, Response

from trialwatch.web.conditional import answer

JSON: Final = "application/json"
MOST: Final = 1000
Limit = Annotated[
    int, Query(ge=1, le=MOST, description="At most so many on a page.", examples=[100])
]
#: The same where one page usually holds all.
ManyAtOnce = Annotated[
    int, Query(ge=1, le=MOST, description="At most so many on a page.", examples=[1000])
]
#: A trial's number as it is written.
NUMBER: Final = "^[Nn][Cc][Tt][0-9]{8}$"
Number = Annotated[
    str, Path(pattern=NUMBER, description="A trial's number.", examples=["NCT99000001"])
]


def told(
    request: Request,
    value: Mapping[str, Any],
    *,
    following: str | None = None,
    status: int = 200,
) -> Response:
    """Return a value as JSON.

    Args:
        request: What was asked.
        value: Plain values; times are written in ISO 8601.
        following: Cursor of the next page, None when this is the last or no page at all.
        status: 201 where something was made.
    """
    body = json.dumps(value, ensure_ascii=False, default=_plain).encode("utf-8", "replace")
    if request.method not in {"GET", "HEAD"}:
        # What is answered to a change is not kept: it may hold a secret.
        return Response(body, status_code=status, media_type=JSON)
    return written(request, body, following=following)


def written(request: Request, body: bytes, *, following: str | None = None) -> Response:
    """Return JSON that is written already."""
    headers = {}
    if following is not None:
        asked = {**request.query_params, "after": following}
        headers["Link"] = f'<{request.url.path}?{urlencode(asked)}>; rel="next"'
    return answer(request, body, media_type=JSON, headers=headers)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
