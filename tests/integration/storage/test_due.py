"""What of the outbox would go out now is counted apart from what waits."""

from datetime import timedelta

from monitor.alerting.hours import choose_hours
from monitor.domain.timings import Rhythm, Timing
from monitor.domain.watches import DEFAULT_LIST
from storage.due import DueState, due_state
from storage.engine import Database
from tests.builders import NOON, a_step
from tests.integration.storage.scenes import claim, join, make_target, send_out, watch


def test_digest_at_once_and_under_way_are_counted_apart(stored: Database) -> None:
    watch(stored.open_work)
    for address in ("now@example.org", "daily@example.org"):
        join(stored.open_work, address)
    with stored.open_work() as work:
        choose_hours(
            work,
            make_target(work, "daily@example.org"),
            Timing(rhythm=Rhythm.DAILY, zone="UTC"),
            list_name=DEFAULT_LIST,
            token="all",
            now=NOON,
        )
        work.commit()
    send_out(stored.open_work, a_step(2), a_step(3))

    assert due_state(stored, now=NOON) == DueState(due=2, for_an_hour=2, later=0)
    claim(stored.open_work, limit=1)
    assert due_state(stored, now=NOON) == DueState(due=1, for_an_hour=2, later=1)
    assert due_state(stored, now=NOON - timedelta(seconds=1)).due == 0
