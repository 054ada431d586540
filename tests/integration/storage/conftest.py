"""The contract suite runs on the database in memory, on SQLite and on PostgreSQL alike."""

import pytest

from monitor.domain.ports import OpenWork
from storage.engine import Database
from tests.fakes.work import FakeDatabase

_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)


@pytest.fixture(params=["memory", "database", _POSTGRESQL])
def open_work(request: pytest.FixtureRequest) -> OpenWork:
    """What plays ``OpenWork``, empty."""
    if request.param == "memory":
        return FakeDatabase().open_work
    opened: Database = request.getfixturevalue(request.param)
    return opened.open_work


@pytest.fixture(params=["database", _POSTGRESQL])
def stored(request: pytest.FixtureRequest) -> Database:
    """A real database with all tables, empty."""
    opened: Database = request.getfixturevalue(request.param)
    return opened
