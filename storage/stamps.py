"""A number that tells whether anybody has written to a SQLite file, without asking its rows."""

import sqlite3
from pathlib import Path


class FileStamp:
    """A connection that only ever looks at the number. One thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def read(self) -> int | None:
        """Return a number that moves with every commit of any other connection, in any process.

        None where it cannot be told just now. It comes from memory that the processes share and
        waits for nobody: https://www.sqlite.org/pragma.html#pragma_data_version
        """
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(
                    self._path, timeout=0, isolation_level=None, check_same_thread=False
                )
            found = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            self.close()
            return None
        return int(found[0])

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
