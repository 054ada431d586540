"""Every form that an export can have."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final

from storage.exports import Row
from trialwatch.exporting import parquet
from trialwatch.exporting.forms import TYPES, Form, written


class Kind(StrEnum):
    """Every form a file can have."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


#: https://www.iana.org/assignments/media-types/application/vnd.apache.parquet
MEDIA: Final[Mapping[Kind, str]] = {
    **{Kind(form): media for form, media in TYPES.items()},
    Kind.PARQUET: "application/vnd.apache.parquet",
}


def written_as(rows: Iterable[Row], columns: Mapping[str, type], kind: Kind) -> Iterator[bytes]:
    """Return a file piece by piece.

    Raises:
        ParquetMissingError: It is to be Parquet, and what writes that is not installed.
    """
    if kind is Kind.PARQUET:
        return parquet.written(rows, columns)
    return written(rows, columns, Form(kind))
