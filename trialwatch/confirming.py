"""The ticks that ask addresses whether they agree, and forget those that never answer."""

import asyncio
import logging
from datetime import datetime

from monitor.alerting.confirming import ask_due, forget_silent
from monitor.domain.ports import ConfirmationCarrier
from trialwatch.bootstrap import Service

_log = logging.getLogger("trialwatch")


async def ask(service: Service, asker: ConfirmationCarrier, stopping: asyncio.Event) -> None:
    """Send the confirmation mails that are due; log how it went, without addresses."""
    sent = await ask_due(
        service.open_work, asker, clock=service.clock, owner=service.owner, stopping=stopping
    )
    for one in sent:
        number = one.claimed.confirmation.target.id
        if one.outcome.taken:
            _log.info("target %d was asked by mail whether it agrees", number)
        else:
            kind = type(one.unforeseen).__name__ if one.unforeseen else "not sent"
            again = "tried again" if one.outcome.due_at else "given up"
            _log.warning("the confirmation mail to target %d: %s, %s", number, kind, again)


async def forget(service: Service) -> None:
    """Forget addresses that were asked long ago and never answered; log how many."""
    forgotten = await asyncio.to_thread(forget_silent, service.open_work, now=service.clock())
    if forgotten:
        _log.info("%d addresses that never confirmed were forgotten", forgotten)


def next_asking(service: Service, now: datetime) -> datetime | None:
    """Return when there is next somebody to ask."""
    with service.database.open_snapshot() as work:
        return work.consents.next_due_at(now)
