"""Reading from a replica of PostgreSQL that has come as far as the primary had.

Before each read the primary is asked how far its log is on disk, and then the connection that is
to be read from how far it has replayed it. Everything that was committed before the read began
lies before the first, so a replica past it shows nothing older than the primary would: neither
one's own changes nor rights are ever seen as they were (docs/adr/0043-read-replicas.md). Where it
does not get there soon, or does not answer, the primary is read.

The place is asked on the very connection that is read from, and before its snapshot is taken:
behind one address there may be several replicas.
"""

import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from sqlalchemy import Connection, Engine, text

from monitor.domain.errors import StorageError
from storage.engine import BUSY_TIMEOUT, Database, is_postgresql, postgresql_engine
from storage.following import Following, Place, after_trouble, begins_try, differs, is_ahead, lag
from storage.keys import Keyring
from storage.readmodels import ReplicaState
from storage.sealing import seal_with
from storage.trouble import explain

SETTING: Final = "TRIALWATCH_READ_DATABASE_URL"
#: How long a read waits for the replica to come as far as the primary, in seconds.
_CATCHING_UP: Final = 0.1
#: How long one question to the replica may take.
_ANSWER: Final = 1.0
_GAP: Final = 0.002
#: How a dead connection is told: a replica's machine may be gone without a word.
_ALIVE: Final = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 5000,
}
#: Without synchronous_commit a commit is seen before it is on disk.
_PRIMARY: Final = """
SELECT system_identifier, (CASE current_setting('synchronous_commit')
    WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END
) - '0/0'::pg_lsn FROM pg_control_system()
"""
_REPLICA: Final = b"""
SELECT system_identifier, coalesce(pg_last_wal_replay_lsn() - '0/0'::pg_lsn, 0),
    pg_is_in_recovery()::int,
    coalesce(has_table_privilege(to_regclass('deliveries'), 'SELECT'), false)::int
FROM pg_control_system()
"""


class _NotReadableError(Exception):
    """The replica cannot be read now; says why."""


class Replica:
    """A replica, and what is known of it. Safe to share between threads."""

    def __init__(self, engine: Engine, *, shown_as: str, tell: Callable[[str], None]) -> None:
        self.engine = engine
        #: How people are told of it; holds no password.
        self.shown_as = shown_as
        self._engine = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._tell = tell
        self._lock = threading.Lock()
        self._following = Following()
        self._behind = 0

    @property
    def state(self) -> ReplicaState:
        """How it stood at the last try."""
        with self._lock:
            return ReplicaState(
                shown_as=self.shown_as,
                trouble=self._following.trouble,
                behind_bytes=self._behind,
            )

    def connect(self, ask_primary: Callable[[], Place]) -> Connection | None:
        """Return a connection on which nothing older is read than the primary holds now.

        None where the primary is to be read.
        """
        if not self._begins():
            return None
        try:
            connection = self._come_to(ask_primary)
        except psycopg.Error as error:
            self._failed(str(explain(error, database=self.shown_as, setting=SETTING)))
            return None
        except (_NotReadableError, StorageError) as error:
            self._failed(str(error))
            return None
        self._well()
        return connection

    def _begins(self) -> bool:
        with self._lock:
            begun = begins_try(self._following, time.monotonic())
            self._following = begun or self._following
        return begun is not None

    def _come_to(self, ask_primary: Callable[[], Place]) -> Connection:
        primary = ask_primary()
        connection = self._engine.connect()
        with ExitStack() as given_up:
            given_up.callback(connection.close)
            # Its answer may still come, and is not for the next one who uses it.
            given_up.callback(connection.invalidate)
            place = self._wait(connection, primary)
            self._check_history(place, primary, ask_primary)
            given_up.pop_all()
        return connection

    def _wait(self, connection: Connection, primary: Place) -> Place:
        bare: Any = connection.connection.driver_connection
        until, pause = time.monotonic() + _CATCHING_UP, threading.Event()
        while True:
            place = _place(bare.pgconn)
            if why := differs(primary, place):
                raise _NotReadableError(f"The server {self.shown_as} {why}")
            self._behind = lag(primary, place)
            if not self._behind:
                return place
            if time.monotonic() > until:
                words = f"The replica {self.shown_as} is behind: it has {self._behind:,} bytes to"
                raise _NotReadableError(f"{words} replay")
            pause.wait(_GAP)

    def _check_history(
        self, place: Place, primary: Place, ask_primary: Callable[[], Place]
    ) -> None:
        if is_ahead(primary, place) and is_ahead(ask_primary(), place):
            raise _NotReadableError(
                f"The server {self.shown_as} has more in its log than the primary: it follows"
                " another history of it, as after a restore. Make the replica anew"
            )

    def _failed(self, why: str) -> None:
        with self._lock:
            before = self._following
            self._following = after_trouble(before, why, time.monotonic())
            begins = self._following.is_told and not before.is_told
        # What else waits in the pool may be as dead.
        self.engine.dispose()
        if begins:
            self._tell(f"{why}; the primary is read until it can be read again")

    def _well(self) -> None:
        with self._lock:
            was_told, self._following = self._following.is_told, Following()
        if was_told:
            self._tell(f"the replica {self.shown_as} is read again")


