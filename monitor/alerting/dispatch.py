"""Deliveries that are due: claim, send, write down.

No transaction is open while something is sent. A process that dies in here loses nothing: what
it held comes due again when the lease ends, under the same id.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.alerting.retry import after_failure, after_success
from monitor.domain.alerts import ClaimedDelivery, DeliveryState, Outcome, Receipt
from monitor.domain.errors import DeliveryError
from monitor.domain.ports import Clock, Notifier, OpenWork
from monitor.domain.watches import Channel

#: How long a claim lasts unless renewed. A killed process is made good after that.
LEASE = timedelta(seconds=20)
#: Claims are renewed this often while a long send goes on.
RENEW_EVERY = timedelta(seconds=5)
#: Sends under way at once in one process.
SLOTS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One attempt and how it ended."""

    claimed: ClaimedDelivery
    outcome: Outcome
    #: An error nobody foresaw; the attempt counts as failed and the error is for the log.
    unforeseen: BaseException | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchReport:
    """What a round of deliveries came to."""

    #: Number of attempts by the state they left the delivery in.
    counts: Mapping[DeliveryState, int]
    #: When the next delivery is due, None when the outbox is empty.
    next_due_at: datetime | None

    def plus(self, later: "DispatchReport") -> "DispatchReport":
        """Return this round and a later one as one."""
        counts = Counter(self.counts)
        counts.update(later.counts)
        return DispatchReport(counts=counts, next_due_at=later.next_due_at)


@dataclass(slots=True, kw_only=True)
class _Round:
    """Everything one round needs, and what is under way in it."""

    open_work: OpenWork
    carriers: Mapping[Channel, Notifier]
    clock: Clock
    owner: str
    slots: int
    chance: Callable[[], float]
    under_way: dict[asyncio.Task[Receipt], ClaimedDelivery] = field(default_factory=dict)
    counts: Counter[DeliveryState] = field(default_factory=Counter)


async def deliver_due(
    open_work: OpenWork,
    carriers: Mapping[Channel, Notifier],
    *,
    clock: Clock,
    owner: str,
    slots: int = SLOTS,
    stopping: asyncio.Event | None = None,
    on_sent: Callable[[Sent], None] = lambda _: None,
    chance: Callable[[], float] = random.random,
) -> DispatchReport:
    """Send what is due now, and return when nothing more is due.

    Args:
        open_work: Opens a transaction.
        carriers: Who carries what.
        clock: The time, UTC.
        owner: Name of this worker, unique among all that run.
        slots: Most sends under way at once; no more than that is ever claimed.
        stopping: When set, nothing new is claimed and what is under way is waited for.
        on_sent: Told of each attempt after it was written down.
        chance: A number from 0 to 1 for each retry's jitter.
    """
    now = _Round(
        open_work=open_work,
        carriers=carriers,
        clock=clock,
        owner=owner,
        slots=slots,
        chance=chance,
    )
    try:
        while await _claim(now, stopping) or now.under_way:
            for sent in await _record_finished(now):
                on_sent(sent)
    finally:
        for task in now.under_way:
            task.cancel()
    return DispatchReport(counts=now.counts, next_due_at=await _next_due_at(open_work))


async def _claim(now: _Round, stopping: asyncio.Event | None) -> bool:
    """Fill the free slots; return whether anything was claimed."""
    free = now.slots - len(now.under_way)
    if free <= 0 or (stopping is not None and stopping.is_set()):
        return False
    claims = await asyncio.to_thread(_claim_rows, now, free)
    for claimed in claims:
        carrier = now.carriers[claimed.target.channel]
        now.under_way[asyncio.create_task(carrier.send(claimed))] = claimed
    return bool(claims)


def _claim_rows(now: _Round, limit: int) -> tuple[ClaimedDelivery, ...]:
    with now.open_work() as work:
        claims = work.deliveries.claim(now.clock(), limit=limit, lease=LEASE, owner=now.owner)
        work.commit()
    return claims


async def _record_finished(now: _Round) -> tuple[Sent, ...]:
    """Wait until a send ends or leases want renewing; write down what ended."""
    done, _ = await asyncio.wait(
        now.under_way,
        timeout=RENEW_EVERY.total_seconds(),
        return_when=asyncio.FIRST_COMPLETED,
    )
    ended = tuple(_sent(task, now.under_way.pop(task), now) for task in done)
    await asyncio.to_thread(_record_rows, now, ended, tuple(now.under_way.values()))
    now.counts.update(sent.outcome.state for sent in ended)
    return ended


def _record_rows(
    now: _Round, ended: Iterable[Sent], under_way: tuple[ClaimedDelivery, ...]
) -> None:
    with now.open_work() as work:
        for sent in ended:
            work.deliveries.record(sent.claimed, sent.outcome, now=now.clock())
        if under_way:
            work.deliveries.renew(under_way, until=now.clock() + LEASE)
        work.commit()


def _sent(task: asyncio.Task[Receipt], claimed: ClaimedDelivery, now: _Round) -> Sent:
    error = task.exception()
    if error is None:
        return Sent(claimed=claimed, outcome=after_success(task.result()))
    known = isinstance(error, DeliveryError)
    failure = error if isinstance(error, DeliveryError) else _unforeseen(error)
    outcome = after_failure(
        failure,
        claimed.delivery,
        claimed.target.channel,
        now=now.clock(),
        chance=now.chance(),
    )
    return Sent(claimed=claimed, outcome=outcome, unforeseen=None if known else error)


def _unforeseen(error: BaseException) -> DeliveryError:
    """A fault of ours in one message must not stop the others, nor lose this one."""
    return DeliveryError(f"{type(error).__name__} inside trialwatch; the log has the details")


async def _next_due_at(open_work: OpenWork) -> datetime | None:
    def read() -> datetime | None:
        with open_work() as work:
            return work.deliveries.next_due_at()

    return await asyncio.to_thread(read)
