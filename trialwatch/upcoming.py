"""When something is due next, as the rows say; they are asked again once they were written to.

A tick comes every second and mostly finds nothing. That holds until somebody writes: the rows say
when the next thing is due, and time alone makes nothing due before that.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

#: However still it is, the rows are asked so often.
AT_THE_LATEST = timedelta(minutes=1)

_Stamp = TypeVar("_Stamp")


class Upcoming(Generic[_Stamp]):
    """The next moment of one act."""

    def __init__(
        self, read: Callable[[datetime], datetime | None], stamp: Callable[[], _Stamp | None]
    ) -> None:
        """Watch rows.

        Args:
            read: Asks them when the next thing is due, from now on; runs in a thread.
            stamp: What differs once somebody has written, None where nothing tells.
        """
        self._read = read
        self._stamp = stamp
        #: Stamp and time of the last look that found nothing due, and what it said.
        self._known: tuple[_Stamp, datetime, datetime | None] | None = None

    async def is_here(self, now: datetime) -> bool:
        """Tell whether something is due by ``now``."""
        # Taken before the rows are read: what is written meanwhile makes it another.
        stamp = self._stamp()
        if self._is_still(stamp, now):
            return False
        self._known = None
        moment = await asyncio.to_thread(self._read, now)
        if moment is not None and moment <= now:
            return True
        if stamp is not None:
            self._known = stamp, now, moment
        return False

    def _is_still(self, stamp: _Stamp | None, now: datetime) -> bool:
        if self._known is None:
            return False
        seen, at, moment = self._known
        comes = moment is not None and moment <= now
        return stamp == seen and timedelta(0) <= now - at < AT_THE_LATEST and not comes
