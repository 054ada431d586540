"""How many requests a tool may send in a minute, and the headers that say how many are left.

Source: draft-ietf-httpapi-ratelimit-headers-10. Kept in memory, so a restart begins anew.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

WITHIN: Final = timedelta(minutes=1)
#: Most callers remembered; the one longest unseen goes first.
_MOST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of a caller's minute."""

    requests: int
    #: Until the next minute begins.
    seconds: int
    refused: bool = False


@dataclass(slots=True, kw_only=True)
class Quota:
    """At most ``most`` requests of each caller a minute; 0 is no limit."""

    most: int
    _minutes: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)

    def spend(self, caller: str, now: datetime) -> Left:
        """Count a request, and return what is left."""
        began, spent = self._minutes.pop(caller, (now, 0))
        if not began <= now < began + WITHIN:
            began, spent = now, 0
        refused = 0 < self.most <= spent
        spent += not refused
        self._minutes[caller] = (began, spent)
        if len(self._minutes) > _MOST:
            self._minutes.popitem(last=False)
        rest = began + WITHIN - now
        seconds = max(1, -(rest // timedelta(seconds=-1)))
        return Left(requests=max(self.most - spent, 0), seconds=seconds, refused=refused)

    def headers(self, left: Left) -> dict[str, str]:
        """Return the headers of an answer; none where there is no limit."""
        if not self.most:
            return {}
        return {
            "RateLimit-Policy": f'"requests";q={self.most};w={round(WITHIN.total_seconds())}',
            "RateLimit": f'"requests";r={left.requests};t={left.seconds}',
        }
