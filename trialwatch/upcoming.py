"""When something is due next, as the rows say; they are asked again once they were written to.

A tick comes every second and mostly finds nothing. What it found holds until somebody writes: the
rows say when the next thing is due, and time alone makes nothing due before that.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

#: However still it is, the rows are asked so often: what ends by its age alone ends by then.
AT_THE_LATEST = timedelta(minutes=1)


class Upcoming:
    """The next moment of one act."""

    def __init__(
        self, read: Callable[[datetime], datetime | None], stamp: Callable[[], int | None]
    ) -> None:
        """Watch rows.

        Args:
            read: Asks them when the next thing is due, from now on; runs in a thread.
            stamp: A number that moves whenever somebody writes, None where there is none.
        """
        self._read = read
        self._stamp = stamp
        self._known: tuple[int, datetime] | None = None
        self._next: datetime | None = None

    async def is_here(self, now: datetime) -> bool:
        """Tell whether something is due by ``now``."""
        # Taken before the rows are read: what is written meanwhile moves it again.
        stamp = self._stamp()
        if not self._holds(stamp, now):
            self._next = await asyncio.to_thread(self._read, now)
            self._known = None if stamp is None else (stamp, now)
        return self._next is not None and self._next <= now

    def _holds(self, stamp: int | None, now: datetime) -> bool:
        if self._known is None:
            return False
        seen, at = self._known
        return stamp == seen and timedelta(0) <= now - at < AT_THE_LATEST
