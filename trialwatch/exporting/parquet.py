"""Rows as Parquet, where ``pyarrow`` is installed."""

import importlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from monitor.domain.errors import TrialwatchError
from storage.exports import Row
from trialwatch.exporting.forms import text_of
from trialwatch.exporting.pipe import Pipe

_AT_A_TIME: Final = 5_000
_KINDS: Final[Mapping[type, str]] = {str: "string", int: "int64", bool: "bool_", object: "string"}


class ParquetMissingError(TrialwatchError):
    """The library that writes Parquet is not installed."""


def written(rows: Iterable[Row], columns: Mapping[str, type]) -> Iterator[bytes]:
    """Return a file piece by piece; other JSON than texts stands in it as JSON.

    Raises:
        ParquetMissingError: ``pyarrow`` is not installed; said before the first piece is asked for.
    """
    arrow = _arrow("pyarrow")
    parquet = _arrow("pyarrow.parquet")
    schema = arrow.schema(
        [(name, getattr(arrow, _KINDS[kind])()) for name, kind in columns.items()]
    )

    def pieces() -> Iterator[bytes]:
        pipe, waiting = Pipe(), iter(rows)
        with parquet.ParquetWriter(pipe, schema, compression="zstd") as writer:
            while some := list(islice(waiting, _AT_A_TIME)):
                table = [
                    {name: _value(row[name], columns[name]) for name in columns} for row in some
                ]
                writer.write_table(arrow.Table.from_pylist(table, schema=schema))
                yield pipe.fetch()
        yield pipe.fetch()

    return pieces()


def _arrow(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ParquetMissingError(
            "Parquet is written by pyarrow, which is not installed:"
            " pip install 'trialwatch[parquet]'"
        ) from error


def _value(value: Any, kind: type) -> Any:
    if value is None or kind in {int, bool}:
        return value
    return text_of(value, kind)
