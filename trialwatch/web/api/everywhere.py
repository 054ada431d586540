"""What every address of the interface has in common, put into its document."""

from collections.abc import Mapping
from typing import Any, Final

from trialwatch.web.api.described import a_problem
from trialwatch.web.api.once import HEADER, PATTERN

_GOOD: Final = ("200", "201", "204")
_QUOTA: Final = {
    "RateLimit-Policy": {
        "description": "Requests a key may send (`q`) in so many seconds (`w`).",
        "schema": {"type": "string"},
        "example": '"requests";q=600;w=60',
    },
    "RateLimit": {
        "description": "Requests that are left (`r`), and seconds until they are all back (`t`).",
        "schema": {"type": "string"},
        "example": '"requests";r=599;t=60',
    },
}
_NAMED: Final = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A name of your own for this request. Sent again within 24 hours with the same"
    " name and body, it is not done again: you get the answer of the first time.",
    "schema": {"type": "string", "pattern": PATTERN},
    "example": "7d1f0d4e-5b0c-4c5e-9c8b-2f1f5a9f6c11",
}
_WAIT: Final = {"description": "Seconds to wait.", "schema": {"type": "integer"}}


def describe_everywhere(paths: Mapping[str, Mapping[str, Any]]) -> None:
    """Add to each operation what all of them answer and take."""
    for operations in paths.values():
        for method, operation in operations.items():
            _describe(operation["responses"])
            if method == "post":
                operation.setdefault("parameters", []).append(_NAMED)


def _describe(responses: dict[str, Any]) -> None:
    for status in _GOOD:
        if status in responses:
            kept = responses[status].get("headers", {})
            responses[status]["headers"] = {**kept, **_QUOTA}
    too_many = a_problem("More requests than a key may send in a minute.")
    responses["429"] = too_many | {"headers": {"Retry-After": _WAIT, **_QUOTA}}
