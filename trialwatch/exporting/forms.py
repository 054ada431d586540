"""Rows as CSV (RFC 4180) and as JSON Lines, one by one. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from storage.exports import Row

#: A spreadsheet takes a cell that begins so for a formula, and would run it.
#: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: Rows written at a time.
_AT_A_TIME: Final = 200


class Form(StrEnum):
    """How rows are written, to be read while they still come."""

    CSV = "csv"
    JSONL = "jsonl"


TYPES: Final[Mapping[Form, str]] = {
    Form.CSV: "text/csv; charset=utf-8; header=present",
    Form.JSONL: "application/x-ndjson",
}


def written(rows: Iterable[Row], columns: Mapping[str, type], form: Form) -> Iterator[bytes]:
    """Yield a file piece by piece, in UTF-8."""
    lines = _csv(rows, columns) if form is Form.CSV else _json_lines(rows, columns)
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) >= _AT_A_TIME:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting = []
    yield "".join(waiting).encode("utf-8", "replace")


def _csv(rows: Iterable[Row], columns: Mapping[str, type]) -> Iterator[str]:
    yield _line(columns)
    for row in rows:
        yield _line(_cell(row[name], kind) for name, kind in columns.items())


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(list(cells))
    return line.getvalue()


def _cell(value: Any, kind: type) -> str:
    if value is None:
        return ""
    if kind is bool:
        return str(value).lower()
    if kind is int:
        return str(value)
    text = text_of(value, kind)
    return f"'{text}" if text.startswith(_FORMULA) else text


def text_of(value: Any, kind: type) -> str:
    """Return a value as the text of a cell: times in ISO 8601, other JSON as JSON."""
    if isinstance(value, datetime):
        return value.isoformat()
    if kind is object and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _json_lines(rows: Iterable[Row], columns: Mapping[str, type]) -> Iterator[str]:
    for row in rows:
        told = {name: _plain(row[name]) for name in columns if name != "record"}
        line = json.dumps(told)
        if "record" in columns:
            # The record is JSON already, and stays as the registry wrote it, on one line.
            line = f'{line[:-1]}, "record": {_one_line(row["record"])}}}'
        yield f"{line}\n"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _one_line(text: str) -> str:
    return text if "\n" not in text and "\r" not in text else json.dumps(json.loads(text))
