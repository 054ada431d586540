"""Confirmation mails that are due: claim, send, write down. Apart from the outbox of alerts.

At least once, like everything else: a repeat only when a process died or an answer was lost, and
then the same mail under the same Message-ID.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerting.consent import FORGOTTEN_AFTER
from monitor.alerting.retry import due_again
from monitor.domain.alerts import Receipt
from monitor.domain.consents import AskOutcome, ClaimedConfirmation
from monitor.domain.errors import DeliveryError, fault_of_ours
from monitor.domain.ports import Clock, ConfirmationCarrier, OpenWork
from monitor.domain.watches import Channel

#: Longer than the longest conversation with a relay, so that no lease needs renewing.
LEASE = timedelta(minutes=20)
#: Mails under way at once.
_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One confirmation mail and how its attempt ended."""

    claimed: ClaimedConfirmation
    outcome: AskOutcome
    #: An error nobody foresaw; it is for the log.
    unforeseen: BaseException | None = None


async def ask_due(
    open_work: OpenWork,
    carrier: ConfirmationCarrier,
    *,
    clock: Clock,
    owner: str,
    stopping: asyncio.Event | None = None,
    chance: Callable[[], float] = random.random,
) -> tuple[Asked, ...]:
    """Send the confirmation mails that are due now; return how each went.

    Args:
        open_work: Opens a transaction.
        carrier: Carries them.
        clock: The time, UTC.
        owner: Name of this worker, unique among all that run.
        stopping: When set, nothing new is claimed.
        chance: A number from 0 to 1 for each retry's jitter.
    """
    ended: list[Asked] = []
    while stopping is None or not stopping.is_set():
        claims = await asyncio.to_thread(_claim, open_work, clock, owner)
        if not claims:
            break
        answers = await asyncio.gather(
            *(carrier.ask(claimed.confirmation) for claimed in claims), return_exceptions=True
        )
        asked = tuple(
            _asked(claimed, answer, clock(), chance())
            for claimed, answer in zip(claims, answers, strict=True)
        )
        await asyncio.to_thread(_record, open_work, asked, clock)
        ended += asked
    return tuple(ended)


def forget_silent(open_work: OpenWork, *, now: datetime) -> int:
    """Forget addresses that were asked long ago and never answered; return how many."""
    with open_work() as work:
        forgotten = work.consents.forget(asked_before=now - FORGOTTEN_AFTER)
        work.commit()
    return forgotten


def _claim(open_work: OpenWork, clock: Clock, owner: str) -> tuple[ClaimedConfirmation, ...]:
    now = clock()
    with open_work() as work:
        claimed = work.consents.claim(now, limit=_AT_ONCE, until=now + LEASE, owner=owner)
        work.commit()
    return claimed


def _record(open_work: OpenWork, asked: Sequence[Asked], clock: Clock) -> None:
    with open_work() as work:
        for one in asked:
            work.consents.record(one.claimed, one.outcome, now=clock())
        work.commit()


def _asked(
    claimed: ClaimedConfirmation, answer: Receipt | BaseException, now: datetime, chance: float
) -> Asked:
    if isinstance(answer, Receipt):
        return Asked(
            claimed=claimed, outcome=AskOutcome(due_at=None, taken=True, detail=answer.detail)
        )
    if isinstance(answer, DeliveryError):
        return Asked(claimed=claimed, outcome=_failed(answer, claimed, now, chance))
    if not isinstance(answer, Exception):
        raise answer
    outcome = _failed(fault_of_ours(answer), claimed, now, chance)
    return Asked(claimed=claimed, outcome=outcome, unforeseen=answer)


def _failed(
    error: DeliveryError, claimed: ClaimedConfirmation, now: datetime, chance: float
) -> AskOutcome:
    due_at = due_again(
        error,
        Channel.EMAIL,
        attempts=claimed.attempts,
        since=claimed.confirmation.asked_at,
        now=now,
        chance=chance,
    )
    return AskOutcome(
        due_at=due_at,
        taken=False,
        detail=error.in_full,
        counts=not error.carrier_down,
        bounce=error.bounce if due_at is None else None,
    )
