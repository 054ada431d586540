"""Who leads, on PostgreSQL: an advisory lock held by a session on a connection of its own.

The server gives the lock up when that session ends, however it ends. A session that says nothing
for three seconds is ended by the server, so a process that hangs loses the lead as one that died
does. What a leader commits is fenced in ``storage.fencing``.
"""

import select
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, LiteralString

import psycopg

from storage.fencing import FENCE, LEAD
from storage.trouble import explained

#: How the connection is told dead, by us and by the server: within about three seconds.
_ALIVE: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 1,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": 3000,
    "fallback_application_name": "trialwatch",
}
#: The same, asked of the server. Session limits are there since PostgreSQL 14.
_SERVER_SIDE: tuple[LiteralString, ...] = (
    "SET tcp_keepalives_idle = 1",
    "SET tcp_keepalives_interval = 1",
    "SET tcp_keepalives_count = 2",
    "SET tcp_user_timeout = 3000",
    "SET lock_timeout = '4s'",
)
_SILENT: LiteralString = "SET idle_session_timeout = '3s'"
_SILENT_SINCE = 140000
_TAKE: LiteralString = "SELECT pg_try_advisory_lock(%s, hashtext(current_schema()))"
_WAIT_FOR_COMMITS: LiteralString = "SELECT pg_advisory_lock(%s, hashtext(current_schema()))"
_GO_ON: LiteralString = "SELECT pg_advisory_unlock(%s, hashtext(current_schema()))"


class Lead:
    """One candidate's session."""

    def __init__(self, connection: psycopg.Connection[Any], shown_as: str) -> None:
        self._connection = connection
        self._shown_as = shown_as

    @property
    def session(self) -> int:
        """What the server calls its end of the connection."""
        return self._connection.info.backend_pid

    def take(self) -> bool:
        """Take the lead if nobody has it; return whether it is ours.

        Raises:
            StorageError: The connection is gone.
        """
        taken = self._ask(_TAKE, LEAD)
        if taken:
            self._ask(_WAIT_FOR_COMMITS, FENCE)
            self._ask(_GO_ON, FENCE)
        return bool(taken)

    def keep(self, *, seconds: float) -> None:
        """Keep the lead for a while; a connection that is cut is noticed at once.

        Raises:
            StorageError: The connection is gone, and the lead with it.
        """
        self._wait(seconds)
        self._ask("SELECT 1")

    def _wait(self, seconds: float) -> None:
        """Wait until the server says something, which it does when it ends, or for so long."""
        # Not select(), which takes no file above number 1023.
        poll = select.poll()
        with explained(self._shown_as):
            poll.register(self._connection.fileno(), select.POLLIN)
        poll.poll(seconds * 1000)

    def _ask(self, statement: LiteralString, *values: int) -> Any:
        with explained(self._shown_as):
            row = self._connection.execute(statement, values).fetchone()
        return row[0] if row else None


@contextmanager
def open_lead(url: str, *, shown_as: str) -> Iterator[Lead]:
    """Open a candidate's session; leaving gives the lead up.

    Raises:
        StorageError: The server cannot be reached.
    """
    with explained(shown_as):
        connection = psycopg.connect(url, autocommit=True, **_ALIVE)
    with closing(connection):
        with explained(shown_as):
            for statement in _SERVER_SIDE:
                connection.execute(statement)
            if connection.info.server_version >= _SILENT_SINCE:
                connection.execute(_SILENT)
        yield Lead(connection, shown_as)
