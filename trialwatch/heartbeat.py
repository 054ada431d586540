"""The dead man's switch: a sign of life to an address outside, as long as nothing stands still.

Silence is the alarm. A process that is dead, a machine that is off and a database that is away
send nothing either, so whoever waits for the sign hears of those too.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.alerting.standstill import Signs, standstills
from notifiers.heartbeat import HeartbeatClient
from storage import queries
from storage.standing import mails_held_up
from trialwatch.bootstrap import Service
from trialwatch.canary import canary_now

_log = logging.getLogger("trialwatch")
#: Gap between two signs of life.
EVERY = timedelta(minutes=5)


@dataclass(slots=True)
class Heartbeat:
    """Looks whether all goes on, and says so outside while it does."""

    service: Service
    client: HeartbeatClient
    #: What stood still at the last look.
    still: tuple[str, ...] = ()
    _unsettled_since: datetime | None = field(default=None, init=False)

    async def beat(self) -> None:
        """Look, and send a sign of life if nothing stands still.

        Raises:
            HeartbeatError: It did not arrive.
            StorageError: The rows cannot be read.
        """
        still = await asyncio.to_thread(self.look)
        if still != self.still:
            _say(still)
        self.still = still
        if not still:
            await self.client.beat()

    def look(self) -> tuple[str, ...]:
        """Return what stands still, in words."""
        now = self.service.clock()
        state = queries.registry_state(self.service.database)
        self._unsettled_since = (self._unsettled_since or now) if state.unsettled else None
        backlog = queries.backlog(self.service.database, now=now)
        canary = canary_now(self.service)
        return standstills(
            Signs(
                now=now,
                asked_at=state.seen_at,
                release_at=state.release_at,
                unsettled_since=self._unsettled_since,
                due_since=backlog.oldest_due_at,
                mails_held_up=mails_held_up(self.service.database, now=now),
                canary_missed=canary.missed if canary else "",
            )
        )


@asynccontextmanager
async def heartbeat_of(service: Service) -> AsyncIterator[Heartbeat | None]:
    """Open what sends signs of life, None where no address is set."""
    url = service.settings.heartbeat_url
    if not url:
        yield None
        return
    async with HeartbeatClient(url) as client:
        yield Heartbeat(service, client)


def _say(still: tuple[str, ...]) -> None:
    if still:
        _log.warning("no sign of life is sent while this is so: %s", "; ".join(still))
    else:
        _log.info("nothing stands still any more: signs of life are sent again")
