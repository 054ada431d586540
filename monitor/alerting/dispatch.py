"""Deliveries that are due: claim, send, write down.

No transaction is open while something is sent. A process that dies in here loses nothing: what
it held comes due again when the lease ends, under the same id.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.alerting.health import PACE
from monitor.alerting.hours import out_of_quiet_hours, strike_hours
from monitor.alerting.lanes import Slots
from monitor.alerting.retry import after_failure, after_success
from monitor.domain.alerts import Blame, ClaimedDelivery, DeliveryState, Outcome, Receipt
from monitor.domain.errors import DeliveryError, fault_of_ours
from monitor.domain.lanes import Lane, Room
from monitor.domain.ports import Clock, Notifier, OpenWork
from monitor.domain.watches import Channel

#: How long a claim lasts unless renewed. A killed process is made good after that.
LEASE = timedelta(seconds=20)
#: Claims are renewed this often while a long send goes on.
RENEW_EVERY = timedelta(seconds=5)
#: Sends under way at once in one process.
SLOTS = Slots()
#: A webhook under way for longer gives its slot in the steady lane to somebody else.
SLOW = timedelta(seconds=0.5)
#: While something is under way the outbox is looked at this often.
_LOOK_EVERY = timedelta(seconds=0.25)
#: What ends at nearly the same time is written down together: a commit costs more than a row.
_GATHER = timedelta(seconds=0.005)
#: The suspect lane is looked at no oftener: much that is in it may not go yet.
_SUSPECT_EVERY = timedelta(seconds=0.5)
#: A bucket is full again after so many looks, a token's time apart.
_IDLE_LOOKS = PACE.burst


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
class _UnderWay:
    """A send and when its time began, by the loop's clock."""

    claimed: ClaimedDelivery
    lane: Lane
    began: float
    renewed: float


@dataclass(slots=True, kw_only=True)
class _Round:
    """Everything one round needs, and what is under way in it."""

    open_work: OpenWork
    carriers: Mapping[Channel, Notifier]
    clock: Clock
    owner: str
    slots: Slots
    chance: Callable[[], float]
    under_way: dict[asyncio.Task[Receipt], _UnderWay] = field(default_factory=dict)
    counts: Counter[DeliveryState] = field(default_factory=Counter)
    #: Looks in a row that found something due, and nothing that may go.
    idle_looks: int = 0
    #: When the suspect lane was looked at last, by the loop's clock.
    suspects_at: float = 0.0

    def room(self) -> Room:
        """Return how much may be claimed now."""
        at = asyncio.get_running_loop().time()
        filled = Counter(
            send.lane
            for send in self.under_way.values()
            if send.lane is not Lane.STEADY or at - send.began < SLOW.total_seconds()
        )
        if at - self.suspects_at < _SUSPECT_EVERY.total_seconds():
            filled[Lane.SUSPECT] = self.slots.suspect
        else:
            self.suspects_at = at
        return self.slots.room(filled, altogether=len(self.under_way))


