"""Listening for wake-ups on a connection of its own; ``storage.waking`` sends them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from psycopg import sql

from storage.trouble import explained
from storage.waking import CHANNEL, Wake

_ALIVE: dict[str, Any] = {
    "connect_timeout": 3,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "fallback_application_name": "trialwatch",
}


class Listener:
    """A connection on which wake-ups arrive."""

    def __init__(self, connection: psycopg.Connection[Any], shown_as: str) -> None:
        self._connection = connection
        self._shown_as = shown_as

    def heard(self, *, seconds: float) -> frozenset[Wake]:
        """Wait for wake-ups, at most so long; return what they are about.

        Raises:
            StorageError: The connection is gone, and what was sent meanwhile with it.
        """
        known = set(Wake)
        with explained(self._shown_as):
            arrived = self._connection.notifies(timeout=seconds, stop_after=1)
            return frozenset(Wake(one.payload) for one in arrived if one.payload in known)


@contextmanager
def open_listener(url: str, *, shown_as: str) -> Iterator[Listener]:
    """Open a connection of its own and listen.

    Raises:
        StorageError: The server cannot be reached.
    """
    with explained(shown_as):
        connection = psycopg.connect(url, autocommit=True, **_ALIVE)
    with closing(connection):
        with explained(shown_as):
            row = connection.execute(f"SELECT {CHANNEL}").fetchone()
            name = str(row[0]) if row else ""
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(name)))
        yield Listener(connection, shown_as)
