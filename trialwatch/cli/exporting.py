"""``export``: versions, changes and deliveries as files for other programs."""

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from trialwatch.cli.context import JsonOption, UsageError, service
from trialwatch.exporting import parquet
from trialwatch.exporting.forms import Form, written
from trialwatch.exporting.rows import What, columns_of, rows_of
from trialwatch.terminal import remark


class Kind(StrEnum):
    """Every form a file can have."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def export(
    what: Annotated[What, typer.Argument(help="What to export.")],
    *,
    kind: Annotated[Kind, typer.Option("--format", help="Form of the file.")] = Kind.CSV,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write here; without it, to standard output."),
    ] = None,
    records: Annotated[
        bool, typer.Option("--records", help="With versions: their records too.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write all versions, changes or deliveries as CSV, JSON Lines or Parquet."""
    if as_json:
        kind = Kind.JSONL
    if records and what is not What.VERSIONS:
        raise UsageError("--records: only versions have records")
    if kind is Kind.PARQUET and output is None:
        raise UsageError("--format parquet: name a file with --output")
    if output is not None and output.exists():
        raise UsageError(f"--output: {output} is there already; name a new file")
    columns = columns_of(what, records=records)
    with service() as opened:
        rows = rows_of(opened.database, what, records=records)
        if kind is Kind.PARQUET and output is not None:
            parquet.write(rows, columns, output)
        else:
            _write(written(rows, columns, Form(kind.value)), output)
    if output is not None:
        remark(f"Written: {output}")


def _write(pieces: Iterable[bytes], output: Path | None) -> None:
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    try:
        with output.open("xb") as file:
            file.writelines(pieces)
    except OSError as error:
        raise UsageError(f"--output: {output} cannot be written: {error.strerror}") from error
