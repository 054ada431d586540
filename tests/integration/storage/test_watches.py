"""Contract of ``Watches``."""

from datetime import timedelta

import pytest

from monitor.domain.changes import Severity
from monitor.domain.ports import OpenWork
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, Subscription, TargetState
from tests.builders import NOON, OTHER_TRIAL, RELEASE, TRIAL, a_state, a_step, an_outcome
from tests.integration.storage.scenes import addresses, claim, join, make_target, send_out, watch


def _unsubscribe(open_work: OpenWork, token: str) -> Subscription | None:
    with open_work() as work:
        ended = work.watches.unsubscribe(token, now=NOON)
        work.commit()
    return ended


def _remove(open_work: OpenWork, nct_id: NctId, list_name: str | None = None) -> int:
    with open_work() as work:
        removed = work.watches.remove(nct_id, list_name=list_name)
        work.commit()
    return removed


def _move(open_work: OpenWork, old: NctId, new: NctId) -> None:
    with open_work() as work:
        work.watches.move(old, new, now=NOON)
        work.commit()


def _due(open_work: OpenWork) -> tuple[NctId, ...]:
    with open_work() as work:
        return work.trials.due(RELEASE)


def test_trial_is_put_on_a_list_once(open_work: OpenWork) -> None:
    with open_work() as work:
        assert work.watches.add(TRIAL, list_name="one", now=NOON)
        assert not work.watches.add(TRIAL, list_name="one", now=NOON + timedelta(days=1))
        assert work.watches.add(TRIAL, list_name="two", now=NOON)


def test_watching_makes_the_row_of_a_trial(open_work: OpenWork) -> None:
    watch(open_work)

    with open_work() as work:
        assert work.trials.get(TRIAL) is not None


@pytest.mark.parametrize(("list_name", "removed"), [("one", 1), (None, 2), ("none", 0)])
def test_trial_is_taken_off_one_list_or_all(
    open_work: OpenWork, list_name: str | None, removed: int
) -> None:
    watch(open_work, list_name="one")
    watch(open_work, list_name="two")

    assert _remove(open_work, TRIAL, list_name) == removed
    assert _due(open_work) == (() if removed == 2 else (TRIAL,))


def test_subscription_to_a_trial_ends_with_its_watch(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work, "narrow@example.org", nct_id=TRIAL)
    join(open_work, "wide@example.org")
    _remove(open_work, TRIAL)
    watch(open_work)
    send_out(open_work, a_step(2))

    assert addresses(claim(open_work)) == ["wide@example.org"]


def test_watch_taken_off_one_list_leaves_subscriptions_of_another(open_work: OpenWork) -> None:
    for name in ("one", "two"):
        watch(open_work, list_name=name)
        join(open_work, f"{name}@example.org", list_name=name, nct_id=TRIAL)
    _remove(open_work, TRIAL, "one")
    watch(open_work, list_name="one")
    send_out(open_work, a_step(2))

    assert addresses(claim(open_work)) == ["two@example.org"]


def test_same_address_is_the_same_target_with_the_same_secret(open_work: OpenWork) -> None:
    url = "https://hooks.example.org/in"
    with open_work() as work:
        first = work.watches.target(Channel.WEBHOOK, url, secret="whsec_one", now=NOON)
        again = work.watches.target(Channel.WEBHOOK, url, secret="whsec_two", now=NOON)
        mail = work.watches.target(Channel.EMAIL, url, secret="", now=NOON)
        other = work.watches.target(Channel.WEBHOOK, url + "/2", secret="whsec_3", now=NOON)

    assert first == again
    assert first.secret == "whsec_one"
    assert first.channel is Channel.WEBHOOK
    assert first.state is TargetState.ACTIVE
    assert len({first.id, mail.id, other.id}) == 3


def test_subscription_says_what_was_asked_for(open_work: OpenWork) -> None:
    joined = join(open_work, list_name="mine", nct_id=TRIAL, min_severity=Severity.MAJOR, token="t")

    with open_work() as work:
        assert joined.target == make_target(work, "ada@example.org")
    assert joined.list_name == "mine"
    assert joined.nct_id == TRIAL
    assert joined.min_severity is Severity.MAJOR
    assert joined.token == "t"


def test_subscribing_the_same_again_is_the_same_subscription(open_work: OpenWork) -> None:
    first = join(open_work, token="first")
    again = join(open_work, token="second")

    assert again == first


def test_subscribing_again_sets_the_least_severity(open_work: OpenWork) -> None:
    first = join(open_work, min_severity=Severity.MINOR)
    again = join(open_work, min_severity=Severity.CRITICAL)

    assert again.id == first.id
    assert again.min_severity is Severity.CRITICAL


