"""A table's row as one line of JSON, and back.

Times are ISO 8601 in UTC, bytes are base64; which column holds which, the declared schema says.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Column, LargeBinary

from storage.columns import Utc
from storage.sealing import SealedBytes

#: Makes one value of another kind.
Change: TypeAlias = Callable[[Any], Any]
Columns: TypeAlias = Sequence[Column[Any]]


def writers(columns: Columns) -> tuple[Change, ...]:
    """Return what makes each column's value fit for JSON."""
    return tuple(_pair(column)[0] for column in columns)


def readers(columns: Columns) -> tuple[Change, ...]:
    """Return what makes each column's value out of JSON."""
    return tuple(_pair(column)[1] for column in columns)


def change_row(row: Iterable[Any], changes: Sequence[Change]) -> list[Any]:
    """Return a row changed column by column; what is absent stays absent."""
    return [
        None if value is None else change(value) for value, change in zip(row, changes, strict=True)
    ]


def named(columns: Columns, row: Sequence[Any]) -> Mapping[str, Any]:
    """Return a row by column name."""
    return {column.name: value for column, value in zip(columns, row, strict=True)}


def _pair(column: Column[Any]) -> tuple[Change, Change]:
    if isinstance(column.type, Utc):
        return datetime.isoformat, datetime.fromisoformat
    if isinstance(column.type, LargeBinary | SealedBytes):
        return _to_base64, b64decode
    return _same, _same


def _to_base64(value: bytes) -> str:
    return b64encode(value).decode("ascii")


def _same(value: Any) -> Any:
    return value
