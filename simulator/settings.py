"""How a stand-in registry behaves from its start on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from simulator.faults import Fault
from simulator.journal import utc_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Choices for one stand-in registry."""

    #: Longest request target answered, in bytes; a longer one gets 414.
    url_limit: int = 8192
    #: What a User-Agent must contain to get past the edge; empty lets everybody in.
    user_agent_token: str = "python-httpx"  # noqa: S105 - a word, no secret
    #: Whether the site's own history pages are answered.
    internal_api: bool = True
    #: Release shown first.
    start: int = 0
    #: Faults in store from the start.
    faults: tuple[Fault, ...] = ()
    #: Gives the time written in the journal, UTC.
    clock: Callable[[], datetime] = utc_now
