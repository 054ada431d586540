"""The log of attempts: in months on PostgreSQL, thrown away when old, and nothing else with it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import insert, inspect, select, text, update

from monitor.domain.errors import StorageError
from monitor.domain.lanes import Room
from storage.backup import backup, restore
from storage.engine import Database, open_database
from storage.months import Month, drop_months, make_months, month_of, months_made
from storage.pruning import prune
from storage.tables import attempts, changes, deliveries, versions
from storage.upgrade import config, upgrade
from tests.builders import NOON, a_step, an_outcome
from tests.integration.storage.filled import all_rows, fill, write_as_before
from tests.integration.storage.scenes import LEASE, claim, join, send_out, watch

_DAY = timedelta(days=1)
MARCH = Month(2026, 3)


@pytest.fixture
def server(empty_postgresql_url: str) -> Iterator[Database]:
    """A PostgreSQL of this test's own: its parts are taken away in it."""
    opened = open_database(empty_postgresql_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture(params=["database", pytest.param("server", marks=pytest.mark.postgresql)])
def own(request: pytest.FixtureRequest) -> Database:
    """A database of this test's own, of either kind."""
    opened: Database = request.getfixturevalue(request.param)
    return opened


def _send(database: Database, number: int, at: datetime) -> None:
    """Send one message, and write down how it went."""
    send_out(database.open_work, a_step(number, created_at=at), now=at)
    for one in claim(database.open_work, now=at):
        with database.open_work() as work:
            work.deliveries.record([(one, an_outcome())], now=at)
            work.commit()


def _three(database: Database) -> None:
    """Send one message in January, one in February and one in March."""
    watch(database.open_work)
    join(database.open_work)
    for number, days in ((2, 59), (3, 28), (4, 0)):
        _send(database, number, NOON - timedelta(days=days))


def _begun(database: Database) -> list[datetime]:
    with database.reading() as connection:
        return list(connection.scalars(select(attempts.c.started_at).order_by("started_at")))


def _places(database: Database) -> list[str]:
    """Return the part that each attempt lies in, oldest first."""
    query = "SELECT tableoid::regclass::text FROM attempts ORDER BY started_at"
    with database.reading() as connection:
        return list(connection.scalars(text(query)))


def test_old_attempts_go_and_the_newer_stay(database: Database) -> None:
    _three(database)

    pruned = prune(database, before=NOON - 30 * _DAY)

    assert pruned.rows == 1
    assert _begun(database) == [NOON - 28 * _DAY, NOON]


def test_many_old_attempts_go_a_few_to_a_transaction(database: Database) -> None:
    _three(database)

    assert prune(database, before=NOON + _DAY, batch=1).rows == 3
    assert _begun(database) == []


def test_pruning_that_is_asked_to_stop_goes_on_the_next_time(database: Database) -> None:
    _three(database)
    turns = iter((True, False))

    assert prune(database, before=NOON + _DAY, batch=1, go_on=lambda: next(turns)).rows == 1
    assert prune(database, before=NOON + _DAY, batch=1).rows == 2


def test_everything_but_attempts_is_kept_for_good(own: Database) -> None:
    fill(own)
    before = all_rows(own)

    prune(own, before=NOON + 3650 * _DAY)

    after = all_rows(own)
    assert after.pop("attempts") == []
    assert before.pop("attempts")
    assert after == before
    assert all(after[table.name] for table in (versions, changes, deliveries))


def test_delivery_without_its_log_is_tried_again_and_written_down(own: Database) -> None:
    fill(own)
    with own.writing() as connection:
        connection.execute(update(deliveries).values(state="pending", owner=None, due_at=NOON))
        connection.commit()
    prune(own, before=NOON + _DAY)

    [again, *_] = claim(own.open_work, now=NOON + _DAY)
    with own.open_work() as work:
        assert work.deliveries.record([(again, an_outcome())], now=NOON + _DAY)
        work.commit()


def test_months_are_counted_in_utc() -> None:
    late = datetime.fromisoformat("2026-12-31T20:00:00-05:00")

    assert month_of(late) == Month(2027, 1)
    assert month_of(late).begin == datetime(2027, 1, 1, tzinfo=UTC)
    assert Month(2026, 11).after(2) == Month(2027, 1)


def test_a_file_has_no_months(database: Database) -> None:
    assert make_months(database, NOON) == months_made(database) == ()


@pytest.mark.postgresql
def test_months_are_made_ahead_once(server: Database) -> None:
    assert make_months(server, NOON) == (MARCH, MARCH.after(), MARCH.after(2))
    assert make_months(server, NOON) == ()
    assert make_months(server, NOON + 31 * _DAY) == (MARCH.after(3),)


@pytest.mark.postgresql
def test_attempts_lie_in_their_months_and_whole_months_go(server: Database) -> None:
    make_months(server, NOON - 60 * _DAY)
    _three(server)
    assert _places(server) == ["attempts_2026_01", "attempts_2026_02", "attempts_2026_03"]

    pruned = prune(server, before=NOON - 20 * _DAY)

    # February had not ended by then.
    assert pruned.months == (Month(2026, 1),)
    assert _begun(server) == [NOON - 28 * _DAY, NOON]


@pytest.mark.postgresql
def test_attempt_without_a_month_is_taken_and_moves_once_there_is_one(server: Database) -> None:
    _three(server)
    assert set(_places(server)) == {"attempts_rest"}
    before = all_rows(server)

    make_months(server, NOON)

    assert _places(server) == ["attempts_rest", "attempts_rest", "attempts_2026_03"]
    assert all_rows(server) == before
    assert prune(server, before=NOON - 30 * _DAY, batch=1).rows == 1
    assert _begun(server) == [NOON - 28 * _DAY, NOON]


@pytest.mark.postgresql
def test_worker_in_the_middle_is_never_the_one_who_gives_way(server: Database) -> None:
    _three(server)
    send_out(server.open_work, a_step(5))
    with server.open_work() as work:
        [one] = work.deliveries.claim(NOON, room=Room.of(10), lease=LEASE, owner="worker")

        with pytest.raises(StorageError):
            make_months(server, NOON)
        with pytest.raises(StorageError):
            drop_months(server, NOON + 3650 * _DAY)
        work.commit()

    assert one.delivery.attempts == 1
    assert make_months(server, NOON)


@pytest.mark.postgresql
def test_restored_attempts_lie_in_their_months(
    database: Database, server: Database, tmp_path: Path
) -> None:
    _three(database)
    path = tmp_path / "backup.jsonl.zst"
    backup(database, path)

    restore(server, path)

    assert _places(server) == ["attempts_2026_01", "attempts_2026_02", "attempts_2026_03"]
    assert all_rows(server) == all_rows(database)


@pytest.mark.postgresql
def test_upgrade_sorts_the_rows_there_are_into_months(
    database: Database, empty_postgresql_url: str
) -> None:
    _three(database)
    before = all_rows(database)
    opened = open_database(empty_postgresql_url)
    with opened.writing() as connection, database.reading() as source:
        command.upgrade(config(connection), "0015")
        look = inspect(connection)
        known = {
            table: {column["name"] for column in look.get_columns(table)}
            for table in look.get_table_names()
        }
        write_as_before(connection, source, known)
        connection.commit()

    upgrade(opened)

    assert _places(opened) == ["attempts_2026_01", "attempts_2026_02", "attempts_2026_03"]
    assert all_rows(opened) == before
    opened.close()


@pytest.mark.postgresql
def test_attempt_of_no_delivery_is_refused_in_months_too(server: Database) -> None:
    make_months(server, NOON)
    row = {"delivery_id": "none", "number": 1, "owner": "worker", "started_at": NOON}

    with server.writing() as connection, pytest.raises(StorageError):
        connection.execute(insert(attempts).values(row))
