"""When a delivery is tried again, and when it is given up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerting.retry import GAPS, after_failure, after_success
from monitor.domain.alerts import DeliveryState, Receipt
from monitor.domain.errors import DeliveryError
from monitor.domain.watches import Channel
from tests.builders import NOON, a_delivery

_SECONDS = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]


@pytest.mark.parametrize(("attempt", "seconds"), list(enumerate(_SECONDS, start=1)))
def test_webhook_waits_by_the_published_schedule(attempt: int, seconds: int) -> None:
    outcome = after_failure(
        DeliveryError("500"),
        a_delivery(attempts=attempt),
        Channel.WEBHOOK,
        now=NOON,
        chance=0,
    )

    assert outcome.state is DeliveryState.PENDING
    assert outcome.due_at == NOON + timedelta(seconds=seconds)


def test_webhook_schedule_spans_75_h_35_min_5_s() -> None:
    assert sum(GAPS[Channel.WEBHOOK], timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


def test_tenth_failed_webhook_is_given_up() -> None:
    outcome = after_failure(
        DeliveryError("500"), a_delivery(attempts=10), Channel.WEBHOOK, now=NOON, chance=0
    )

    assert outcome.state is DeliveryState.FAILED
    assert outcome.due_at is None


def test_mail_is_tried_for_four_to_five_days() -> None:
    assert timedelta(days=4) < sum(GAPS[Channel.EMAIL], timedelta()) <= timedelta(days=5)


@pytest.mark.parametrize("channel", list(Channel))
def test_permanent_refusal_is_not_retried(channel: Channel) -> None:
    error = DeliveryError("410 Gone", permanent=True, disable_target=True, status=410)

    outcome = after_failure(error, a_delivery(attempts=1), channel, now=NOON, chance=0)

    assert (outcome.state, outcome.word) == (DeliveryState.FAILED, "refused")
    assert outcome.disable_target


def test_road_that_failed_uses_up_no_attempt() -> None:
    error = DeliveryError("relay unreachable", carrier_down=True)

    outcome = after_failure(error, a_delivery(attempts=99), Channel.EMAIL, now=NOON, chance=0)

    assert outcome.state is DeliveryState.PENDING
    assert not outcome.counts
    assert outcome.due_at == NOON + timedelta(minutes=1)


def test_closed_road_is_looked_at_ever_more_rarely() -> None:
    error = DeliveryError("relay unreachable", carrier_down=True)
    later = NOON + timedelta(days=1)

    outcome = after_failure(error, a_delivery(), Channel.EMAIL, now=later, chance=0)

    assert outcome.due_at == later + timedelta(minutes=15)


def test_overloaded_receiver_gets_a_minute_at_least() -> None:
    error = DeliveryError("503", throttled=True)

    outcome = after_failure(error, a_delivery(), Channel.WEBHOOK, now=NOON, chance=0)

    assert outcome.due_at == NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("asked", "given_"),
    [
        (timedelta(seconds=1), timedelta(seconds=5)),
        (timedelta(minutes=7), timedelta(minutes=7)),
        (timedelta(days=9), timedelta(hours=24)),
    ],
)
def test_retry_after_is_honoured_within_bounds(asked: timedelta, given_: timedelta) -> None:
    error = DeliveryError("429", retry_after=asked)

    outcome = after_failure(error, a_delivery(), Channel.WEBHOOK, now=NOON, chance=0)

    assert outcome.due_at == NOON + given_


@given(attempt=st.integers(1, 20), chance=st.floats(0, 1), channel=st.sampled_from(Channel))
def test_jitter_is_only_added_and_bounded(attempt: int, chance: float, channel: Channel) -> None:
    delivery = a_delivery(attempts=attempt)
    base = after_failure(DeliveryError("x"), delivery, channel, now=NOON, chance=0)
    jittered = after_failure(DeliveryError("x"), delivery, channel, now=NOON, chance=chance)

    assert jittered.state is base.state
    if base.due_at is not None and jittered.due_at is not None:
        assert timedelta(0) <= jittered.due_at - base.due_at <= timedelta(minutes=15)


def test_accepted_delivery_is_done() -> None:
    outcome = after_success(Receipt(status=204, detail="thanks"))

    assert (outcome.state, outcome.word) == (DeliveryState.DELIVERED, "accepted")
    assert (outcome.status, outcome.detail) == (204, "thanks")
