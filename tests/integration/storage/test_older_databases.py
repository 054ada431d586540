"""A database that an older trialwatch made: backed up as it is, upgraded with all its rows."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from monitor.domain.errors import StorageError
from storage.backup import backup, restore
from storage.changefeed import Cursor, Selection, page
from storage.engine import Database, open_database
from storage.schema import SchemaState, check, state_of
from storage.upgrade import config, upgrade
from tests.builders import NOON, OTHER_TRIAL, TRIAL, a_lineage, a_state, a_version, an_alert

_TRIAL = """
INSERT INTO trials (nct_id, latest_version, content_sha256, swept_release, seen_at, brief_title,
    overall_status, missing_since, gone, merged_into, stale_on, paused)
VALUES (:nct_id, 1, :content_sha256, :swept_release, :seen_at, :brief_title, :overall_status,
    NULL, :no, NULL, NULL, :no)
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the first tables, a trial, a version and an alert in them."""
    url = f"sqlite:///{tmp_path}/first.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgresql_url")
    opened = open_database(url)
    _fill_first(opened)
    yield opened
    opened.close()


def _fill_first(database: Database) -> None:
    state = a_state()
    with database.writing() as connection:
        command.upgrade(config(connection), "0001")
        row = {
            "nct_id": state.nct_id,
            "content_sha256": state.content_sha256,
            "swept_release": state.swept_release,
            "seen_at": "2026-03-09 12:00:00.000000+00:00"
            if connection.dialect.name == "postgresql"
            else "2026-03-09 12:00:00.000000",
            "brief_title": state.brief_title,
            "overall_status": state.overall_status,
            "no": False,
        }
        connection.execute(text(_TRIAL), row)
        connection.commit()
    with database.open_work() as work:
        work.versions.add(a_version(1))
        work.commit()


def _holds_what_it_held(database: Database) -> None:
    check(database)
    with database.open_work() as work:
        assert work.trials.get(TRIAL) == a_state()
        assert work.versions.read(TRIAL, 1) == a_version(1)
        assert work.lineages.of_trial(TRIAL) == ()


def test_upgrade_of_the_first_tables_keeps_every_row(first: Database) -> None:
    assert state_of(first) is SchemaState.OLD
    with pytest.raises(StorageError, match="make a backup with `trialwatch db backup`, then"):
        check(first)

    assert upgrade(first) is True

    _holds_what_it_held(first)


def test_upgraded_database_takes_the_past(first: Database) -> None:
    upgrade(first)

    with first.open_work() as work:
        work.trials.save([a_state(history_left=3)])
        work.versions.add_before(a_version(0))
        work.lineages.save(a_lineage(version=0))
        work.alerts.add(an_alert(from_version=0, to_version=1, changes=()))
        work.commit()
    with first.open_work() as work:
        assert work.trials.get(TRIAL) == a_state(history_left=3)
        assert work.versions.read(TRIAL, 0) == a_version(0)


def test_backup_before_the_upgrade_is_as_good_as_the_database(
    first: Database, tmp_path: Path
) -> None:
    path = tmp_path / "before-upgrade.jsonl.zst"

    written = backup(first, path)

    assert state_of(first) is SchemaState.OLD
    assert (written["trials"], written["versions"]) == (1, 1)
    assert "lineages" not in written
    restored = open_database(f"sqlite:///{tmp_path}/restored.db")
    assert restore(restored, path) == written
    _holds_what_it_held(restored)
    with restored.open_work() as work:
        work.watches.add(OTHER_TRIAL, list_name="new", now=NOON)
        work.commit()
    restored.close()


_ALERT = """
INSERT INTO alerts (id, nct_id, from_version, to_version, release, created_at, title, severity,
    summary, sequence)
VALUES (:id, :nct_id, 1, :version, '2026-03-09', '2026-03-09 12:00:00', 'Roses', 3, :body, 1)
"""
_CHANGE = """
INSERT INTO changes (alert_id, position, nct_id, from_version, to_version, kind, subject,
    subject_sha256, before, after, severity, sentence, meaning, reason)
VALUES (:id, 0, :nct_id, 1, :version, 'status', 'overall_status', :body, '1', '2', 3, 'S.', '', '')
"""


def test_alerts_from_before_there_were_places_are_in_the_feed_by_their_ids(
    first: Database,
) -> None:
    with first.writing() as connection:
        command.upgrade(config(connection), "0007")
        for name, version in (("01B", 3), ("01A", 2), ("01C", 4)):
            row = {"id": name, "nct_id": TRIAL, "version": version, "body": b"made up"}
            connection.execute(text(_ALERT), row)
            connection.execute(text(_CHANGE), row)
        connection.commit()

    upgrade(first)

    told = page(first, Cursor(), wanted=Selection(), limit=9)
    assert [str(cursor) for cursor, _ in told.changes] == ["1.0", "2.0", "3.0"]
    assert [json.loads(one)["alert_id"] for _, one in told.changes] == ["01A", "01B", "01C"]
