"""Several processes on one database: nobody holds the same delivery, a killed one leaves nothing."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.domain.ports import OpenWork
from storage.engine import Database, open_database
from storage.schema import SchemaState, check, state_of
from storage.upgrade import upgrade
from tests.builders import NOON, TRIAL, a_state, a_step
from tests.integration.storage.scenes import claim, join, send_out, watch

_ROOT = Path(__file__).parents[3]
_DELIVERIES = 300

_CLAIMER = """
import sys
from datetime import timedelta
from monitor.domain.lanes import Room
from storage.engine import open_database
from tests.builders import NOON
database = open_database(sys.argv[1])
input()
while True:
    with database.open_work() as work:
        claimed = work.deliveries.claim(
            NOON, room=Room.of(7), lease=timedelta(hours=1), owner=sys.argv[2]
        )
        work.commit()
    if not claimed:
        break
    print(*(one.delivery.id for one in claimed), sep="\\n")
"""

_DIES_BEFORE_COMMIT = """
import sys
from storage.engine import open_database
from tests.builders import a_state, a_version
database = open_database(sys.argv[1])
with database.open_work() as work:
    work.trials.save([a_state()])
    work.versions.add(a_version(1))
    print("written", flush=True)
    input()
"""

_DIES_AFTER_COMMIT = """
import sys
from datetime import timedelta
from monitor.domain.lanes import Room
from storage.engine import open_database
from tests.builders import NOON
database = open_database(sys.argv[1])
with database.open_work() as work:
    work.deliveries.claim(NOON, room=Room.of(1), lease=timedelta(seconds=20), owner="dead")
    work.commit()
    print("claimed", flush=True)
    input()
"""

_DIES_IN_THE_UPGRADE = """
import sys
from storage.engine import open_database
from storage.upgrade import upgrade_within
database = open_database(sys.argv[1])
with database.writing() as connection:
    upgrade_within(connection, shown_as="it")
    print("upgraded", flush=True)
    input()
"""


def _start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _kill_after_first_word(script: str, url: str) -> str:
    with _start(script, url) as process:
        assert process.stdout is not None
        word = process.stdout.readline().strip()
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return word


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/trialwatch.db"
    found: str = request.getfixturevalue("empty_postgresql_url")
    return found


@pytest.fixture
def url(empty_url: str) -> str:
    """A database with all tables."""
    opened = open_database(empty_url)
    upgrade(opened)
    opened.close()
    return empty_url


@pytest.fixture
def opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    yield database
    database.close()


def _fill(open_work: OpenWork, deliveries: int) -> None:
    watch(open_work)
    join(open_work)
    send_out(open_work, *(a_step(number) for number in range(2, deliveries + 2)))


def test_no_two_processes_claim_the_same_delivery(url: str, opened: Database) -> None:
    _fill(opened.open_work, _DELIVERIES)
    workers = [_start(_CLAIMER, url, f"worker {number}") for number in range(3)]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()

    claimed = [line for worker in workers for line in worker.communicate()[0].splitlines()]
    assert all(worker.returncode == 0 for worker in workers)
    assert len(claimed) == len(set(claimed)) == _DELIVERIES


def test_process_killed_before_commit_leaves_nothing(url: str, opened: Database) -> None:
    assert _kill_after_first_word(_DIES_BEFORE_COMMIT, url) == "written"

    with opened.open_work() as work:
        assert work.trials.get(TRIAL) is None
        assert work.versions.of_trial(TRIAL) == ()
        work.trials.save([a_state()])
        work.commit()


def test_process_killed_after_its_claim_gives_it_back_by_time(url: str, opened: Database) -> None:
    _fill(opened.open_work, 1)
    assert _kill_after_first_word(_DIES_AFTER_COMMIT, url) == "claimed"

    assert claim(opened.open_work) == ()
    with opened.open_work() as work:
        due_at = work.deliveries.next_due_at(NOON)
    assert due_at is not None
    (again,) = claim(opened.open_work, now=due_at)
    assert again.delivery.attempts == 2


def test_upgrade_killed_half_way_leaves_a_fresh_database(empty_url: str) -> None:
    assert _kill_after_first_word(_DIES_IN_THE_UPGRADE, empty_url) == "upgraded"

    database = open_database(empty_url)
    assert state_of(database) is SchemaState.FRESH
    assert upgrade(database) is True
    check(database)
    database.close()
