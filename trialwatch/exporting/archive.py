"""Everything of one person as a ZIP file, written while it is read."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from storage import archive
from storage.engine import Database
from trialwatch.exporting.forms import Form, written
from trialwatch.exporting.pipe import Pipe

_TOLD: Final = """Everything that this trialwatch holds of you, table by table.

Each table is here twice: as CSV for a spreadsheet, where a text that it would take for a formula
has a quote before it, and as JSON Lines, where every text is as it is. Times are UTC.

Left out, and why:
"""


def archived(database: Database, person_id: int, *, now: datetime) -> Iterator[bytes]:
    """Yield a person's archive, piece by piece."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, pieces in _files(database, person_id):
            about = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            with whole.open(about, "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece)
                    yield pipe.fetch()
    yield pipe.fetch()


def _files(database: Database, person_id: int) -> Iterator[tuple[str, Iterator[bytes]]]:
    left_out = {**archive.NOBODYS, **archive.WITHHELD}
    lines = "".join(f"- {name}: {reason}\n" for name, reason in left_out.items())
    yield "README.txt", iter([(_TOLD + lines).encode()])
    for name in archive.tables_of(person_id):
        columns = archive.columns_of(name)
        for form in Form:
            rows = archive.rows(database, person_id, name)
            yield f"{name}.{form.value}", written(rows, columns, form)
