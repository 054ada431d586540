"""When a delivery is tried again, and when it is given up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerting.retry import GAPS, after_failure, after_success
from monitor.domain.alerts import Blame, DeliveryState, Outcome, Receipt
from monitor.domain.bounces import BounceKind
from monitor.domain.errors import DeliveryError
from monitor.domain.watches import Channel
from tests.builders import NOON, a_delivery, an_outcome

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


@pytest.mark.parametrize(
    ("error", "due_in", "outcome"),
    [
        (
            DeliveryError("500", status=500, detail="It broke"),
            timedelta(minutes=5),
            an_outcome(word="failed", status=500, detail="500\nIt broke", blame=Blame.FAILED),
        ),
        (
            DeliveryError("too slow", timed_out=True),
            timedelta(minutes=5),
            an_outcome(word="failed", status=None, detail="too slow", blame=Blame.TIMED_OUT),
        ),
        (
            DeliveryError("cut off", uncertain=True),
            timedelta(minutes=5),
            an_outcome(word="uncertain", status=None, detail="cut off", blame=Blame.FAILED),
        ),
        (
            DeliveryError("no road", carrier_down=True, uncertain=True, timed_out=True),
            timedelta(minutes=1),
            an_outcome(
                word="not sent", status=None, detail="no road", counts=False, blame=Blame.OURS
            ),
        ),
        (
            DeliveryError("429", status=429, throttled=True),
            timedelta(minutes=5),
            an_outcome(
                word="failed",
                status=429,
                detail="429",
                blame=Blame.FAILED,
                hold=timedelta(minutes=1),
            ),
        ),
        (
            DeliveryError("429", status=429, throttled=True, retry_after=timedelta(minutes=9)),
            timedelta(minutes=9),
            an_outcome(
                word="failed",
                status=429,
                detail="429",
                blame=Blame.FAILED,
                hold=timedelta(minutes=9),
            ),
        ),
        # The mailbox is spoken of when the message is given up, and not before.
        (
            DeliveryError("451", status=451, bounce=BounceKind.HARD),
            timedelta(minutes=5),
            an_outcome(word="failed", status=451, detail="451", blame=Blame.FAILED),
        ),
        (
            DeliveryError("550", status=550, permanent=True, bounce=BounceKind.HARD),
            None,
            an_outcome(word="refused", status=550, detail="550", bounce=BounceKind.HARD),
        ),
        # Who refuses one message has answered; who gives no code, or wants no more, has not.
        (
            DeliveryError("no such host", permanent=True),
            None,
            an_outcome(word="refused", status=None, detail="no such host", blame=Blame.FAILED),
        ),
        (
            DeliveryError("410", status=410, permanent=True, disable_target=True),
            None,
            an_outcome(
                word="refused", status=410, detail="410", disable_target=True, blame=Blame.FAILED
            ),
        ),
    ],
)
def test_failure_is_written_down_with_all_that_it_says(
    error: DeliveryError, due_in: timedelta | None, outcome: Outcome
) -> None:
    state = DeliveryState.FAILED if due_in is None else DeliveryState.PENDING
    due_at = None if due_in is None else NOON + due_in

    came = after_failure(error, a_delivery(attempts=2), Channel.WEBHOOK, now=NOON, chance=0)

    assert came == replace(outcome, state=state, due_at=due_at)


@pytest.mark.parametrize(
    ("age", "minutes"), [(0, 1), (4, 1), (8, 2), (20, 5), (60, 15), (61, 15), (600, 15)]
)
def test_look_at_a_closed_road_waits_a_quarter_of_the_time_it_was_closed(
    age: int, minutes: int
) -> None:
    error, now = DeliveryError("no road", carrier_down=True), NOON + timedelta(minutes=age)

    outcome = after_failure(error, a_delivery(), Channel.EMAIL, now=now, chance=0)

    assert outcome.due_at == now + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("attempt", "chance", "more"),
    [
        (2, 1, timedelta(seconds=30)),
        (2, 0.5, timedelta(seconds=15)),
        (9, 1, timedelta(minutes=15)),
        (9, 0.5, timedelta(minutes=7.5)),
    ],
)
def test_jitter_is_a_tenth_of_the_gap_and_a_quarter_of_an_hour_at_most(
    attempt: int, chance: float, more: timedelta
) -> None:
    delivery, error = a_delivery(attempts=attempt), DeliveryError("500")

    outcome = after_failure(error, delivery, Channel.WEBHOOK, now=NOON, chance=chance)

    assert outcome.due_at == NOON + GAPS[Channel.WEBHOOK][attempt - 1] + more


def test_mail_waits_by_its_own_schedule() -> None:
    minutes = [gap / timedelta(minutes=1) for gap in GAPS[Channel.EMAIL]]

    assert minutes == [1, 5, 15, 30, 60, 120, 240, 480, *[720] * 8, 420]
    assert GAPS[Channel.SLACK] == GAPS[Channel.STREAM] == GAPS[Channel.WEBHOOK]


def test_success_says_what_the_far_side_said_and_blames_nobody() -> None:
    receipt = Receipt(status=204, detail="thanks")

    assert after_success(receipt) == an_outcome(status=204, detail="thanks")
