"""Reading from a real streaming replica: never older than the primary, and the primary otherwise."""

import os
import signal
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text

from monitor.domain.errors import StorageError
from storage.changefeed import Cursor, end, page
from storage.engine import Database, open_database
from storage.following import LEFT_ALONE, Place
from storage.replica import open_replicated
from tests.integration.replicas import ALL, Pair, until

pytestmark = pytest.mark.postgresql


def test_replica_is_read_when_it_has_everything(pair: Pair) -> None:
    pair.change()

    until(lambda: pair.read_from() == pair.replica.port)

    assert pair.changes() == 1
    assert pair.told == []


def test_reading_through_it_never_writes(pair: Pair) -> None:
    until(lambda: pair.read_from() == pair.replica.port)

    with (
        pair.reads.reading() as connection,
        pytest.raises(StorageError, match="read-only"),
    ):
        connection.execute(text("CREATE TABLE never (id int)"))


def test_what_is_written_goes_to_the_primary(pair: Pair) -> None:
    with pair.reads.writing() as connection:
        assert connection.scalar(text("SELECT inet_server_port()")) == pair.primary.port


def test_each_change_is_seen_by_the_read_that_follows(pair: Pair) -> None:
    for count in range(1, 31):
        pair.change()
        assert pair.changes() == count
    until(lambda: pair.read_from() == pair.replica.port)

    assert pair.changes() == 30


def test_one_who_wrote_sees_it_while_the_replica_stands_still(paused: Pair) -> None:
    paused.change()

    assert paused.read_from() == paused.primary.port
    assert paused.changes() == 1


def test_replica_that_stands_still_is_read_while_nothing_was_written(pair: Pair) -> None:
    until(lambda: pair.read_from() == pair.replica.port)
    pair.on_replica("SELECT pg_wal_replay_pause()")
    try:
        assert pair.read_from() == pair.replica.port
        assert pair.changes() == 0
    finally:
        pair.on_replica("SELECT pg_wal_replay_resume()")


def test_feed_misses_nothing_and_repeats_nothing_across_both(pair: Pair) -> None:
    begun, after, seen = pair.versions, Cursor(), []
    ports = set()
    try:
        for turn in range(6):
            pair.change()
            if turn == 2:
                pair.on_replica("SELECT pg_wal_replay_pause()")
            if turn == 4:
                pair.on_replica("SELECT pg_wal_replay_resume()")
                until(lambda: pair.read_from() == pair.replica.port)
            ports.add(pair.read_from())
            found = page(pair.reads, after, wanted=ALL, limit=100)
            seen += [cursor for cursor, _ in found.changes]
            after = found.next
    finally:
        pair.on_replica("SELECT pg_wal_replay_resume()")

    assert ports == {pair.primary.port, pair.replica.port}
    assert len(seen) == len(set(seen)) == pair.versions - begun
    assert seen == sorted(seen)
    assert end(pair.reads) == after


def test_operator_is_told_once_and_when_it_is_over(paused: Pair) -> None:
    paused.change()
    until(lambda: paused.read_from() == paused.primary.port and bool(paused.told))
    paused.changes()

    [words] = paused.told
    assert "behind" in words
    assert "the primary is read" in words
    assert paused.reads.replica.state.behind_bytes > 0

    paused.on_replica("SELECT pg_wal_replay_resume()")
    until(lambda: paused.read_from() == paused.replica.port)

    assert paused.told[1:] == [f"the replica {paused.reads.replica.shown_as} is read again"]
    assert paused.reads.replica.state.trouble == ""


def test_replica_left_alone_costs_no_wait(paused: Pair) -> None:
    paused.change()
    paused.read_from()

    asked: list[object] = []
    event.listen(paused.reads.replica.engine, "checkout", lambda *seen: asked.append(seen))
    begun = time.monotonic()
    for _ in range(5):
        assert paused.read_from() == paused.primary.port

    # A machine so slow that the time is over in between may try once more each time.
    gaps = (time.monotonic() - begun) / LEFT_ALONE.total_seconds()
    assert len(asked) <= 1 + gaps


def test_killed_replica_leaves_the_primary_to_be_read(pair: Pair) -> None:
    until(lambda: pair.read_from() == pair.replica.port)
    pair.replica.stop("immediate")
    try:
        pair.change()

        assert pair.changes() == 1
        assert pair.read_from() == pair.primary.port
        until(lambda: pair.read_from() == pair.primary.port and bool(pair.told))
        assert "TRIALWATCH_DATABASE_URL" not in pair.told[0]
    finally:
        pair.replica.start()
    until(lambda: pair.read_from() == pair.replica.port)


def test_frozen_replica_holds_nobody_up_for_long(pair: Pair) -> None:
    until(lambda: pair.read_from() == pair.replica.port)
    stopped = _processes(pair.postmaster)
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        assert pair.read_from() == pair.primary.port
        assert time.monotonic() - begun < 5
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)
    until(lambda: pair.read_from() == pair.replica.port)


def _processes(postmaster: int) -> list[int]:
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text()
    return [postmaster, *map(int, children.split())]


def test_server_that_is_no_replica_is_not_read(pair: Pair) -> None:
    alone = open_replicated(pair.database, pair.primary.url, tell=pair.told.append)

    state = alone.look()

    assert "is no replica" in state.trouble
    alone.close()


def test_replica_of_another_server_is_not_read(pair: Pair, postgresql_server: str) -> None:
    other = open_database(postgresql_server)
    strange = open_replicated(other, pair.replica.url, tell=pair.told.append)

    assert "of another server" in strange.look().trouble

    strange.close()
    other.close()


def test_replica_of_a_primary_that_was_set_back_is_not_read(pair: Pair) -> None:
    with pair.database.reading() as connection:
        system = connection.scalar(text("SELECT system_identifier FROM pg_control_system()"))
    was_set_back = Place(system=int(system or 0), reached=1)

    assert pair.reads.replica.connect(lambda: was_set_back) is None
    assert "another history" in pair.reads.replica.state.trouble

    until(lambda: pair.read_from() == pair.replica.port)


def test_replica_whose_user_may_read_nothing_is_not_read(pair: Pair) -> None:
    with psycopg.connect(pair.primary.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE stranger LOGIN")
    url = pair.replica.url.replace("postgres@", "stranger@")
    until(lambda: pair.read_from() == pair.replica.port)
    strange = open_replicated(pair.database, url, tell=pair.told.append)

    assert "GRANT SELECT" in strange.look().trouble

    with psycopg.connect(pair.primary.url, autocommit=True) as connection:
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO stranger")
    until(lambda: not strange.look().trouble)
    strange.close()


def test_file_has_no_replica(database: Database) -> None:
    with pytest.raises(StorageError, match=r"TRIALWATCH_READ_DATABASE_URL.* is a file"):
        open_replicated(database, "postgresql://localhost/any", tell=print)


def test_replica_is_a_postgresql(database: Database) -> None:
    with pytest.raises(StorageError, match="TRIALWATCH_READ_DATABASE_URL"):
        open_replicated(database, "sqlite:///other.db", tell=print)
