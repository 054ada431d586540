"""What tests share: databases of each kind, and the folder of real records."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from sqlalchemy import delete, insert, text

from storage.engine import Database, open_database
from storage.tables import metadata, subscribers
from storage.upgrade import upgrade

# No test is about how fast a machine is. A change is judged by the same draws each time; people's
# own runs look for new ones.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

_REAL_RECORDS = Path(__file__).parents[2] / "shared" / "registry" / "real"
_POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/test"
_COUNT_ANEW = text(
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
    " FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL"
)


def unavailable(reason: str) -> None:
    """Skip where a machine cannot run a test; fail where it must."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def real_records() -> Path:
    """The folder of real records and histories."""
    folder = Path(os.environ.get("TRIALWATCH_REAL_RECORDS") or _REAL_RECORDS)
    if not (folder / "records").is_dir():
        unavailable(f"no real records in {folder}; set TRIALWATCH_REAL_RECORDS")
    return folder


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, made once."""
    path = tmp_path_factory.mktemp("template") / "trialwatch.db"
    made = open_database(f"sqlite:///{path}")
    upgrade(made)
    made.close()
    return path


@pytest.fixture
def database(_sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database with all tables."""
    path = tmp_path / "trialwatch.db"
    shutil.copyfile(_sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """URL of a real PostgreSQL in which this user may make schemas."""
    url = os.environ.get("TRIALWATCH_TEST_POSTGRESQL") or _POSTGRESQL
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        unavailable(f"no PostgreSQL to test with; set TRIALWATCH_TEST_POSTGRESQL ({error})")
    return url


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """URL of a schema of this test's own, without tables."""
    with _own_schema(postgresql_server) as url:
        yield url


@pytest.fixture
def another_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """URL of a second such schema."""
    with _own_schema(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def _postgresql_with_tables(postgresql_server: str) -> Iterator[Database]:
    with _own_schema(postgresql_server) as url:
        opened = open_database(url)
        upgrade(opened)
        yield opened
        opened.close()


@pytest.fixture
def postgresql(_postgresql_with_tables: Database) -> Iterator[Database]:
    """An empty PostgreSQL database with all tables."""
    yield _postgresql_with_tables
    with _postgresql_with_tables.writing() as connection:
        # Most tables hold a few rows or none: to delete those takes a tenth of what TRUNCATE does,
        # which makes every table's files anew.
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
        connection.execute(_COUNT_ANEW)
        connection.execute(insert(subscribers).values(name="operator"))
        connection.commit()


@contextmanager
def _own_schema(server: str) -> Iterator[str]:
    """Make a schema, and drop it with everything in it."""
    name = f"trialwatch_test_{secrets.token_hex(6)}"
    joint = "&" if "?" in server else "?"
    _run(server, sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    yield f"{server}{joint}options=-csearch_path%3D{name}"
    _run(server, sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


def _run(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute(statement)
