"""When a delivery is tried again, and when it is given up.

Pure arithmetic: clock, attempt number and chance come in as arguments, an ``Outcome`` goes out.
"""

from datetime import datetime, timedelta

from monitor.domain.alerts import Blame, Delivery, DeliveryState, Outcome, Receipt
from monitor.domain.errors import DeliveryError
from monitor.domain.watches import CHATS, Channel


def _gaps(*seconds: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=second) for second in seconds)


_MINUTE, _HOUR = 60, 3600

_WEBHOOK = _gaps(5, 5 * _MINUTE, 30 * _MINUTE, *(hours * _HOUR for hours in (2, 5, 10, 14, 20, 24)))

#: Gap after the first, second, ... attempt; the delivery is given up after the last.
#: Webhooks and chats: ten attempts over 75 h 35 min 05 s (Standard Webhooks 1.0.0). Mail: five days,
#: for RFC 5321, 4.5.4.1 asks a sender to go on for four to five.
GAPS: dict[Channel, tuple[timedelta, ...]] = {
    Channel.WEBHOOK: _WEBHOOK,
    **dict.fromkeys(CHATS, _WEBHOOK),
    Channel.STREAM: _WEBHOOK,
    Channel.EMAIL: _gaps(
        *(minutes * _MINUTE for minutes in (1, 5, 15, 30)),
        *(hours * _HOUR for hours in (1, 2, 4, 8, *[12] * 8, 7)),
    ),
}

#: Least gap when the far side says that it is overloaded.
THROTTLED = timedelta(minutes=1)
#: Most that a far side can ask for; longer is not believed.
LONGEST_RETRY_AFTER = timedelta(hours=24)
#: Jitter is only ever added: at most a tenth of the gap, at most this.
MOST_JITTER = timedelta(minutes=15)


def after_success(receipt: Receipt) -> Outcome:
    """Return what to write down when the far side took the alert."""
    return Outcome(
        state=DeliveryState.DELIVERED,
        due_at=None,
        word="accepted",
        status=receipt.status,
        detail=receipt.detail,
    )


def after_failure(
    error: DeliveryError, delivery: Delivery, channel: Channel, *, now: datetime, chance: float
) -> Outcome:
    """Return what to write down when the far side did not take the alert.

    Args:
        error: What went wrong.
        delivery: The delivery, with this attempt counted in ``attempts``.
        channel: The road it took.
        now: End of the attempt.
        chance: A number from 0 to 1, for the jitter.

    Returns:
        Again at a time after ``now``, or given up. A road that failed (``carrier_down``) never
        uses up an attempt, whatever else is said of it.
    """
    due_at = due_again(
        error,
        channel,
        attempts=delivery.attempts,
        since=delivery.created_at,
        now=now,
        chance=chance,
    )
    return Outcome(
        state=DeliveryState.FAILED if due_at is None else DeliveryState.PENDING,
        due_at=due_at,
        word=_word(error),
        status=error.status,
        detail=error.in_full,
        counts=not error.carrier_down,
        disable_target=error.disable_target,
        blame=_blame(error),
        hold=max(THROTTLED, error.retry_after) if error.throttled else timedelta(0),
        bounce=error.bounce if due_at is None else None,
    )


def due_again(
    error: DeliveryError,
    channel: Channel,
    *,
    attempts: int,
    since: datetime,
    now: datetime,
    chance: float,
) -> datetime | None:
    """Return when to try again after a failure, None when it is given up.

    Args:
        error: What went wrong.
        channel: The road it took.
        attempts: Those that counted, this one among them.
        since: When the message was made.
        now: End of the attempt.
        chance: A number from 0 to 1, for the jitter.
    """
    if error.carrier_down:
        gap = _road_gap(now - since)
    elif error.permanent or attempts > len(GAPS[channel]):
        return None
    else:
        gap = GAPS[channel][attempts - 1]
    if error.throttled:
        gap = max(gap, THROTTLED)
    gap = max(gap, min(error.retry_after, LONGEST_RETRY_AFTER))
    return now + gap + min(gap / 10, MOST_JITTER) * chance


def _blame(error: DeliveryError) -> Blame:
    if error.carrier_down:
        return Blame.OURS
    if error.timed_out:
        return Blame.TIMED_OUT
    # A receiver that refuses one message by name has answered as it should.
    refuses_one = error.permanent and error.status is not None and not error.disable_target
    return Blame.NONE if refuses_one else Blame.FAILED


def _road_gap(age: timedelta) -> timedelta:
    """The longer the road has been closed to this delivery, the rarer the look at it."""
    return min(max(age / 4, timedelta(minutes=1)), timedelta(minutes=15))


def _word(error: DeliveryError) -> str:
    if error.carrier_down:
        return "not sent"
    if error.uncertain:
        return "uncertain"
    return "refused" if error.permanent else "failed"
