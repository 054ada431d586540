"""What is told of a webhook, and when it is switched off."""

from datetime import timedelta

import pytest

from monitor.alerting.notices import DISABLE_AFTER, FAILING_AFTER, news, notice
from monitor.domain.alerts import Blame, ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.events import EventType
from monitor.domain.watches import Channel, Health
from tests.builders import NOON, a_claim, a_delivery, a_target, an_outcome

HOOK = a_target(channel=Channel.WEBHOOK, address="https://hooks.example/s3cret?key=1")
FAILING = Health(failures=9, failing_since=NOON - DISABLE_AFTER)


def claim(attempts: int = 1, **fields: object) -> ClaimedDelivery:
    return a_claim(delivery=a_delivery(attempts=attempts, **fields), target=HOOK)


def failure(state: DeliveryState, blame: Blame = Blame.FAILED) -> Outcome:
    return an_outcome(state=state, word="failed", status=500, detail="It broke\nhtml", blame=blame)


@pytest.mark.parametrize(
    ("health", "told"),
    [
        (FAILING, (EventType.TARGET_DISABLED,)),
        (Health(failures=9, failing_since=NOON - DISABLE_AFTER + timedelta(seconds=1)), ()),
        (Health(), ()),
    ],
)
def test_target_is_switched_off_after_five_days_without_success(
    health: Health, told: tuple[EventType, ...]
) -> None:
    assert news(claim(10), failure(DeliveryState.FAILED), health, now=NOON) == told


def test_target_that_fails_is_not_switched_off_while_the_message_is_still_tried() -> None:
    assert news(claim(5), failure(DeliveryState.PENDING), FAILING, now=NOON) == ()


def test_fault_of_ours_switches_nobody_off() -> None:
    outcome = failure(DeliveryState.FAILED, Blame.OURS)

    assert news(claim(10), outcome, FAILING, now=NOON) == ()


def test_receiver_that_wants_no_more_is_told_of_at_once() -> None:
    gone = an_outcome(state=DeliveryState.FAILED, status=410, disable_target=True)

    assert news(claim(), gone, Health(), now=NOON) == (EventType.TARGET_DISABLED,)


@pytest.mark.parametrize("attempts", range(1, 10))
def test_failing_is_told_once_at_the_fourth_attempt(attempts: int) -> None:
    told = news(claim(attempts), failure(DeliveryState.PENDING), Health(), now=NOON)

    assert told == ((EventType.MESSAGE_FAILING,) if attempts == FAILING_AFTER else ())


@pytest.mark.parametrize("attempts", range(1, 11))
def test_recovery_is_told_only_when_failing_was(attempts: int) -> None:
    told = news(claim(attempts), an_outcome(), Health(), now=NOON)

    assert told == ((EventType.MESSAGE_RECOVERED,) if attempts > FAILING_AFTER else ())


def test_notice_that_fails_makes_no_notice() -> None:
    about = claim(FAILING_AFTER, notice={"target": {}})

    assert news(about, failure(DeliveryState.PENDING), Health(), now=NOON) == ()


def test_notice_holds_neither_secret_nor_the_far_sides_words() -> None:
    told = notice(claim(4), failure(DeliveryState.PENDING), FAILING, now=NOON)

    assert told["reason"] == "It broke"
    assert told["target"] == {
        "id": HOOK.id,
        "channel": "webhook",
        "address": "https://hooks.example/...",
    }
    assert a_target(address="ada@example.org").masked == "a...@example.org"


def test_notice_tells_all_that_a_reader_needs_to_look_after_it() -> None:
    outcome = an_outcome(state=DeliveryState.PENDING, status=500, detail="x" * 301)

    told = notice(claim(4), outcome, FAILING, now=NOON)

    assert told == {
        "target": {"id": HOOK.id, "channel": "webhook", "address": "https://hooks.example/..."},
        "delivery": "01JP00000000000000000000AA-1",
        "nct_id": "NCT99000001",
        "attempts": 4,
        "status": 500,
        "reason": "x" * 300,
        "failing_since": "2026-03-04T12:00:00+00:00",
        "at": "2026-03-09T12:00:00+00:00",
    }


def test_notice_of_a_target_that_never_failed_names_no_day() -> None:
    assert notice(claim(1), an_outcome(), Health(), now=NOON)["failing_since"] is None


@pytest.mark.parametrize(
    ("blame", "told"),
    [
        (Blame.FAILED, (EventType.TARGET_DISABLED,)),
        (Blame.TIMED_OUT, (EventType.TARGET_DISABLED,)),
        (Blame.NONE, ()),
        (Blame.OURS, ()),
    ],
)
def test_only_what_the_receiver_did_switches_it_off(
    blame: Blame, told: tuple[EventType, ...]
) -> None:
    assert news(claim(10), failure(DeliveryState.FAILED, blame), FAILING, now=NOON) == told


def test_attempt_that_does_not_count_is_not_told_of() -> None:
    closed = an_outcome(state=DeliveryState.PENDING, counts=False, blame=Blame.OURS)

    assert news(claim(FAILING_AFTER), closed, Health(), now=NOON) == ()


def test_notice_of_a_notice_is_made_only_where_the_target_is_switched_off() -> None:
    about = claim(FAILING_AFTER + 1, notice={"target": {}})

    assert news(about, an_outcome(), Health(), now=NOON) == ()
    assert news(about, failure(DeliveryState.FAILED), FAILING, now=NOON) == (
        EventType.TARGET_DISABLED,
    )
