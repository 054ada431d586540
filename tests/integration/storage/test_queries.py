"""What the command line and the pages are shown."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from monitor.domain.alerts import Blame, DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.errors import StorageError
from monitor.domain.lanes import Lane
from monitor.domain.watches import Channel, TargetState
from storage import queries, watchreads
from storage.engine import Database
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_state, a_step, an_outcome
from tests.integration.storage.scenes import LEASE, claim, join, send_out, watch

LATER = NOON + timedelta(hours=1)


def test_watches_are_shown_with_who_hears_of_them(stored: Database) -> None:
    watch(stored.open_work, OTHER_TRIAL, TRIAL, list_name="mine")
    join(stored.open_work, "wide@example.org", list_name="mine")
    join(stored.open_work, "wide@example.org", list_name="mine", nct_id=TRIAL)
    join(stored.open_work, "narrow@example.org", list_name="mine", nct_id=TRIAL)
    join(stored.open_work, "elsewhere@example.org", list_name="other")
    with stored.open_work() as work:
        work.trials.save([a_state()])
        work.commit()

    first, second = watchreads.watches(stored)
    assert (first.nct_id, first.list_name, first.created_at) == (TRIAL, "mine", NOON)
    assert (first.brief_title, first.overall_status) == (
        "Rosewater Against Hiccups",
        "RECRUITING",
    )
    assert [target.address for target in first.targets] == [
        "wide@example.org",
        "narrow@example.org",
    ]
    assert (second.nct_id, second.overall_status, second.latest_version) == (OTHER_TRIAL, "", 0)
    assert [target.address for target in second.targets] == ["wide@example.org"]


def test_ended_subscriptions_are_not_shown(stored: Database) -> None:
    watch(stored.open_work)
    joined = join(stored.open_work)
    with stored.open_work() as work:
        work.watches.unsubscribe(joined.token, now=NOON)
        work.commit()

    assert watchreads.watches(stored)[0].targets == ()


def test_watch_as_json_has_the_names_of_the_contract(stored: Database) -> None:
    watch(stored.open_work, list_name="mine")
    join(stored.open_work, list_name="mine", min_severity=Severity.MAJOR)

    shown = watchreads.watches(stored)[0].as_json()
    assert shown["list"] == "mine"
    assert shown["nct_id"] == TRIAL
    assert shown["targets"] == [
        {
            "id": 1,
            "channel": Channel.EMAIL,
            "address": "ada@example.org",
            "state": TargetState.ACTIVE,
            "min_severity": "major",
            "hours": "",
        }
    ]


def test_trials_are_shown_also_when_no_longer_watched(stored: Database) -> None:
    watch(stored.open_work, TRIAL, OTHER_TRIAL, list_name="one")
    watch(stored.open_work, TRIAL, list_name="two")
    send_out(stored.open_work, a_step(2, created_at=LATER))
    with stored.open_work() as work:
        work.watches.remove(OTHER_TRIAL, list_name=None)
        work.commit()

    first, second = queries.trials(stored)
    assert (first.nct_id, first.lists, first.changed_at) == (TRIAL, 2, LATER)
    assert (second.nct_id, second.lists, second.changed_at) == (OTHER_TRIAL, 0, None)


def test_deliveries_are_shown_newest_first_with_every_attempt(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work)
    old = a_step(2)
    new = a_step(3, created_at=LATER)
    send_out(stored.open_work, old, new)
    retry = an_outcome(
        state=DeliveryState.PENDING, due_at=LATER, word="failed", status=450, detail="busy"
    )
    first = next(one for one in claim(stored.open_work) if one.alert == old)
    with stored.open_work() as work:
        work.deliveries.record([(first, retry)], now=NOON + timedelta(seconds=2))
        work.commit()
    claim(stored.open_work, now=LATER, limit=1, owner="other")

    newest, oldest = queries.deliveries(stored)
    assert [newest.alert_id, oldest.alert_id] == [new.id, old.id]
    assert newest.channel is Channel.EMAIL
    assert newest.address == "ada@example.org"
    assert newest.held
    one, two = sorted([newest, oldest], key=lambda row: len(row.attempts))
    assert [len(one.attempts), len(two.attempts)] in ([1, 1], [1, 2])
    attempt = oldest.attempts[0]
    assert (attempt.number, attempt.outcome, attempt.status, attempt.detail) == (
        1,
        "failed",
        450,
        "busy",
    )
    assert (attempt.started_at, attempt.ended_at) == (NOON, NOON + timedelta(seconds=2))


def test_attempt_of_a_dead_worker_has_no_end(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work)
    send_out(stored.open_work, a_step(2))
    claim(stored.open_work, owner="dead")
    claim(stored.open_work, now=LATER)

    first, second = queries.deliveries(stored)[0].attempts
    assert (first.number, first.ended_at, first.outcome) == (1, None, None)
    assert second.number == 2


def test_attempts_that_do_not_count_are_on_record_too(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work)
    send_out(stored.open_work, a_step(2))
    away = an_outcome(
        state=DeliveryState.PENDING, due_at=NOON, word="not sent", status=None, counts=False
    )
    for _ in range(3):
        (one,) = claim(stored.open_work)
        with stored.open_work() as work:
            work.deliveries.record([(one, away)], now=NOON)
            work.commit()

    attempts = queries.deliveries(stored)[0].attempts
    assert [(one.number, one.outcome) for one in attempts] == [
        (1, "not sent"),
        (2, "not sent"),
        (3, "not sent"),
    ]


def test_long_answers_are_cut(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work)
    send_out(stored.open_work, a_step(2))
    (one,) = claim(stored.open_work)
    with stored.open_work() as work:
        work.deliveries.record([(one, an_outcome(detail="é\x00" * 9000))], now=NOON)
        work.commit()

    detail = queries.deliveries(stored)[0].attempts[0].detail
    assert detail is not None
    assert detail.startswith("é\ufffdé")
    assert len(detail.replace("\ufffd", "\x00").encode()) <= 4096


def test_deliveries_are_found_by_state_and_trial(stored: Database) -> None:
    watch(stored.open_work, TRIAL, OTHER_TRIAL)
    join(stored.open_work)
    send_out(stored.open_work, a_step(2), a_step(2, nct_id=OTHER_TRIAL))
    mine = next(one for one in claim(stored.open_work) if one.alert.nct_id == TRIAL)
    with stored.open_work() as work:
        work.deliveries.record([(mine, an_outcome())], now=NOON)
        work.commit()

    done = queries.deliveries(stored, state=DeliveryState.DELIVERED)
    assert [row.nct_id for row in done] == [TRIAL]
    assert [row.nct_id for row in queries.deliveries(stored, nct_id=OTHER_TRIAL)] == [OTHER_TRIAL]
    assert len(queries.deliveries(stored, limit=1)) == 1


def test_one_delivery_is_shown_with_what_it_carries(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work)
    alert = a_step(2)
    send_out(stored.open_work, alert, a_step(3))
    row = next(row for row in queries.deliveries(stored) if row.alert_id == alert.id)

    assert queries.delivery(stored, row.id) == (row, alert)
    assert queries.delivery(stored, "no such delivery") is None


def test_newest_alerts_of_all_trials_come_first(stored: Database) -> None:
    old, new = a_step(2), a_step(2, nct_id=OTHER_TRIAL, created_at=LATER)
    send_out(stored.open_work, old, new)

    assert queries.newest_alerts(stored, limit=5) == (new, old)
    assert queries.newest_alerts(stored, limit=1) == (new,)


def test_snapshot_shows_one_moment_and_cannot_be_written_through(stored: Database) -> None:
    watch(stored.open_work)
    with stored.open_snapshot() as work:
        before = work.trials.get(TRIAL)
        with stored.open_work() as other:
            other.trials.save([a_state()])
            other.commit()
        assert work.trials.get(TRIAL) == before
        with pytest.raises(StorageError, match="read-only"):
            work.trials.save([a_state()])

    with stored.open_work() as work:
        assert work.trials.get(TRIAL) == a_state()


def test_outbox_tells_what_is_stuck(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work)
    send_out(stored.open_work, *(a_step(number) for number in (2, 3, 4)))
    (one,) = claim(stored.open_work, limit=1)
    with stored.open_work() as work:
        work.deliveries.record([(one, an_outcome())], now=NOON)
        work.commit()
    claim(stored.open_work, limit=1)

    at_noon = queries.outbox_state(stored, now=NOON)
    later = queries.outbox_state(stored, now=LATER)
    assert at_noon.counts[DeliveryState.DELIVERED] == 1
    assert at_noon.counts[DeliveryState.PENDING] == 2
    assert at_noon.counts[DeliveryState.FAILED] == 0
    assert (at_noon.held, at_noon.past_due, at_noon.oldest_due_at) == (1, 0, NOON)
    assert (later.held, later.past_due) == (0, 2)


def test_backlog_tells_what_is_late_and_who_fails(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work)
    join(stored.open_work, "https://hooks.example/a", channel=Channel.WEBHOOK)
    send_out(stored.open_work, a_step(2), a_step(3))
    [hook] = [one for one in claim(stored.open_work) if one.lane is Lane.STEADY]
    slow = an_outcome(state=DeliveryState.PENDING, due_at=LATER, blame=Blame.TIMED_OUT)
    with stored.open_work() as work:
        work.deliveries.record([(hook, slow)], now=LATER)
        work.commit()

    backlog = queries.backlog(stored, now=LATER)
    after = queries.backlog(stored, now=LATER + timedelta(seconds=5))

    assert (backlog.past_due, backlog.oldest_due_at) == (2, NOON + LEASE)
    assert (backlog.failing_targets, backlog.open_breakers) == (1, 1)
    assert (after.failing_targets, after.open_breakers) == (1, 0)


def test_empty_database_has_answers(stored: Database) -> None:
    assert watchreads.watches(stored) == ()
    assert queries.trials(stored) == ()
    assert queries.deliveries(stored) == ()
    assert queries.kept_aside(stored) == ()
    assert queries.refused_body(stored, TRIAL) is None
    assert queries.outbox_state(stored, now=NOON).oldest_due_at is None
    assert queries.registry_state(stored).data_timestamp is None


@pytest.mark.parametrize("trials", [1, 40])
def test_number_of_queries_does_not_grow_with_the_rows(database: Database, trials: int) -> None:
    numbers = [type(TRIAL)(f"NCT99{number:06d}") for number in range(1, trials + 1)]
    watch(database.open_work, *numbers)
    join(database.open_work)
    send_out(database.open_work, *(a_step(2, nct_id=nct_id) for nct_id in numbers))
    claim(database.open_work)
    asked: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    watchreads.watches(database)
    queries.deliveries(database)
    queries.trials(database)

    assert len([one for one in asked if one.startswith("SELECT")]) == 5


def test_rows_as_json_are_plain(stored: Database) -> None:
    watch(stored.open_work)
    join(stored.open_work)
    send_out(stored.open_work, a_step(2))
    rows: list[Any] = [
        *watchreads.watches(stored),
        *queries.trials(stored),
        *queries.deliveries(stored),
        queries.registry_state(stored),
        queries.outbox_state(stored, now=NOON),
    ]

    for row in rows:
        assert json.loads(json.dumps(row.as_json(), default=str))
