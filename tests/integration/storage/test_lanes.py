"""Contract of ``Deliveries``: lanes, breakers, caps, order and pace of webhooks."""

from datetime import datetime, timedelta

import pytest

from monitor.alerting.health import FIRST_BREAK, LONGEST_BREAK, MOST_AT_ONCE, PACE, pace_of
from monitor.domain.alerts import Blame, ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.lanes import Lane, Room
from monitor.domain.ports import OpenWork
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel
from tests.builders import NOON, a_step, an_outcome
from tests.integration.storage.scenes import claim, join, send_out, watch

HOOK, OTHER = "https://hooks.example/a", "https://hooks.example/b"
TRIALS = [NctId(f"NCT990001{number:02}") for number in range(20)]
SECOND = timedelta(seconds=1)


def failed(due_at: datetime, blame: Blame = Blame.FAILED) -> Outcome:
    return an_outcome(
        state=DeliveryState.PENDING, due_at=due_at, word="failed", status=None, blame=blame
    )


def record(
    open_work: OpenWork, *pairs: tuple[ClaimedDelivery, Outcome], now: datetime = NOON
) -> None:
    with open_work() as work:
        for claimed, outcome in pairs:
            assert work.deliveries.record([(claimed, outcome)], now=now)
        work.commit()


def next_due_at(open_work: OpenWork, now: datetime) -> datetime | None:
    with open_work() as work:
        return work.deliveries.next_due_at(now)


def alert_all(open_work: OpenWork, *, step: int = 2, trials: int = len(TRIALS)) -> None:
    send_out(open_work, *(a_step(step, nct_id=nct_id) for nct_id in TRIALS[:trials]))


@pytest.fixture
def hooked(open_work: OpenWork) -> OpenWork:
    """One webhook that hears of twenty trials."""
    watch(open_work, *TRIALS)
    join(open_work, HOOK, channel=Channel.WEBHOOK)
    return open_work


@pytest.fixture
def proven(hooked: OpenWork) -> OpenWork:
    """The same, after it took its first delivery."""
    alert_all(hooked, step=2, trials=1)
    [one] = claim(hooked)
    record(hooked, (one, an_outcome()))
    return hooked


def test_target_nobody_knows_gets_one_at_a_time(hooked: OpenWork) -> None:
    alert_all(hooked)

    assert len(claim(hooked)) == 1
    assert claim(hooked) == ()


def test_target_that_answers_well_gets_a_few_at_once(proven: OpenWork) -> None:
    alert_all(proven, step=3)

    assert len(claim(proven)) == MOST_AT_ONCE
    assert claim(proven) == ()


def test_long_queue_of_one_target_hides_no_other(proven: OpenWork) -> None:
    for step in range(3, 9):
        alert_all(proven, step=step)
    claim(proven)
    join(proven, OTHER, channel=Channel.WEBHOOK)
    send_out(proven, a_step(9, nct_id=TRIALS[0]))

    [one] = claim(proven)
    assert one.target.address == OTHER


def test_of_two_about_one_trial_the_later_waits_for_the_first(proven: OpenWork) -> None:
    send_out(proven, a_step(3, nct_id=TRIALS[0]), now=NOON - SECOND)
    send_out(proven, a_step(4, nct_id=TRIALS[0]), now=NOON)

    [first] = claim(proven)
    assert claim(proven) == ()
    record(proven, (first, failed(NOON + timedelta(hours=1))))
    [second] = claim(proven)

    assert (first.alert.to_version, second.alert.to_version) == (3, 4)


def test_pace_of_a_target_is_kept(proven: OpenWork) -> None:
    for step in (3, 4):
        alert_all(proven, step=step)
    sent = 1  # the fixture's own
    while claimed := claim(proven):
        record(proven, *((one, an_outcome()) for one in claimed))
        sent += len(claimed)

    assert sent == PACE.burst
    assert next_due_at(proven, NOON) == NOON
    assert len(claim(proven, now=NOON + 2 * PACE.gap)) == 2


def test_chat_is_posted_to_at_its_own_pace(proven: OpenWork) -> None:
    join(proven, OTHER, channel=Channel.SLACK)
    for step in (3, 4):
        send_out(proven, a_step(step, nct_id=TRIALS[0]))
    [first] = [one for one in claim(proven) if one.target.channel is Channel.SLACK]
    record(proven, (first, an_outcome()))

    assert not [one for one in claim(proven) if one.target.channel is Channel.SLACK]
    [second] = [
        one
        for one in claim(proven, now=NOON + pace_of(Channel.SLACK).gap)
        if one.target.channel is Channel.SLACK
    ]
    assert second.alert.to_version == 4


