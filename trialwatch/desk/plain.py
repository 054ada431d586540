"""Plain values, as JSON brings them, back to what they were. Pure."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Any, NewType, TypeVar, Union, get_args, get_origin

from monitor.domain.changes import Severity
from monitor.domain.errors import TrialwatchError

T = TypeVar("T")


class ServerTooOldError(TrialwatchError):
    """An answer lacks what this command needs."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The server does not tell {what}: it is older than this command. Update the server,"
            " or use the command of its version."
        )


def read(kind: type[T], value: Mapping[str, Any], **renamed: Any) -> T:
    """Return a dataclass of ``kind`` from its fields; what it does not know is left aside.

    Args:
        kind: The dataclass.
        value: Plain values by field.
        renamed: Values of fields that have another name in ``value``.

    Raises:
        ServerTooOldError: A field without a default is not there, or is of another shape.
    """
    given = {**value, **renamed}
    found: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]  # callers pass dataclasses
        if field.name in given:
            found[field.name] = _shaped(field.type, given[field.name], field.name)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ServerTooOldError(field.name)
    return kind(**found)


def _shaped(hint: Any, value: Any, name: str) -> Any:
    try:
        return _as(hint, value)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ServerTooOldError(f"{name} as it should") from error


def _as(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        others = [one for one in get_args(hint) if one is not type(None)]
        return value if value is None or len(others) > 1 else _as(others[0], value)
    if origin in {tuple, frozenset}:
        return origin(_as(get_args(hint)[0], one) for one in value)
    if isinstance(hint, NewType):
        return _as(hint.__supertype__, value)
    if hint is Severity:
        return Severity[value.upper()]
    if isinstance(hint, type):
        return _as_type(hint, value)
    return value


def _as_type(hint: type, value: Any) -> Any:
    if isinstance(value, hint):
        return value
    if issubclass(hint, datetime):
        return datetime.fromisoformat(value)
    if is_dataclass(hint):
        return read(hint, value)
    if issubclass(hint, Enum):
        return hint(value)
    raise TypeError(f"{value!r} is no {hint.__name__}")
