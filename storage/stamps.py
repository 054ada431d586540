"""What tells whether anybody has written to a SQLite file, without asking its rows."""

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import TypeAlias

#: Differs from every one before it once another connection has committed.
Stamp: TypeAlias = tuple[int, int]


class FileStamp:
    """A connection that only ever looks at the file's own count of commits."""

    def __init__(self, path: Path) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=rw"
        self._connection: sqlite3.Connection | None = None
        #: A count means something within one connection alone, so each has a number.
        self._opened = 0
        self._lock = threading.Lock()

    def read(self) -> Stamp:
        """Return what differs after a commit of any other connection, in any process.

        Where it cannot be told just now, what was never returned before: the rows know more.
        https://www.sqlite.org/pragma.html#pragma_data_version
        """
        with self._lock:
            try:
                return self._opened, self._count()
            except sqlite3.Error:
                self._close()
                return self._opened, 0

    def _count(self) -> int:
        if self._connection is None:
            self._connection = sqlite3.connect(
                self._address, uri=True, timeout=0, isolation_level=None, check_same_thread=False
            )
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        self._opened += 1
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