def test_retries_go_by_the_suspect_lane(proven: OpenWork) -> None:
    alert_all(proven, step=3, trials=2)
    first, second = claim(proven)
    later = NOON + timedelta(seconds=5)
    record(proven, (first, failed(later)), (second, an_outcome()))

    steady = Room(most=10, lanes={Lane.STEADY: 10})
    assert claim(proven, now=later, room=steady) == ()
    [again] = claim(proven, now=later)
    assert (again.lane, again.delivery.attempts) == (Lane.SUSPECT, 2)


def test_what_waits_changes_lanes_with_its_target(proven: OpenWork) -> None:
    alert_all(proven, step=3, trials=6)
    one, *others = claim(proven)
    record(proven, *((other, failed(NOON + timedelta(hours=1))) for other in (one, *others)))
    alert_all(proven, step=4, trials=1)

    [probe] = claim(proven)
    assert (probe.lane, probe.delivery.attempts) == (Lane.SUSPECT, 1)
    record(proven, (probe, an_outcome()))
    assert {claimed.lane for claimed in claim(proven)} == {Lane.STEADY}


def test_timeout_opens_the_breaker_in_the_row(proven: OpenWork) -> None:
    alert_all(proven, step=3, trials=3)
    slow, *rest = claim(proven)
    record(proven, (slow, failed(NOON + SECOND, Blame.TIMED_OUT)))
    record(proven, *((one, failed(NOON + SECOND)) for one in rest))

    assert claim(proven, now=NOON + FIRST_BREAK - SECOND) == ()
    assert next_due_at(proven, NOON + 2 * SECOND) == NOON + FIRST_BREAK
    [probe] = claim(proven, now=NOON + FIRST_BREAK)
    assert probe.delivery.attempts == 2


def test_breaker_of_one_target_holds_no_other(proven: OpenWork) -> None:
    join(proven, OTHER, channel=Channel.WEBHOOK)
    alert_all(proven, step=3, trials=1)
    slow = next(one for one in claim(proven) if one.target.address == HOOK)
    record(proven, (slow, failed(NOON + SECOND, Blame.TIMED_OUT)))
    alert_all(proven, step=4, trials=1)

    assert {one.target.address for one in claim(proven, now=NOON + LEASE_OVER)} == {OTHER, HOOK}


#: Longer than a lease and than the first break.
LEASE_OVER = timedelta(seconds=30)


def test_receiver_that_asks_to_be_let_alone_is(proven: OpenWork) -> None:
    alert_all(proven, step=3, trials=1)
    [one] = claim(proven)
    busy = an_outcome(
        state=DeliveryState.PENDING,
        due_at=NOON + timedelta(minutes=1),
        word="failed",
        status=429,
        blame=Blame.FAILED,
        hold=timedelta(minutes=1),
    )
    record(proven, (one, busy))
    alert_all(proven, step=4, trials=2)

    assert claim(proven, now=NOON + timedelta(seconds=59)) == ()
    assert len(claim(proven, now=NOON + timedelta(minutes=1))) == 1


def test_breaker_set_by_a_clock_that_jumped_back_holds_nobody(proven: OpenWork) -> None:
    alert_all(proven, step=3, trials=1)
    [slow] = claim(proven)
    future = NOON + timedelta(days=1)
    record(proven, (slow, failed(NOON + SECOND, Blame.TIMED_OUT)), now=future)

    assert len(claim(proven, now=NOON + SECOND)) == 1
    assert claim(proven, now=future + LONGEST_BREAK) != ()


def test_mail_and_webhooks_do_not_take_each_others_room(open_work: OpenWork) -> None:
    watch(open_work, *TRIALS)
    for number in range(30):
        join(open_work, f"reader{number}@clinic.example")
    join(open_work, HOOK, channel=Channel.WEBHOOK)
    alert_all(open_work)

    room = Room(most=20, lanes={Lane.STEADY: 4, Lane.MAIL: 8, Lane.SUSPECT: 2})
    lanes = [one.lane for one in claim(open_work, room=room)]
    assert (lanes.count(Lane.STEADY), lanes.count(Lane.MAIL)) == (1, 8)


def test_claims_of_all_lanes_stay_within_the_whole(open_work: OpenWork) -> None:
    watch(open_work, *TRIALS)
    for number in range(9):
        join(open_work, f"reader{number}@clinic.example")
        join(open_work, f"{HOOK}/{number}", channel=Channel.WEBHOOK)
    alert_all(open_work, trials=1)

    assert len(claim(open_work, limit=12)) == 12
