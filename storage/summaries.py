"""The trial in plain English, one per version: as it was written last."""

from sqlalchemy import Connection, delete, select

from monitor.domain.summaries import Summary
from monitor.domain.trial import NctId
from storage.codec import pack_summary, unpack_summary
from storage.rows import overwrite
from storage.tables import summaries


class SqlSummaries:
    """Plays ``monitor.domain.ports.Summaries``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, summary: Summary) -> None:
        """Store the summary of (trial, version); what another lexicon wrote gives way.

        A lexicon's version is a fingerprint and has no order, so two could not be told apart.
        """
        others = delete(summaries).where(
            summaries.c.nct_id == summary.nct_id,
            summaries.c.version == summary.version,
            summaries.c.lexicon_version != summary.lexicon_version,
        )
        self._connection.execute(others)
        row = {
            "nct_id": summary.nct_id,
            "version": summary.version,
            "lexicon_version": summary.lexicon_version,
            "body": pack_summary(summary),
        }
        overwrite(self._connection, summaries, [row])

    def newest(self, nct_id: NctId) -> Summary | None:
        """Return the summary of the newest version, as it was written last."""
        query = (
            select(summaries.c.body)
            .where(summaries.c.nct_id == nct_id)
            .order_by(summaries.c.version.desc())
            .limit(1)
        )
        body = self._connection.scalar(query)
        return None if body is None else unpack_summary(body)
