"""One round of sending what is due, and what the log says of it."""

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from monitor.alerting.dispatch import Sent, deliver_due
from monitor.domain.ports import Notifier
from monitor.domain.watches import Channel
from trialwatch.bootstrap import Service
from trialwatch.steps import log_attempt
from trialwatch.tell import Tell

_log = logging.getLogger("trialwatch")


async def deliver(
    service: Service, carriers: Mapping[Channel, Notifier], tell: Tell, stopping: asyncio.Event
) -> None:
    """Send what is due, and log how it went, without addresses."""
    ended: Counter[str] = Counter()

    def note(sent: Sent) -> None:
        ended[sent.outcome.word] += 1
        tell.sent(sent)
        log_attempt(sent)
        if sent.unforeseen is not None:
            _log.error("delivery %s: %s", sent.claimed.delivery.id, _where(sent.unforeseen))
        elif sent.outcome.word != "accepted":
            # The far side's words may name the reader; they are kept with the attempt.
            code = sent.outcome.status or "no reply code"
            _log.warning("delivery %s: %s (%s)", sent.claimed.delivery.id, sent.outcome.word, code)

    await deliver_due(
        service.open_work,
        carriers,
        clock=service.clock,
        owner=service.owner,
        on_sent=note,
        stopping=stopping,
    )
    if ended:
        _log.info("deliveries: %s", ", ".join(f"{ended[word]} {word}" for word in sorted(ended)))


def _where(error: BaseException) -> str:
    """Return what kind of error it was and where; its own words may name a reader."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " <- ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-5:]))
    return f"{type(error).__name__} in {places}"


def next_sending(service: Service, now: datetime) -> datetime | None:
    """Return when there is next something to send or to choose the time of."""
    with service.database.open_snapshot() as work:
        moments = (work.deliveries.next_due_at(now), work.timings.next_at())
    return min((moment for moment in moments if moment is not None), default=None)
