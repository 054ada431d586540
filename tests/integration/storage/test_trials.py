"""Contract of ``Trials``, and of ``Work`` as a whole."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from monitor.domain.ports import OpenWork
from monitor.domain.trial import HISTORY_DONE, NctId, TrialState
from tests.builders import NOON, OTHER_TRIAL, RELEASE, TRIAL, a_state
from tests.integration.storage.scenes import watch

NEXT = "2026-03-10T09:00:05"


def test_state_comes_back_as_it_was_saved(open_work: OpenWork) -> None:
    full = a_state(missing_since=RELEASE, gone=True, merged_into=OTHER_TRIAL, stale_on="2027-01-15")
    with open_work() as work:
        work.trials.save([full, TrialState(nct_id=OTHER_TRIAL)])
        work.commit()

    with open_work() as work:
        assert work.trials.get(TRIAL) == full
        assert work.trials.get(OTHER_TRIAL) == TrialState(nct_id=OTHER_TRIAL)


def test_saving_again_overwrites(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state(gone=True, missing_since=RELEASE)])
        work.trials.save([a_state(overall_status="COMPLETED")])
        work.commit()

    with open_work() as work:
        assert work.trials.get(TRIAL) == a_state(overall_status="COMPLETED")


def test_times_come_back_in_utc(open_work: OpenWork) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))
    odd = elsewhere.replace(microsecond=123456)
    with open_work() as work:
        work.trials.save([a_state(seen_at=odd)])
        work.commit()

    with open_work() as work:
        state = work.trials.get(TRIAL)
    assert state is not None
    assert state.seen_at == datetime(2026, 3, 9, 12, 0, 0, 123456, tzinfo=UTC)


def test_never_watched_trial_has_no_row(open_work: OpenWork) -> None:
    with open_work() as work:
        assert work.trials.get(TRIAL) is None


def test_nothing_is_kept_without_commit(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state()])

    with open_work() as work:
        assert work.trials.get(TRIAL) is None


def test_error_undoes_everything_since_commit(open_work: OpenWork) -> None:
    def break_off() -> None:
        with open_work() as work:
            work.trials.save([a_state()])
            work.commit()
            work.trials.save([a_state(nct_id=OTHER_TRIAL)])
            raise KeyError

    with pytest.raises(KeyError):
        break_off()

    with open_work() as work:
        assert work.trials.get(TRIAL) is not None
        assert work.trials.get(OTHER_TRIAL) is None


def test_watched_trials_are_due_by_number_until_settled(open_work: OpenWork) -> None:
    third = NctId("NCT99000003")
    watch(open_work, third, TRIAL, OTHER_TRIAL)
    with open_work() as work:
        work.trials.save([a_state(nct_id=OTHER_TRIAL, swept_release=RELEASE)])
        work.commit()

    with open_work() as work:
        assert work.trials.due(RELEASE) == (TRIAL, third)
        assert work.trials.due(NEXT) == (TRIAL, OTHER_TRIAL, third)


def test_history_is_left_for_watched_trials_with_a_baseline(open_work: OpenWork) -> None:
    fresh, begun, done, unseen, unwatched = (NctId(f"NCT9900000{n}") for n in range(1, 6))
    watch(open_work, begun, unseen, done, fresh)
    with open_work() as work:
        work.trials.save(
            [
                a_state(nct_id=fresh),
                a_state(nct_id=begun, history_left=0),
                a_state(nct_id=done, history_left=HISTORY_DONE),
                a_state(nct_id=unwatched),
            ]
        )
        work.commit()

    with open_work() as work:
        assert work.trials.with_history_left() == (fresh, begun)
        assert work.trials.get(begun) == a_state(nct_id=begun, history_left=0)


def test_trial_on_two_lists_is_due_once(open_work: OpenWork) -> None:
    watch(open_work, TRIAL, list_name="one")
    watch(open_work, TRIAL, list_name="two")

    with open_work() as work:
        assert work.trials.due(RELEASE) == (TRIAL,)


def test_trial_that_nobody_watches_is_never_due(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state(swept_release=None)])
        work.commit()

    with open_work() as work:
        assert work.trials.due(RELEASE) == ()


def test_taking_the_last_watch_off_stops_polling_and_keeps_the_row(open_work: OpenWork) -> None:
    watch(open_work, TRIAL, list_name="one")
    watch(open_work, TRIAL, list_name="two")

    with open_work() as work:
        work.watches.remove(TRIAL, list_name="one")
        still = work.trials.due(RELEASE)
        work.watches.remove(TRIAL, list_name="two")
        after = work.trials.due(RELEASE)
        row = work.trials.get(TRIAL)

    assert still == (TRIAL,)
    assert after == ()
    assert row == TrialState(nct_id=TRIAL, paused=True)


def test_hold_gives_every_row_asked_for(open_work: OpenWork) -> None:
    with open_work() as work:
        work.trials.save([a_state()])
        work.commit()

    with open_work() as work:
        held = work.trials.hold([OTHER_TRIAL, TRIAL, TRIAL])

    assert dict(held) == {TRIAL: a_state(), OTHER_TRIAL: TrialState(nct_id=OTHER_TRIAL)}


def test_hold_takes_more_numbers_than_a_statement_does(open_work: OpenWork) -> None:
    many = [NctId(f"NCT99{number:06d}") for number in range(1, 2501)]
    with open_work() as work:
        work.trials.save([TrialState(nct_id=nct_id, latest_version=7) for nct_id in many])
        held = work.trials.hold(many)

    assert len(held) == len(many)
    assert {state.latest_version for state in held.values()} == {7}
