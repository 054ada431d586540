"""A round of deliveries that outlives another process's death, for those who wait for the end."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from monitor.alerting.dispatch import LEASE, DispatchReport, Sent, deliver_due
from monitor.domain.ports import Notifier
from monitor.domain.watches import Channel
from trialwatch.bootstrap import Service

#: A lease held by somebody else is looked at again this long after its end.
_AFTER_LEASE = 0.2


async def deliver_now(
    service: Service,
    carriers: Mapping[Channel, Notifier],
    *,
    until_empty: bool,
    on_sent: Callable[[Sent], None],
) -> DispatchReport:
    """Send what is due now.

    With ``until_empty`` deliveries held by another process are waited for, at most until the
    leases now running end: a process that was killed leaves such leases behind, one that lives
    renews them and sends what it holds itself.
    """

    async def once() -> DispatchReport:
        return await deliver_due(
            service.open_work,
            carriers,
            clock=service.clock,
            owner=service.owner,
            on_sent=on_sent,
        )

    report = await once()
    held_until = await asyncio.to_thread(_leased_until, service) if until_empty else None
    if held_until is None:
        return report
    await asyncio.sleep(_wait(held_until, service.clock()))
    return report.plus(await once())


def _leased_until(service: Service) -> datetime | None:
    with service.open_work() as work:
        return work.deliveries.leased_until(service.clock())


def _wait(until: datetime, now: datetime) -> float:
    """Return seconds to wait, never longer than a lease lasts."""
    seconds = (until - now).total_seconds() + _AFTER_LEASE
    return min(max(seconds, 0.0), LEASE.total_seconds() + _AFTER_LEASE)
