"""JSON Patch (RFC 6902), the part that stories need: add, remove, replace, move.

Source:
    RFC 6902, section 4; pointers: RFC 6901.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

_Step = Mapping[str, Any]


class PatchError(ValueError):
    """A step does not fit the document; the text names it."""


def patched(document: Any, steps: Iterable[_Step]) -> Any:
    """Return a copy of ``document`` after ``steps``.

    Raises:
        PatchError: An unknown operation, or a path that leads nowhere.
    """
    document = copy.deepcopy(document)
    for step in steps:
        try:
            _apply(document, step)
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise PatchError(f"step {dict(step)} does not fit: {error!r}") from error
    return document


def _apply(document: Any, step: _Step) -> None:
    match step["op"]:
        case "add":
            _add(document, step["path"], step["value"])
        case "remove":
            _remove(document, step["path"])
        case "replace":
            _remove(document, step["path"])
            _add(document, step["path"], step["value"])
        case "move":
            _add(document, step["path"], _remove(document, step["from"]))
        case other:
            raise ValueError(f"unknown operation {other!r}")


def _add(document: Any, pointer: str, value: Any) -> None:
    place, last = _place(document, pointer)
    if isinstance(place, list):
        place.insert(len(place) if last == "-" else _index(last, len(place)), value)
    else:
        place[last] = value


def _remove(document: Any, pointer: str) -> Any:
    place, last = _place(document, pointer)
    return place.pop(_index(last, len(place) - 1) if isinstance(place, list) else last)


def _place(document: Any, pointer: str) -> tuple[Any, str]:
    *above, last = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    for part in above:
        document = document[int(part) if isinstance(document, list) else part]
    return document, last


def _index(text: str, highest: int) -> int:
    index = int(text)
    if not 0 <= index <= highest:
        raise IndexError(text)
    return index