class Replicated(Database):
    """A primary that is written to, whose replica is read while that shows the same."""

    def __init__(self, primary: Database, replica: Replica) -> None:
        super().__init__(primary.engine, shown_as=primary.shown_as, busy_timeout=BUSY_TIMEOUT)
        self.replica = replica
        self._asking = primary.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a bare snapshot, on the replica if it may be."""
        connection = self.replica.connect(self._place)
        if connection is None:
            with super().reading() as connection:
                yield connection
            return
        with connection:
            yield connection

    def look(self) -> ReplicaState:
        """Try the replica once, and return how it stands."""
        with self.reading():
            pass
        return self.replica.state

    def use(self, keyring: Keyring) -> None:
        """Open sealed values that come from the replica with these keys."""
        seal_with(self.replica.engine.dialect, keyring)

    def close(self) -> None:
        """Close every connection to the replica; the primary's are its own."""
        self.replica.engine.dispose()

    def _place(self) -> Place:
        with self._asking.connect() as connection:
            system, reached = connection.execute(text(_PRIMARY)).one()
        return Place(system=int(system), reached=int(reached))


def open_replicated(primary: Database, url: str, *, tell: Callable[[str], None]) -> Replicated:
    """Return the way to read a primary's replica; nothing is connected yet.

    Args:
        primary: What is written to.
        url: ``postgresql://...`` of the replica.
        tell: Takes what the operator is to know, once when it begins and once when it is over.

    Raises:
        StorageError: One of the two is no PostgreSQL.
    """
    if not is_postgresql(url):
        raise StorageError(f"{SETTING} is not postgresql://user@host/name")
    if primary.is_sqlite:
        raise StorageError(
            f"{SETTING} names a replica, and {primary.shown_as} is a file, which has none: set"
            " TRIALWATCH_DATABASE_URL to the PostgreSQL that it follows"
        )
    engine, shown_as = postgresql_engine(url, BUSY_TIMEOUT, setting=SETTING, alive=_ALIVE)
    return Replicated(primary, Replica(engine, shown_as=shown_as, tell=tell))


def _place(connection: PGconn) -> Place:
    """Ask a replica how far it is, outside of any transaction, and not for ever.

    Raises:
        _NotReadableError: It does not answer, or not with this.
    """
    connection.send_query(_REPLICA)
    until, found = time.monotonic() + _ANSWER, None
    while True:
        _await_answer(connection, until)
        result = connection.get_result()
        if result is None:
            break
        if result.status != ExecStatus.TUPLES_OK:
            raise _NotReadableError(result.get_error_message())
        found = tuple(int(result.get_value(0, place) or 0) for place in range(4))
    if found is None:
        raise _NotReadableError("The replica gave no answer")
    system, reached, is_replica, may_read = found
    return Place(
        system=system, reached=reached, is_replica=bool(is_replica), may_read=bool(may_read)
    )


def _await_answer(connection: PGconn, until: float) -> None:
    poll = select.poll()
    poll.register(connection.socket, select.POLLIN)
    while connection.is_busy():
        left = until - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise _NotReadableError("The replica does not answer")
        connection.consume_input()
