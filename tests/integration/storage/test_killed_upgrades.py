"""An upgrade with rows in the tables, killed in its midst; ``benchmarks.crash_matrix`` does more."""

import os
import random
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.engine import Database, open_database
from storage.schema import REVISIONS, SchemaState, check, state_of
from storage.upgrade import upgrade
from tests.integration.storage.filled import Rows, all_rows, fill, fill_as_of

_ROOT = Path(__file__).parents[3]
#: Some of them, the first and the last: each is two starts of Python.
_FROM = REVISIONS[:-1:5] + REVISIONS[-2:-1]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/old.db"
    found: str = request.getfixturevalue("empty_postgresql_url")
    return found


def _upgraded(revision: str, source: Database, path: Path) -> Rows:
    """Return the rows of an upgrade that nobody kills."""
    with closing(open_database(f"sqlite:///{path}")) as other:
        fill_as_of(other, revision, source)
        upgrade(other)
        return all_rows(other)


def _upgrade_killed_at(url: str, moment: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "tests/acceptance/upgrading.py", url, str(moment)],
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("revision", _FROM)
def test_killed_upgrade_leaves_what_was_there_and_is_made_good_by_the_next(
    url: str, revision: str, database: Database, tmp_path: Path
) -> None:
    fill(database)
    expected = _upgraded(revision, database, tmp_path / "unharmed.db")
    with closing(open_database(url)) as old:
        fill_as_of(old, revision, database)
    # The newest has few statements; each moment has a statement or the commit about to be made.
    moment = random.Random(revision).randint(4, 12)

    killed = _upgrade_killed_at(url, moment)

    assert killed.returncode == -signal.SIGKILL, killed
    with closing(open_database(url)) as after:
        assert state_of(after) is SchemaState.OLD
        upgrade(after)
        check(after)
        assert all_rows(after) == expected
