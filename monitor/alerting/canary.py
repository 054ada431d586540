"""A mail to ourselves once a day, and whether it is missed.

Made by whoever leads, sent by any worker over the connections of all mail, and taken in by the
door for returned mail: what the three share is rows. The clock comes in as an argument.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from monitor.alerting.retry import due_again
from monitor.domain.canary import Canary, CanaryCarrier, CanaryState, ClaimedCanary
from monitor.domain.errors import DeliveryError
from monitor.domain.ids import new_id
from monitor.domain.ports import Clock, OpenWork
from monitor.domain.watches import Channel

#: Gap between two of them.
EVERY: Final = timedelta(days=1)
#: Gap to the next where the newest was refused or sent back: it comes no more, and a road that was
#: mended meanwhile is not to be complained of for a day.
AGAIN: Final = timedelta(hours=1)
#: Greylisting and a busy queue hold mail up for minutes, now and then for an hour or two. With
#: the day between two, a road that closed is found after 28 hours at most.
GRACE: Final = timedelta(hours=4)
#: Nobody looked for longer than this: the service was off, and what did not come in meanwhile
#: says nothing. Waiting begins anew.
PAUSE: Final = timedelta(hours=1)
#: Clocks of two machines differ by less, so looking a moment before the other looked is no jump.
_CLOCKS_DIFFER: Final = timedelta(minutes=1)
#: Longer than the longest conversation with a relay, so that no lease needs renewing.
LEASE: Final = timedelta(minutes=20)


def is_due(state: CanaryState | None, now: datetime) -> bool:
    """Return whether a new one is to be made; also when the clock jumped back before the last."""
    if state is None:
        return True
    refused = state.waiting_since is not None and bool(state.status)
    return not timedelta(0) <= now - state.canary.made_at < (AGAIN if refused else EVERY)


def waits_since(state: CanaryState, now: datetime) -> datetime | None:
    """Return since when one is awaited and missing, looked at now; None while none is awaited."""
    if state.waiting_since is None:
        return None
    return now if _was_paused(state, now) else state.waiting_since


def is_missing(state: CanaryState, now: datetime) -> bool:
    """Return whether one should have come in by now."""
    if state.waiting_since is None or _was_paused(state, now):
        return False
    return now - state.waiting_since > GRACE


def _was_paused(state: CanaryState, now: datetime) -> bool:
    """Return whether nobody looked for so long, or the clock jumped, either way."""
    return not -_CLOCKS_DIFFER <= now - state.looked_at <= PAUSE


def missed(state: CanaryState, now: datetime) -> str:
    """Return what is missing, in words without addresses; empty while nothing is."""
    if not is_missing(state, now):
        return ""
    last = f"since {_minute(state.back_at)}" if state.back_at else "yet"
    return f"no mail that trialwatch sends itself has come in {last}: {_how_far(state)}"


def _how_far(state: CanaryState) -> str:
    made = f"the newest, of {_minute(state.canary.made_at)},"
    code = f" ({state.status})" if state.status else ""
    if state.taken_at is None:
        went = f"was not taken by the mail server{code}" if code else "was sent by nobody"
        return f"{made} {went}"
    if code:
        return f"{made} was taken by the mail server and sent back{code}"
    return f"{made} was taken by the mail server and did not get here"


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def look_after(open_work: OpenWork, *, now: datetime, new_token: Callable[[], str]) -> None:
    """Make a new one where it is time, and note that somebody looked."""
    with open_work() as work:
        state = work.canaries.state()
        since = waits_since(state, now) if state else None
        if is_due(state, now):
            canary = Canary(id=f"{new_id(now)}-0", token=new_token(), made_at=now)
            work.canaries.make(canary, waiting_since=min(since or now, now))
        else:
            work.canaries.look(now, waiting_since=since)
        work.commit()


async def send_due(
    open_work: OpenWork,
    carrier: CanaryCarrier,
    *,
    clock: Clock,
    owner: str,
    chance: Callable[[], float] = random.random,
) -> DeliveryError | None:
    """Send the one that is due, if any; return why it did not go out, None when nothing is wrong.

    Args:
        open_work: Opens a transaction.
        carrier: Carries it.
        clock: The time, UTC.
        owner: Name of this worker, unique among all that run.
        chance: A number from 0 to 1 for a retry's jitter.
    """
    claimed = await asyncio.to_thread(_claim, open_work, clock(), owner)
    if claimed is None:
        return None
    failure: DeliveryError | None = None
    try:
        await carrier.carry(claimed.canary)
    except DeliveryError as error:
        failure = error
    await asyncio.to_thread(_record, open_work, claimed, failure, clock(), chance())
    return failure


def _claim(open_work: OpenWork, now: datetime, owner: str) -> ClaimedCanary | None:
    with open_work() as work:
        claimed = work.canaries.claim(now, until=now + LEASE, owner=owner)
        work.commit()
    return claimed


def _record(
    open_work: OpenWork,
    claimed: ClaimedCanary,
    failure: DeliveryError | None,
    now: datetime,
    chance: float,
) -> None:
    with open_work() as work:
        work.canaries.record(
            claimed,
            due_at=_again_at(claimed, failure, now, chance) if failure else None,
            taken_at=None if failure else now,
            status=_code(failure) if failure else "",
        )
        work.commit()


def _again_at(
    claimed: ClaimedCanary, failure: DeliveryError, now: datetime, chance: float
) -> datetime | None:
    return due_again(
        failure,
        Channel.EMAIL,
        attempts=claimed.attempts,
        since=claimed.canary.made_at,
        now=now,
        chance=chance,
    )


def _code(failure: DeliveryError) -> str:
    return str(failure.status) if failure.status is not None else "no reply code"
