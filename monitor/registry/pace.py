"""When the next request may leave.

One ``Pace`` for all calls of a client: the registry sees one program, so a rest it asks for
holds up every request, not only the one it was told to.
"""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.domain.ports import Clock

_SECONDS = re.compile(r"[0-9]{1,9}")
#: Most that a registry can ask for; longer is not believed.
LONGEST_RETRY_AFTER = timedelta(hours=24)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAndChance:
    """Time and chance as the client sees them."""

    #: Seconds from any point on, never backwards.
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Clock = _utc_now
    #: Returns a number from 0 up to 1.
    chance: Callable[[], float] = random.SystemRandom().random


class Pace:
    """Lets requests leave one by one, ``rate`` a second at most."""

    def __init__(self, rate: float, timing: TimeAndChance) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._timing = timing
        self._next_at = timing.monotonic()
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Return when a request may leave; first come, first served."""
        async with self._queue:
            while (wait := self._next_at - self._timing.monotonic()) > 0:
                await self._timing.sleep(wait)
            self._next_at = self._timing.monotonic() + self._gap

    def rest(self, gap: timedelta) -> None:
        """Let nothing leave for ``gap`` from now."""
        self._next_at = max(self._next_at, self._timing.monotonic() + gap.total_seconds())


def back_off(tries: int, *, first: timedelta, longest: timedelta, chance: float) -> timedelta:
    """Return how long to rest after ``tries`` failed tries: doubling, half of it by chance."""
    doublings = min(tries - 1, 16)
    whole = min(longest, first * (1 << doublings))
    return whole * (0.5 + 0.5 * chance)


def retry_after(text: str, *, now: datetime) -> timedelta:
    """Return the gap that a ``Retry-After`` asks for, zero when it cannot be read.

    Source:
        RFC 9110, section 10.2.3: seconds or an HTTP date.
    """
    if _SECONDS.fullmatch(text):
        wanted = timedelta(seconds=int(text))
    else:
        try:
            until = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return timedelta(0)
        wanted = until.replace(tzinfo=until.tzinfo or UTC) - now
    return min(max(wanted, timedelta(0)), LONGEST_RETRY_AFTER)
