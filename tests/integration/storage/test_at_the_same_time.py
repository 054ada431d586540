"""What two transactions do at the same moment loses nothing and tells nothing twice.

On PostgreSQL alone: on SQLite one waits for the other.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from monitor.alerting.hours import choose_hours, strike_hours
from monitor.domain.changes import Severity
from monitor.domain.people import OPERATOR
from monitor.domain.ports import OpenWork
from monitor.domain.timings import Quiet, Timing
from monitor.domain.watches import DEFAULT_LIST
from storage import keptanswers
from storage.engine import Database
from storage.keptanswers import Found, Named
from tests.builders import NOON, a_step, an_outcome
from tests.integration.storage.scenes import LEASE, claim, join, make_target, send_out, watch

pytestmark = pytest.mark.postgresql

ADA = "ada@example.org"
ONE = NOON + timedelta(hours=1)
QUIET_AT_NIGHT = Timing(quiet=Quiet(start=time(22), end=time(7)), zone="UTC")


@pytest.fixture
def open_work(postgresql: Database) -> OpenWork:
    """What opens transactions, several at a time."""
    return postgresql.open_work


def hears(open_work: OpenWork, list_name: str) -> None:
    watch(open_work, list_name=list_name)
    join(open_work, ADA, list_name=list_name, token=f"end {list_name}")


def choose(open_work: OpenWork, hours: Timing, *, list_name: str = DEFAULT_LIST) -> None:
    with open_work() as work:
        target = make_target(work, ADA)
        token = f"hours of {list_name}"
        choose_hours(work, target, hours, list_name=list_name, token=token, now=NOON)
        work.commit()


def strike(open_work: OpenWork) -> None:
    with open_work() as work:
        strike_hours(work, ONE)
        work.commit()


@contextmanager
def waiting(act: Callable[[], None]) -> Iterator[None]:
    """Let somebody else act, who has to wait for what the block ends with."""
    other = threading.Thread(target=act)
    other.start()
    other.join(timeout=0.5)
    assert other.is_alive(), "the other waits"
    yield
    other.join(timeout=20)
    assert not other.is_alive()


def end(open_work: OpenWork, token: str) -> None:
    with open_work() as work:
        work.watches.unsubscribe(token, now=NOON)
        work.commit()


def test_alert_made_while_an_hour_strikes_is_let_go_at_the_next_look(open_work: OpenWork) -> None:
    hears(open_work, DEFAULT_LIST)
    choose(open_work, QUIET_AT_NIGHT)
    alert = a_step(2, severity=Severity.MAJOR)
    with open_work() as sweep:
        sweep.alerts.add(alert)
        sweep.alerts.fan_out(alert, now=NOON)
        strike(open_work)
        sweep.commit()
    strike(open_work)

    [claimed] = claim(open_work, now=ONE)
    assert claimed.target.address == ADA


def test_message_sent_while_its_list_ends_is_not_sent_again_for_another_list(
    open_work: OpenWork,
) -> None:
    hears(open_work, "first")
    hears(open_work, "second")
    send_out(open_work, a_step(2))
    [sent] = claim(open_work)

    with open_work() as worker:
        assert worker.deliveries.record([(sent, an_outcome())], now=NOON)
        with waiting(lambda: end(open_work, "end first")):
            worker.commit()

    assert claim(open_work, now=ONE) == ()


def test_lease_renewed_while_its_list_ends_stays_renewed(open_work: OpenWork) -> None:
    hears(open_work, "first")
    hears(open_work, "second")
    send_out(open_work, a_step(2))
    under_way = claim(open_work)

    with open_work() as worker:
        worker.deliveries.renew(under_way, until=ONE)
        with waiting(lambda: end(open_work, "end first")):
            worker.commit()

    assert claim(open_work, now=NOON + LEASE, owner="another") == ()


def test_what_goes_over_while_an_hour_strikes_is_let_go_at_the_next_look(
    open_work: OpenWork,
) -> None:
    hears(open_work, "first")
    choose(open_work, Timing(quiet=Quiet(start=time(12), end=time(14))), list_name="first")
    send_out(open_work, a_step(2, severity=Severity.MAJOR))
    strike(open_work)
    hears(open_work, "second")
    choose(open_work, QUIET_AT_NIGHT, list_name="second")

    with open_work() as reader:
        reader.watches.unsubscribe("end first", now=NOON)
        strike(open_work)
        reader.commit()
    strike(open_work)

    [claimed] = claim(open_work, now=ONE)
    assert claimed.delivery.list_name == "second"


def test_request_whose_name_is_freed_at_this_very_moment_is_to_come_again(
    postgresql: Database,
) -> None:
    named = Named(caller="tool", key="one", person_id=OPERATOR, request=b"same")
    assert keptanswers.claim(postgresql, named, now=NOON) is None

    @event.listens_for(postgresql.engine, "after_cursor_execute")
    def free(*told: Any) -> None:
        if told[2].startswith("INSERT INTO kept_answers"):
            keptanswers.let_go(postgresql, named)

    found = keptanswers.claim(postgresql, named, now=NOON)
    event.remove(postgresql.engine, "after_cursor_execute", free)

    assert found == Found(same_request=True, status=None, body=b"")
    assert keptanswers.claim(postgresql, named, now=NOON) is None
