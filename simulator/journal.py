"""What the stand-in registry was asked, so that tests can count requests."""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

#: Requests remembered; older ones are forgotten, so a long run stays small.
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRequest:
    """One request and what came of it."""

    #: Path below ``/api/v2``; whole for anything else.
    path: str
    query: str
    user_agent: str
    #: Status sent, 0 when none was.
    status: int
    #: When it arrived, UTC.
    at: datetime
    #: The fault that befell it, empty when none did.
    fault: str = ""
    #: Value of ``If-None-Match``, empty when it carried none.
    if_none_match: str = ""


class Journal:
    """Requests in the order in which they were answered. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: deque[SeenRequest] = deque(maxlen=_REMEMBERED)

    def add(self, request: SeenRequest) -> None:
        """Remember a request."""
        with self._lock:
            self._seen.append(request)

    def all(self, path: str = "") -> tuple[SeenRequest, ...]:
        """Return the requests whose path starts with ``path``."""
        with self._lock:
            return tuple(seen for seen in self._seen if seen.path.startswith(path))

    def count(self, path: str = "") -> int:
        """Return how many requests had a path that starts with ``path``."""
        return len(self.all(path))

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._seen.clear()


def utc_now() -> datetime:
    """Return the time of day, UTC: the default clock of a running stand-in."""
    return datetime.now(UTC)
