"""Threads of one process that write to the same SQLite file."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.domain.errors import StorageError
from storage.engine import open_database
from storage.targetcare import all_targets
from storage.turns import Turns
from storage.upgrade import upgrade
from tests.builders import TRIAL
from tests.integration.storage.scenes import join, watch

LONG, SHORT = timedelta(seconds=30), timedelta(milliseconds=20)


def _until_waiting(turns: Turns, count: int) -> None:
    end = time.monotonic() + LONG.total_seconds()
    while turns.waiting < count:
        assert time.monotonic() < end, f"{turns.waiting} wait, not {count}"


def test_turns_are_had_in_the_order_they_were_asked_for() -> None:
    turns, had = Turns(LONG, shown_as="x.db"), list[int]()

    def write(name: int) -> None:
        with turns.turn():
            had.append(name)

    with ThreadPoolExecutor() as pool, turns.turn():
        for name in range(5):
            pool.submit(write, name)
            _until_waiting(turns, name + 1)
    assert had == [0, 1, 2, 3, 4]


def test_who_writes_without_a_pause_lets_the_one_that_waits_go_first() -> None:
    turns, had = Turns(LONG, shown_as="x.db"), list[str]()

    def write() -> None:
        with turns.turn():
            had.append("the other")

    with ThreadPoolExecutor() as pool:
        with turns.turn():
            pool.submit(write)
            _until_waiting(turns, 1)
        with turns.turn():
            had.append("the one without a pause")
    assert had == ["the other", "the one without a pause"]


def test_who_waited_for_too_long_is_told_so_and_leaves_the_queue() -> None:
    turns = Turns(SHORT, shown_as="x.db")
    with turns.turn():
        late = pytest.raises(StorageError, match=r"x\.db is locked by another program")
        with late, turns.turn():
            pass  # pragma: no cover
        assert turns.waiting == 0
    with turns.turn():
        pass  # free again


def test_a_turn_that_ends_in_an_error_is_handed_on() -> None:
    turns = Turns(SHORT, shown_as="x.db")
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn():
        pass


def test_threads_that_write_at_once_all_get_to_write(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/x.db")
    upgrade(database)
    watch(database.open_work, TRIAL)

    def write(name: int) -> None:
        for number in range(5):
            join(database.open_work, f"{name}.{number}@example.org")

    with ThreadPoolExecutor(4) as pool:
        writers: list[Future[None]] = [pool.submit(write, name) for name in range(4)]
        for writer in writers:
            writer.result()
    assert len(all_targets(database)) == 20
    database.close()
