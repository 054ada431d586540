"""The trial in plain English, one per version and lexicon."""

from sqlalchemy import Connection, select

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
        """Insert or overwrite the summary of (trial, version, lexicon version)."""
        row = {
            "nct_id": summary.nct_id,
            "version": summary.version,
            "lexicon_version": summary.lexicon_version,
            "body": pack_summary(summary),
        }
        overwrite(self._connection, summaries, [row])

    def newest(self, nct_id: NctId) -> Summary | None:
        """Return the summary of the newest version, written with the newest lexicon.

        Lexicon versions sort as text.
        """
        query = (
            select(summaries.c.body)
            .where(summaries.c.nct_id == nct_id)
            .order_by(summaries.c.version.desc(), summaries.c.lexicon_version.desc())
            .limit(1)
        )
        body = self._connection.scalar(query)
        return None if body is None else unpack_summary(body)
