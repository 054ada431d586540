"""What a leader commits counts only while it leads, on PostgreSQL.

A commit looks whether the session of ``storage.leading`` still holds its lock, and holds a lock of
its own meanwhile, which a new leader waits for before it begins.
"""

from collections.abc import Callable
from typing import TypeAlias

from sqlalchemy import Connection, text

from monitor.domain.errors import StorageError
from monitor.domain.people import OPERATOR
from storage.work import SqlWork

#: Names the session that leads for this process, None while another process leads.
Fence: TypeAlias = Callable[[], int | None]

#: First halves of the locks' keys; the second is the schema, so that two services in one
#: database do not wait for each other. These are the letters "trwl" and "trwf".
LEAD = 0x7472776C
FENCE = 0x74727766
#: A commit that was let through and hangs is undone by the server, so no leader waits for long.
_LET_THROUGH = text(
    "SELECT set_config('idle_in_transaction_session_timeout', '2s', true),"
    " pg_advisory_xact_lock_shared(:fence, hashtext(current_schema()))"
)
_LOCKS = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = :lead AND objsubid = 2"
    " AND objid = (hashtext(current_schema())::bigint & 4294967295)::oid"
)
_HOLDS = text(f"{_LOCKS} AND pid = :session)")
_ANYBODY_HOLDS = text(f"{_LOCKS})")


def is_led(connection: Connection) -> bool:
    """Tell whether some process leads on this database."""
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.scalar(_ANYBODY_HOLDS, {"lead": LEAD}))


class LeadLostError(StorageError):
    """The lead went to another process; nothing of this piece of work was kept."""


class FencedWork(SqlWork):
    """A unit of work that is kept only while a session leads."""

    def __init__(self, connection: Connection, session: int | None) -> None:
        super().__init__(connection, OPERATOR)
        self._session = session

    def commit(self) -> None:
        """Keep everything done so far.

        Raises:
            LeadLostError: Another process leads by now, or nobody does.
        """
        self._connection.execute(_LET_THROUGH, {"fence": FENCE})
        holds = {"lead": LEAD, "session": self._session}
        if self._session is None or not self._connection.scalar(_HOLDS, holds):
            raise LeadLostError(
                "Another process leads now; this one leaves what it had begun to that"
            )
        super().commit()
