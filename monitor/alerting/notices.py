"""What those who look after a webhook are told of it, and when it is switched off.

Values in, values out; who hears and how it travels are elsewhere.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from monitor.domain.alerts import Blame, ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.changes import Json
from monitor.domain.events import EventType
from monitor.domain.watches import Health

#: A message that failed so many times is told of; hours have passed then, not seconds.
FAILING_AFTER = 4
#: A webhook that took nothing for so long is switched off when it fails a message for good.
DISABLE_AFTER = timedelta(days=5)


def news(
    claimed: ClaimedDelivery, outcome: Outcome, health: Health, *, now: datetime
) -> tuple[EventType, ...]:
    """Return what there is to tell of a target after an attempt.

    Args:
        claimed: The delivery, with this attempt counted.
        outcome: How the attempt ended.
        health: How the target is doing, this attempt counted.
        now: The time.
    """
    if outcome.disable_target or _took_nothing_for_too_long(outcome, health, now):
        return (EventType.TARGET_DISABLED,)
    attempts = claimed.delivery.attempts
    if claimed.delivery.notice is not None:
        return ()
    if outcome.state is DeliveryState.PENDING and outcome.counts and attempts == FAILING_AFTER:
        return (EventType.MESSAGE_FAILING,)
    if outcome.state is DeliveryState.DELIVERED and attempts > FAILING_AFTER:
        return (EventType.MESSAGE_RECOVERED,)
    return ()


def _took_nothing_for_too_long(outcome: Outcome, health: Health, now: datetime) -> bool:
    return (
        outcome.state is DeliveryState.FAILED
        and outcome.blame in {Blame.FAILED, Blame.TIMED_OUT}
        and health.failing_since is not None
        and health.failing_since <= now - DISABLE_AFTER
    )


def notice(
    claimed: ClaimedDelivery, outcome: Outcome, health: Health, *, now: datetime
) -> Mapping[str, Json]:
    """Return what is told, as it stands now. It holds no secret and no whole address."""
    since = health.failing_since
    return {
        "target": {
            "id": claimed.target.id,
            "channel": claimed.target.channel.value,
            "address": claimed.target.masked,
        },
        "delivery": claimed.delivery.id,
        "nct_id": claimed.alert.nct_id,
        "attempts": claimed.delivery.attempts,
        "status": outcome.status,
        # Our own words; the far side's stand in the log of attempts.
        "reason": outcome.detail.partition("\n")[0][:300],
        "failing_since": None if since is None else since.isoformat(timespec="seconds"),
        "at": now.isoformat(timespec="seconds"),
    }
