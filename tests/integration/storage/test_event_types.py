"""Who hears which events, what becomes of targets, and sending once more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.alerting.notices import DISABLE_AFTER
from monitor.domain.alerts import Alert, Blame, ClaimedDelivery, DeliveryState, Outcome
from monitor.domain.errors import StorageError, TargetNotFoundError
from monitor.domain.events import NOTICES, EventType
from monitor.domain.ids import new_id
from monitor.domain.lanes import Lane
from monitor.domain.watches import Channel, Format, TargetState
from storage import targetcare
from storage.engine import Database
from storage.replaying import Which, replay, works_again
from tests.builders import NOON, a_change, a_step, an_outcome
from tests.integration.storage.scenes import addresses, claim, join, send_out, watch

HOOK, OTHER, OPS = "https://hooks.example/a", "https://hooks.example/b", "ops@clinic.example"
SECOND = timedelta(seconds=1)


@pytest.fixture
def hooked(stored: Database) -> Database:
    """Two webhooks that hear of a trial."""
    watch(stored.open_work)
    for address in (HOOK, OTHER):
        join(stored.open_work, address, channel=Channel.WEBHOOK)
    return stored


def filtered(database: Database, address: str, *types: EventType) -> None:
    targetcare.choose(database, targetcare.find(database, address), types=types)


def mixed(number: int) -> Alert:
    """A status and a place that changed."""
    step = a_step(number)
    [status] = step.changes
    return replace(step, changes=(status, replace(status, kind="site.added", subject="Hill")))


def told(claims: tuple[ClaimedDelivery, ...], address: str) -> list[EventType]:
    return sorted(one.delivery.type for one in claims if one.target.address == address)


def drain(database: Database, now: datetime = NOON) -> tuple[ClaimedDelivery, ...]:
    """Claim and deliver until nothing is due."""
    every: tuple[ClaimedDelivery, ...] = ()
    while claims := claim(database.open_work, now=now):
        record(database, *((one, an_outcome()) for one in claims), now=now)
        every += claims
    return every


def record(
    database: Database, *pairs: tuple[ClaimedDelivery, Outcome], now: datetime = NOON
) -> None:
    with database.open_work() as work:
        for claimed, outcome in pairs:
            assert work.deliveries.record([(claimed, outcome)], now=now)
        work.commit()


def test_who_filters_hears_one_event_a_type_and_nothing_else(hooked: Database) -> None:
    filtered(hooked, HOOK, EventType.SITES_CHANGED, EventType.STATUS_CHANGED)

    assert send_out(hooked.open_work, mixed(2), a_step(3)) == 5
    claims = drain(hooked)

    assert told(claims, HOOK) == sorted(
        [EventType.SITES_CHANGED, EventType.STATUS_CHANGED, EventType.STATUS_CHANGED]
    )
    assert told(claims, OTHER) == [EventType.TRIAL_CHANGED] * 2
    assert len({one.delivery.id for one in claims}) == 5
    for one in claims:
        if one.delivery.type is EventType.SITES_CHANGED:
            assert [change.kind for change in one.told] == ["site.added"]


def test_type_that_did_not_happen_makes_no_event(hooked: Database) -> None:
    filtered(hooked, HOOK, EventType.RESULTS_POSTED)

    assert send_out(hooked.open_work, mixed(2)) == 1


def test_fan_out_by_type_asked_twice_makes_nothing_new(hooked: Database) -> None:
    filtered(hooked, HOOK, EventType.SITES_CHANGED)
    alert = mixed(2)

    assert (send_out(hooked.open_work, alert), send_out(hooked.open_work, alert)) == (2, 0)


def test_silent_change_of_a_type_makes_no_event_of_it(hooked: Database) -> None:
    filtered(hooked, HOOK, EventType.SITES_CHANGED)
    step = a_step(2)
    silent = a_change(
        kind="site.contact", subject="x", from_version=1, to_version=2, severity=_SILENT
    )

    assert send_out(hooked.open_work, replace(step, changes=(*step.changes, silent))) == 1


_SILENT = type(a_step(2).severity)(0)


def test_events_of_a_trial_are_numbered(hooked: Database) -> None:
    send_out(hooked.open_work, a_step(2), now=NOON - SECOND)
    send_out(hooked.open_work, a_step(3), now=NOON)

    claims = [one for one in drain(hooked) if one.target.address == HOOK]
    assert [one.alert.sequence for one in claims] == [1, 2]


def test_owner_who_then_watches_trials_hears_of_both(hooked: Database) -> None:
    join(hooked.open_work, OPS, list_name="other")
    filtered(hooked, OPS, *NOTICES)
    join(hooked.open_work, OPS)

    send_out(hooked.open_work, a_step(2))

    assert told(drain(hooked), OPS) == [EventType.TRIAL_CHANGED]
    assert targetcare.find(hooked, OPS).types == {*NOTICES, EventType.TRIAL_CHANGED}


def test_owner_is_told_by_mail_when_a_webhook_is_switched_off(hooked: Database) -> None:
    join(hooked.open_work, OPS, list_name="other")
    filtered(hooked, OPS, *NOTICES)
    filtered(hooked, OTHER, EventType.TARGET_DISABLED)
    send_out(hooked.open_work, a_step(2))
    [one] = [one for one in claim(hooked.open_work) if one.target.address == HOOK]
    failed = an_outcome(state=DeliveryState.PENDING, due_at=NOON, blame=Blame.FAILED)
    record(hooked, (one, failed))
    later = NOON + DISABLE_AFTER
    [last] = [one for one in claim(hooked.open_work, now=later) if one.target.address == HOOK]
    given_up = replace(failed, state=DeliveryState.FAILED, due_at=None)
    record(hooked, (last, given_up), now=later)

    assert targetcare.find(hooked, HOOK).state is TargetState.DISABLED
    notices = [one for one in drain(hooked, later) if one.delivery.notice is not None]
    assert addresses(notices) == [OTHER, OPS]
    assert {one.lane for one in notices} == {Lane.MAIL, Lane.STEADY}
    for notice in notices:
        assert notice.delivery.type is EventType.TARGET_DISABLED
        assert notice.delivery.notice is not None
        assert HOOK not in str(notice.delivery.notice)


def test_target_that_was_switched_off_begins_anew(hooked: Database) -> None:
    send_out(hooked.open_work, a_step(2))
    [one] = [one for one in claim(hooked.open_work) if one.target.address == HOOK]
    gone = an_outcome(
        state=DeliveryState.FAILED, status=410, disable_target=True, blame=Blame.FAILED
    )
    record(hooked, (one, gone))
    send_out(hooked.open_work, a_step(3))
    drain(hooked)

    targetcare.enable(hooked, targetcare.find(hooked, HOOK))
    found = targetcare.find(hooked, HOOK)
    assert (found.state, found.health.failures) == (TargetState.ACTIVE, 0)
    send_out(hooked.open_work, a_step(4))
    assert HOOK in addresses(claim(hooked.open_work))


def test_switching_off_by_hand_cancels_what_waits(hooked: Database) -> None:
    send_out(hooked.open_work, a_step(2))

    targetcare.disable(hooked, targetcare.find(hooked, HOOK))

    assert addresses(claim(hooked.open_work)) == [OTHER]


def test_old_secret_signs_for_a_day_and_no_third_is_made(hooked: Database) -> None:
    before = targetcare.find(hooked, HOOK)
    after = targetcare.rotate(hooked, before, secret="whsec_new", now=NOON)

    assert after.secrets_at(NOON) == ("whsec_new", before.secret)
    assert after.secrets_at(NOON + timedelta(hours=24) - SECOND) == ("whsec_new", before.secret)
    assert after.secrets_at(NOON + timedelta(hours=24)) == ("whsec_new",)
    with pytest.raises(StorageError, match="still signs until 2026-03-10 12:00 UTC"):
        targetcare.rotate(hooked, after, secret="whsec_newer", now=NOON + SECOND)
    targetcare.rotate(hooked, after, secret="whsec_newer", now=NOON + timedelta(hours=24))


def test_form_is_chosen_by_the_target(hooked: Database) -> None:
    target = targetcare.find(hooked, HOOK)

    assert targetcare.choose(hooked, target, format_=Format.CLOUDEVENTS).format is (
        Format.CLOUDEVENTS
    )
    assert targetcare.find(hooked, str(target.id)).address == HOOK
    with pytest.raises(TargetNotFoundError, match="target list"):
        targetcare.find(hooked, "99")


def test_everything_failed_since_goes_out_again_in_order_under_its_ids(hooked: Database) -> None:
    for step in range(2, 6):
        now = NOON + step * SECOND
        send_out(hooked.open_work, a_step(step, id=new_id(now)), now=now)
    at = NOON + timedelta(minutes=1)
    first: list[str] = []
    while claims := claim(hooked.open_work, now=at):
        for one in claims:
            failed = one.target.address == HOOK
            outcome = an_outcome(state=DeliveryState.FAILED) if failed else an_outcome()
            record(hooked, (one, outcome), now=at)
            first += [one.delivery.id] if failed else []

    later = at + timedelta(hours=1)
    assert replay(hooked, Which(since=NOON + 3 * SECOND), now=later) == 3
    again = drain(hooked, later)

    assert [one.delivery.id for one in again] == first[1:]
    assert [one.alert.to_version for one in again] == [3, 4, 5]
    assert {one.delivery.attempts for one in again} == {2}
    assert {one.lane for one in again} == {Lane.SUSPECT}


def test_replay_is_as_narrow_as_it_is_asked_to_be(hooked: Database) -> None:
    send_out(hooked.open_work, a_step(2), now=NOON)
    one, two = drain(hooked)
    hook = targetcare.find(hooked, HOOK)

    assert replay(hooked, Which(since=NOON), now=NOON) == 0
    assert replay(hooked, Which(ids=[one.delivery.id]), now=NOON) == 1
    assert [again.delivery.id for again in drain(hooked)] == [one.delivery.id]
    assert replay(hooked, Which(since=NOON, until=NOON, delivered_too=True), now=NOON) == 0
    assert replay(hooked, Which(since=NOON, target=hook, delivered_too=True), now=NOON) == 1
    drain(hooked)
    nct_id = two.alert.nct_id
    assert replay(hooked, Which(since=NOON, nct_id=nct_id, delivered_too=True), now=NOON) == 2


def test_what_nobody_asks_for_is_not_sent_again(hooked: Database) -> None:
    ended = join(hooked.open_work, HOOK, channel=Channel.WEBHOOK)
    send_out(hooked.open_work, a_step(2))
    claims = drain(hooked)
    with hooked.open_work() as work:
        work.watches.unsubscribe(ended.token, now=NOON)
        work.commit()
    targetcare.disable(hooked, targetcare.find(hooked, OTHER))

    ids = [one.delivery.id for one in claims]
    assert replay(hooked, Which(ids=ids), now=NOON) == 0


def test_what_waits_to_be_tried_again_is_tried_now_when_asked(hooked: Database) -> None:
    send_out(hooked.open_work, a_step(2))
    [one, other] = claim(hooked.open_work)
    tomorrow = NOON + timedelta(days=1)
    record(hooked, (one, an_outcome(state=DeliveryState.PENDING, due_at=tomorrow)), now=NOON)

    assert replay(hooked, Which(ids=[other.delivery.id]), now=NOON) == 0
    assert replay(hooked, Which(ids=[one.delivery.id]), now=NOON) == 1
    assert [again.delivery.id for again in claim(hooked.open_work)] == [one.delivery.id]


def test_target_that_works_again_gets_what_waits_at_once(hooked: Database) -> None:
    send_out(hooked.open_work, a_step(2))
    one = next(each for each in claim(hooked.open_work) if each.target.address == HOOK)
    tomorrow = NOON + timedelta(days=1)
    record(hooked, (one, an_outcome(state=DeliveryState.PENDING, due_at=tomorrow)), now=NOON)

    assert works_again(hooked, one.target, now=NOON) == 1
    assert works_again(hooked, one.target, now=NOON) == 0

    well = targetcare.find(hooked, HOOK).health
    assert (well.failures, well.failing_since, well.held_until) == (0, None, None)
    assert [again.delivery.id for again in claim(hooked.open_work)] == [one.delivery.id]
