"""The mail to ourselves: the ticks that make and send it, and how it stands for who asks."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerting.canary import look_after, missed, send_due
from monitor.domain.canary import CanaryCarrier
from monitor.domain.ids import link_key
from storage.standing import canary_state
from trialwatch.bootstrap import Service
from trialwatch.outside import canary_is_set

_log = logging.getLogger("trialwatch")
#: Gap between two looks whether one is to be made; well below what counts as a pause.
LOOK_EVERY = timedelta(minutes=5)
#: Gap between two looks of a worker whether one is to be sent.
SEND_EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryNow:
    """How mail to ourselves stands."""

    #: When one came in last, None when none ever did.
    in_at: datetime | None
    #: What is missing, in words without addresses; empty while nothing is.
    missed: str


def canary_now(service: Service) -> CanaryNow | None:
    """Return how mail to ourselves stands, None where none is sent."""
    if not canary_is_set(service.settings):
        return None
    state = canary_state(service.database)
    if state is None:
        return CanaryNow(in_at=None, missed="")
    return CanaryNow(in_at=state.back_at, missed=missed(state, service.clock()))


async def look_after_canary(service: Service) -> None:
    """Make one where it is time."""
    await asyncio.to_thread(
        look_after,
        service.open_work,
        now=service.clock(),
        new_token=link_key,
    )


async def send_canary(service: Service, carrier: CanaryCarrier) -> None:
    """Send the one that is due; log how it went, without addresses."""
    failure = await send_due(service.open_work, carrier, clock=service.clock, owner=service.owner)
    if failure is not None:
        code = failure.status or "no reply code"
        _log.warning("the mail to ourselves was not taken by the mail server (%s)", code)