async def deliver_due(
    open_work: OpenWork,
    carriers: Mapping[Channel, Notifier],
    *,
    clock: Clock,
    owner: str,
    slots: Slots = SLOTS,
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
        slots: Most sends under way at once; no more than is free is ever claimed.
        stopping: When set, nothing new is claimed and what is under way is waited for.
        on_sent: Told of each attempt after it was written down.
        chance: A number from 0 to 1 for each retry's jitter.
    """
    this = _Round(
        open_work=open_work,
        carriers=carriers,
        clock=clock,
        owner=owner,
        slots=slots,
        chance=chance,
    )
    try:
        while await _claim(this, stopping) or this.under_way or await _more_soon(this, stopping):
            for sent in await _record_finished(this):
                on_sent(sent)
    finally:
        for task in this.under_way:
            task.cancel()
    return DispatchReport(counts=this.counts, next_due_at=await _next_due_at(this))


async def _more_soon(this: _Round, stopping: asyncio.Event | None) -> bool:
    """Wait a little for what is due and may not go yet; return whether to look again.

    A bucket fills within a second. What has to wait for longer, because another process holds
    its like, is left to the next round.
    """
    due_at = await _next_due_at(this)
    due = due_at is not None and due_at <= this.clock()
    if not due or this.idle_looks >= _IDLE_LOOKS or (stopping is not None and stopping.is_set()):
        return False
    this.idle_looks += 1
    await asyncio.sleep(PACE.gap.total_seconds())
    return True


async def _claim(this: _Round, stopping: asyncio.Event | None) -> bool:
    """Fill the free slots; return whether anything was claimed."""
    room = this.room()
    if not room.most or (stopping is not None and stopping.is_set()):
        return False
    claims = await asyncio.to_thread(_claim_rows, this, room)
    began = asyncio.get_running_loop().time()
    for claimed in claims:
        carrier = this.carriers[claimed.target.channel]
        this.under_way[asyncio.create_task(carrier.send(claimed))] = _UnderWay(
            claimed=claimed, lane=claimed.lane, began=began, renewed=began
        )
        this.idle_looks = 0
    return bool(claims)


def _claim_rows(this: _Round, room: Room) -> tuple[ClaimedDelivery, ...]:
    claims: tuple[ClaimedDelivery, ...] = ()
    more = True
    while more and not claims:
        with this.open_work() as work:
            more = strike_hours(work, this.clock())
            claims = work.deliveries.claim(this.clock(), room=room, lease=LEASE, owner=this.owner)
            work.commit()
    return claims


async def _record_finished(this: _Round) -> tuple[Sent, ...]:
    """Wait until a send ends or the outbox wants a look; write down what ended."""
    if not this.under_way:
        return ()
    await asyncio.wait(
        this.under_way,
        timeout=_LOOK_EVERY.total_seconds(),
        return_when=asyncio.FIRST_COMPLETED,
    )
    await asyncio.sleep(_GATHER.total_seconds())
    done = [task for task in this.under_way if task.done()]
    # By target: two workers that write to the same targets must not wait for each other.
    ended = sorted(
        (_sent(task, this.under_way.pop(task).claimed, this) for task in done),
        key=lambda sent: (sent.claimed.target.id, sent.claimed.delivery.id),
    )
    old = _to_renew(this)
    if ended or old:
        await asyncio.to_thread(_record_rows, this, ended, old)
    this.counts.update(sent.outcome.state for sent in ended)
    return tuple(ended)


def _to_renew(this: _Round) -> tuple[ClaimedDelivery, ...]:
    """Return the claims whose lease is to be renewed now."""
    at = asyncio.get_running_loop().time()
    old = [
        send for send in this.under_way.values() if at - send.renewed >= RENEW_EVERY.total_seconds()
    ]
    for send in old:
        send.renewed = at
    return tuple(send.claimed for send in old)


def _record_rows(this: _Round, ended: Collection[Sent], old: tuple[ClaimedDelivery, ...]) -> None:
    with this.open_work() as work:
        work.deliveries.record([(sent.claimed, sent.outcome) for sent in ended], now=this.clock())
        if old:
            work.deliveries.renew(old, until=this.clock() + LEASE)
        work.commit()


def _sent(task: asyncio.Task[Receipt], claimed: ClaimedDelivery, this: _Round) -> Sent:
    error = task.exception()
    if error is None:
        return Sent(claimed=claimed, outcome=after_success(task.result()))
    known = isinstance(error, DeliveryError)
    failure = error if isinstance(error, DeliveryError) else fault_of_ours(error)
    outcome = after_failure(
        failure,
        claimed.delivery,
        claimed.target.channel,
        now=this.clock(),
        chance=this.chance(),
    )
    if outcome.due_at is not None:
        outcome = replace(outcome, due_at=out_of_quiet_hours(claimed, outcome.due_at))
    if known:
        return Sent(claimed=claimed, outcome=outcome)
    return Sent(claimed=claimed, outcome=replace(outcome, blame=Blame.OURS), unforeseen=error)


async def _next_due_at(this: _Round) -> datetime | None:
    def read() -> datetime | None:
        with this.open_work() as work:
            found = (work.deliveries.next_due_at(this.clock()), work.timings.next_at())
        return min((moment for moment in found if moment is not None), default=None)

    return await asyncio.to_thread(read)
