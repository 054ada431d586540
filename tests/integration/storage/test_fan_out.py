"""Contract of ``Alerts.fan_out``: who hears of an alert, and that they hear once."""

import pytest

from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.ports import OpenWork
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_step, an_outcome
from tests.integration.storage.scenes import addresses, claim, join, send_out, watch


def test_every_target_of_the_list_hears(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work, "ada@example.org")
    join(open_work, "ben@example.org")

    assert send_out(open_work, a_step(2)) == 2
    assert addresses(claim(open_work)) == ["ada@example.org", "ben@example.org"]


def test_delivery_says_what_is_needed_to_send_it(open_work: OpenWork) -> None:
    watch(open_work, list_name="Hiccups")
    joined = join(open_work, list_name="Hiccups", token="secret-token")
    alert = a_step(2)
    send_out(open_work, alert)

    (claimed,) = claim(open_work)
    assert claimed.delivery.id == f"{alert.id}-{joined.target.id}"
    assert claimed.delivery.alert_id == alert.id
    assert claimed.delivery.created_at == NOON
    assert claimed.delivery.unsubscribe_token == "secret-token"
    assert claimed.delivery.list_name == "Hiccups"
    assert claimed.delivery.state is DeliveryState.PENDING
    assert claimed.alert == alert
    assert claimed.target == joined.target


def test_target_hears_once_however_many_lists_hold_the_trial(open_work: OpenWork) -> None:
    for name in ("one", "two"):
        watch(open_work, list_name=name)
        join(open_work, list_name=name)
        join(open_work, list_name=name, nct_id=TRIAL)

    assert send_out(open_work, a_step(2)) == 1
    # The subscription to a whole list speaks for the narrower ones.
    assert claim(open_work)[0].delivery.unsubscribe_token == "ada@example.org/one/None"


@pytest.mark.parametrize("number", [1, 0, -3])
def test_nobody_hears_of_what_was_before_the_watch(open_work: OpenWork, number: int) -> None:
    watch(open_work)
    join(open_work)
    alert = a_step(number)

    assert alert.before_watch
    assert send_out(open_work, alert) == 0
    with open_work() as work:
        assert work.alerts.of_trial(TRIAL, limit=5) == (alert,)


def test_asking_twice_makes_nothing_new(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work)
    alert = a_step(2)

    assert send_out(open_work, alert) == 1
    assert send_out(open_work, alert) == 0
    (claimed,) = claim(open_work)
    with open_work() as work:
        work.deliveries.record([(claimed, an_outcome())], now=NOON)
        work.commit()
    assert send_out(open_work, alert) == 0
    assert claim(open_work) == ()


def test_target_that_came_later_hears_when_asked_again(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work, "ada@example.org")
    alert = a_step(2)
    send_out(open_work, alert)
    join(open_work, "ben@example.org")

    assert send_out(open_work, alert) == 1


def test_alert_that_was_not_stored_reaches_nobody(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work)

    with open_work() as work:
        assert work.alerts.fan_out(a_step(2), now=NOON) == 0


def test_silent_alert_reaches_nobody(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work, min_severity=Severity.SILENT)

    assert send_out(open_work, a_step(2, severity=Severity.SILENT)) == 0


@pytest.mark.parametrize(
    ("least", "weight", "heard"),
    [
        (Severity.MAJOR, Severity.MINOR, 0),
        (Severity.MAJOR, Severity.MAJOR, 1),
        (Severity.MAJOR, Severity.CRITICAL, 1),
        (Severity.SILENT, Severity.MINOR, 1),
    ],
)
def test_least_severity_is_minded(
    open_work: OpenWork, least: Severity, weight: Severity, heard: int
) -> None:
    watch(open_work)
    join(open_work, min_severity=least)

    assert send_out(open_work, a_step(2, severity=weight)) == heard


def test_subscription_to_one_trial_hears_of_no_other(open_work: OpenWork) -> None:
    watch(open_work, TRIAL, OTHER_TRIAL)
    join(open_work, nct_id=TRIAL)

    assert send_out(open_work, a_step(2, nct_id=OTHER_TRIAL)) == 0
    assert send_out(open_work, a_step(2)) == 1


def test_subscription_to_one_trial_hears_only_while_it_is_on_the_list(
    open_work: OpenWork,
) -> None:
    join(open_work, nct_id=TRIAL)
    watch(open_work, list_name="elsewhere")

    assert send_out(open_work, a_step(2)) == 0
    watch(open_work)
    assert send_out(open_work, a_step(3)) == 1


def test_list_without_the_trial_hears_nothing(open_work: OpenWork) -> None:
    watch(open_work, OTHER_TRIAL)
    join(open_work)

    assert send_out(open_work, a_step(2)) == 0


def test_ended_subscription_hears_nothing(open_work: OpenWork) -> None:
    watch(open_work)
    joined = join(open_work)
    with open_work() as work:
        work.watches.unsubscribe(joined.token, now=NOON)
        work.commit()

    assert send_out(open_work, a_step(2)) == 0


def test_disabled_target_hears_nothing(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work)
    send_out(open_work, a_step(2))
    (claimed,) = claim(open_work)
    with open_work() as work:
        work.deliveries.record([(claimed, an_outcome(disable_target=True))], now=NOON)
        work.commit()

    assert send_out(open_work, a_step(3)) == 0