@pytest.mark.parametrize(
    "other",
    [{"list_name": "other"}, {"nct_id": TRIAL}, {"address": "ben@example.org"}],
)
def test_anything_else_is_another_subscription(open_work: OpenWork, other: dict[str, str]) -> None:
    first = join(open_work, token="first")

    assert join(open_work, token="second", **other).id != first.id  # type: ignore[arg-type]


def test_subscribing_after_the_end_begins_anew(open_work: OpenWork) -> None:
    watch(open_work)
    first = join(open_work, token="first")
    _unsubscribe(open_work, "first")
    again = join(open_work, token="second")
    send_out(open_work, a_step(2))

    assert again.id != first.id
    assert claim(open_work)[0].delivery.unsubscribe_token == "second"


def test_unsubscribing_cancels_what_was_not_sent(open_work: OpenWork) -> None:
    watch(open_work)
    joined = join(open_work)
    join(open_work, "ben@example.org")
    send_out(open_work, a_step(2), a_step(3))

    assert _unsubscribe(open_work, joined.token) == joined
    assert addresses(claim(open_work)) == ["ben@example.org", "ben@example.org"]


def test_unsubscribing_again_says_what_ended(open_work: OpenWork) -> None:
    joined = join(open_work)

    assert _unsubscribe(open_work, joined.token) == joined
    assert _unsubscribe(open_work, joined.token) == joined


def test_unknown_token_ends_nothing(open_work: OpenWork) -> None:
    watch(open_work)
    join(open_work)

    assert _unsubscribe(open_work, "no such token") is None
    assert send_out(open_work, a_step(2)) == 1


def test_delivery_stays_when_another_subscription_asks_for_it(open_work: OpenWork) -> None:
    for name in ("one", "two"):
        watch(open_work, list_name=name)
        join(open_work, list_name=name, token=name)
    send_out(open_work, a_step(2))
    _unsubscribe(open_work, "one")

    assert addresses(claim(open_work)) == ["ada@example.org"]


def test_delivery_goes_when_the_other_subscription_wants_only_graver_ones(
    open_work: OpenWork,
) -> None:
    watch(open_work, list_name="one")
    watch(open_work, list_name="two")
    join(open_work, list_name="one", token="one")
    join(open_work, list_name="two", token="two", min_severity=Severity.CRITICAL)
    send_out(open_work, a_step(2, severity=Severity.MINOR))
    _unsubscribe(open_work, "one")

    assert claim(open_work) == ()


def test_delivered_ones_stay_delivered(open_work: OpenWork) -> None:
    watch(open_work)
    joined = join(open_work)
    send_out(open_work, a_step(2))
    (claimed,) = claim(open_work)
    with open_work() as work:
        work.deliveries.record([(claimed, an_outcome())], now=NOON)
        work.commit()

    assert _unsubscribe(open_work, joined.token) == joined
    assert send_out(open_work, a_step(2)) == 0


def test_watches_and_subscriptions_follow_a_merged_trial(open_work: OpenWork) -> None:
    watch(open_work, TRIAL, list_name="one")
    watch(open_work, TRIAL, OTHER_TRIAL, list_name="two")
    join(open_work, "narrow@example.org", list_name="one", nct_id=TRIAL)
    join(open_work, "wide@example.org", list_name="two")
    _move(open_work, TRIAL, OTHER_TRIAL)

    assert _due(open_work) == (OTHER_TRIAL,)
    assert send_out(open_work, a_step(2)) == 0
    assert send_out(open_work, a_step(2, nct_id=OTHER_TRIAL)) == 2
    assert _remove(open_work, OTHER_TRIAL) == 2


def test_subscriptions_that_become_one_end_as_one(open_work: OpenWork) -> None:
    watch(open_work, TRIAL, OTHER_TRIAL)
    join(open_work, nct_id=TRIAL, token="first")
    join(open_work, nct_id=OTHER_TRIAL, token="second")
    _move(open_work, TRIAL, OTHER_TRIAL)
    send_out(open_work, a_step(2, nct_id=OTHER_TRIAL))
    _unsubscribe(open_work, "second")

    assert claim(open_work) == ()
    assert send_out(open_work, a_step(3, nct_id=OTHER_TRIAL)) == 0


def test_moving_a_trial_onto_itself_changes_nothing(open_work: OpenWork) -> None:
    watch(open_work)
    _move(open_work, TRIAL, TRIAL)

    assert _due(open_work) == (TRIAL,)


def test_trial_on_no_list_is_paused(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state()])
        for name in ("a", "b"):
            work.watches.add(TRIAL, list_name=name, now=NOON)
        work.watches.remove(TRIAL, list_name="a")
        after_one = work.trials.get(TRIAL)
        work.watches.remove(TRIAL, list_name="b")
        after_both = work.trials.get(TRIAL)
        work.commit()

    assert after_one is not None
    assert after_both is not None
    assert (after_one.paused, after_both.paused) == (False, True)
