"""``export``: versions, changes and deliveries as files for other programs."""

import os
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import IO, Annotated

import typer

from trialwatch.cli.context import JsonOption, UsageError, desk
from trialwatch.exporting.kinds import Kind
from trialwatch.exporting.rows import What
from trialwatch.terminal import remark


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
    with desk() as opened:
        pieces = opened.export(what.value, kind.value, records=records)
        # What cannot be done is said before a file is made.
        first = next(pieces, b"")
        if output is None:
            _pour(chain([first], pieces), sys.stdout.buffer)
            return
        with _new_file(output) as file:
            _pour(chain([first], pieces), file)
    remark(f"Written: {output}")


def _pour(pieces: Iterable[bytes], file: IO[bytes]) -> None:
    for piece in pieces:
        file.write(piece)
    file.flush()


def _new_file(path: Path) -> IO[bytes]:
    """Open a file for its owner alone: deliveries hold addresses."""
    try:
        return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
    except OSError as error:
        raise UsageError(f"--output: {path} cannot be written: {error.strerror}") from error
