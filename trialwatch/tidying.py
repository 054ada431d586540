"""The tick that makes room: months for attempts to come, and old attempts thrown away."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from monitor.domain.errors import StorageError
from storage.months import make_months
from storage.pruning import Pruned, prune
from trialwatch.bootstrap import Service

_log = logging.getLogger("trialwatch")
#: Gap between two looks. Months stand ready two ahead, so one that fails harms nothing.
EVERY = timedelta(minutes=10)


async def tidy(service: Service, go_on: Callable[[], bool]) -> None:
    """Make months that are missing, throw away what is too old, and say what was done.

    What cannot be done now, because somebody reads the log for long, the next look does: nothing
    waits for it, so it is no trouble that anybody should be woken for.
    """
    try:
        pruned = await asyncio.to_thread(_tidy, service, go_on)
    except StorageError as error:
        _log.info("log of attempts: not now: %s", error)
        return
    if pruned.months:
        _log.info("log of attempts: dropped %s", ", ".join(m.table for m in pruned.months))
    if pruned.rows:
        _log.info("log of attempts: %d rows thrown away", pruned.rows)


def _tidy(service: Service, go_on: Callable[[], bool]) -> Pruned:
    now = service.clock()
    make_months(service.database, now)
    kept = service.settings.attempts_kept
    if not kept:
        return Pruned()
    return prune(service.database, before=now - timedelta(days=kept), go_on=go_on)
