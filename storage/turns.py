"""Whose turn it is to write to a SQLite file, among the threads of one process.

SQLite lets the next writer in by chance: who finds the file locked sleeps up to a tenth of a
second and looks again. A thread that writes often and leaves little time in between shuts the
others out for as long as it goes on (14 s seen, with a sweep that stored alerts beside the
outbox). Here who has waited longest is woken. Other processes still meet at the file.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from monitor.domain.errors import StorageError
from storage.trouble import explain


class Turns:
    """A lock that is handed on in the order it was asked for."""

    def __init__(self, longest: timedelta, *, shown_as: str) -> None:
        self._longest = longest.total_seconds()
        self._shown_as = shown_as
        self._inner = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, and have it until left.

        Raises:
            StorageError: Others wrote for longer than the longest wait.
        """
        self._take()
        try:
            yield
        finally:
            self._hand_on()

    def _take(self) -> None:
        with self._inner:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(self._longest):
            return
        with self._inner:
            if mine.is_set():  # handed on between the wait and here
                return
            self._waiting.remove(mine)
        raise self._locked()

    def _hand_on(self) -> None:
        with self._inner:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False

    def _locked(self) -> StorageError:
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        return explain(error, database=self._shown_as)
