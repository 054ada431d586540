"""A PostgreSQL with a streaming replica, for the tests that read from one."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, text

from benchmarks.own_postgresql import OwnPostgresql, is_installed, own_postgresql, replica_of
from storage.engine import open_database
from storage.replica import open_replicated
from storage.tables import metadata, subscribers
from storage.upgrade import upgrade
from tests.conftest import unavailable
from tests.integration.replicas import Pair


@pytest.fixture(scope="session")
def servers() -> Iterator[tuple[OwnPostgresql, OwnPostgresql]]:
    """A primary with our tables and a replica of it."""
    if not is_installed():
        unavailable("no PostgreSQL server's programs: apt-get install postgresql")
    with own_postgresql() as primary:
        opened = open_database(primary.url)
        upgrade(opened)
        opened.close()
        with replica_of(primary) as replica:
            yield primary, replica


@pytest.fixture
def pair(servers: tuple[OwnPostgresql, OwnPostgresql]) -> Iterator[Pair]:
    primary, replica = servers
    database = open_database(primary.url)
    with database.writing() as connection:
        tables = ", ".join(metadata.tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        connection.execute(insert(subscribers).values(name="operator"))
        connection.commit()
    told: list[str] = []
    reads = open_replicated(database, replica.url, tell=told.append)
    yield Pair(primary=primary, replica=replica, database=database, reads=reads, told=told)
    reads.close()
    database.close()


@pytest.fixture
def paused(pair: Pair) -> Iterator[Pair]:
    """The pair, its replica not replaying until it is told to."""
    pair.on_replica("SELECT pg_wal_replay_pause()")
    yield pair
    pair.on_replica("SELECT pg_wal_replay_resume()")
