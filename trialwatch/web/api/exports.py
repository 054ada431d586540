"""``/api/v1/export``: everything of one kind as a file, sent while it is read."""

from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import StreamingResponse

from trialwatch.exporting.kinds import MEDIA, Kind, written_as
from trialwatch.exporting.parquet import ParquetMissingError
from trialwatch.exporting.rows import What, columns_of, rows_of
from trialwatch.web.api.described import FILE
from trialwatch.web.shared import Wired
from trialwatch.web.visitors import Calling

router = APIRouter(tags=["export"])
_TOLD: Final = "`versions`, `changes` or `deliveries`."


@router.get("/export/{what}.{form}", summary="Everything of one kind as a file", responses=FILE)
def export(
    service: Wired,
    visitor: Calling,
    what: Annotated[What, Path(description=_TOLD)],
    form: Annotated[Kind, Path(description="`csv`, `jsonl` (JSON Lines) or `parquet`.")],
    *,
    records: Annotated[bool, Query(description="With `versions`: the record of each too.")] = False,
) -> StreamingResponse:
    """Give all versions, changes or deliveries that one may see, row by row.

    In CSV a text that a spreadsheet would take for a formula has a quote before it; JSON Lines
    has every text as it is. Addresses are masked. Parquet is there where the server has what
    writes it.
    """
    shown = records and what is What.VERSIONS
    rows = rows_of(
        service.reads,
        what,
        records=shown,
        reach=visitor.reach,
        of=visitor.id,
        shown=lambda row: row.masked,
    )
    try:
        pieces = written_as(rows, columns_of(what, records=shown), form)
    except ParquetMissingError as error:
        raise HTTPException(406, f"Ask for csv or jsonl. {error}, on the server.") from error
    return StreamingResponse(
        pieces,
        media_type=MEDIA[form],
        headers={"Content-Disposition": f'attachment; filename="{what.value}.{form.value}"'},
    )
