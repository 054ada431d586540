"""Names that stay with a rule through all versions of a trial."""

from sqlalchemy import Connection, select

from monitor.domain.trial import Lineage, NctId
from storage.codec import from_json, pack, to_json, unpack
from storage.rows import AnyRow, overwrite
from storage.tables import lineages


class SqlLineages:
    """Plays ``monitor.domain.ports.Lineages``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, lineage: Lineage) -> None:
        """Insert or overwrite the names of (trial, version)."""
        row = {
            "nct_id": lineage.nct_id,
            "version": lineage.version,
            "parser_version": lineage.parser_version,
            "body": pack(to_json(lineage.ids).encode("ascii")),
        }
        overwrite(self._connection, lineages, [row])

    def read(self, nct_id: NctId, version: int) -> Lineage | None:
        """Return the names of a version's rules, None when none are stored."""
        query = select(lineages).where(lineages.c.nct_id == nct_id, lineages.c.version == version)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _lineage(row)

    def of_trial(self, nct_id: NctId) -> tuple[Lineage, ...]:
        """Return the names of all versions that have some stored, oldest first."""
        query = select(lineages).where(lineages.c.nct_id == nct_id).order_by(lineages.c.version)
        return tuple(_lineage(row) for row in self._connection.execute(query))


def _lineage(row: AnyRow) -> Lineage:
    body = unpack(row.body, of=f"the names of rules in version {row.version} of {row.nct_id}")
    return Lineage(
        nct_id=row.nct_id,
        version=row.version,
        parser_version=row.parser_version,
        ids=from_json(body.decode("ascii")),
    )
