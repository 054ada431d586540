"""The hottest queries go by an index, however long the outbox is."""

from typing import Any

import pytest
from sqlalchemy import event

from monitor.domain.lanes import Lane
from storage.engine import Database
from tests.builders import NOON, a_step, an_outcome
from tests.integration.storage.scenes import claim, join, send_out, watch

Asked = list[tuple[str, Any]]


@pytest.fixture
def asked(database: Database) -> Asked:
    """Every statement of a claim, of writing down how it ended, and of a fan-out, with its values."""
    watch(database.open_work)
    join(database.open_work)
    send_out(database.open_work, a_step(2))
    found: Asked = []

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    claimed = claim(database.open_work)
    with database.open_work() as work:
        work.deliveries.next_due_at(NOON)
        work.deliveries.record([(one, an_outcome()) for one in claimed], now=NOON)
        work.commit()
    send_out(database.open_work, a_step(3))
    event.remove(database.engine, "before_cursor_execute", note)
    return found


def _plans(
    database: Database, asked: Asked, beginning: str = "", *, part: str = ""
) -> list[list[str]]:
    """Return the steps of every statement that begins so and holds a part, at least one."""
    plans = []
    with database.reading() as connection:
        for statement, values in asked:
            if statement.startswith(beginning) and part in statement:
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plans.append([row[3] for row in rows])
    assert plans
    return plans


def test_claim_reads_due_rows_in_order_without_sorting(database: Database, asked: Asked) -> None:
    plans = _plans(database, asked, "SELECT deliveries.id")

    assert len(plans) == len(Lane)
    for plan in plans:
        assert any("USING INDEX ix_deliveries_lane" in step for step in plan)
        assert not any("TEMP B-TREE" in step or "SCAN deliveries" in step for step in plan)


def test_what_is_under_way_is_read_from_the_index(database: Database, asked: Asked) -> None:
    for plan in _plans(database, asked, "SELECT deliveries.target_id"):
        assert any("ix_deliveries_held" in step for step in plan)


def test_next_due_is_read_from_the_index(database: Database, asked: Asked) -> None:
    [plan] = _plans(database, asked, "SELECT deliveries.due_at")

    assert any("ix_deliveries_due" in step for step in plan)
    assert any("ix_targets_held" in step for step in plan)


def _read_through(plan: list[str]) -> list[str]:
    """Return the steps that read a table from end to end; what was given with a statement may be."""
    return [step for step in plan if step.startswith("SCAN ") and "VIRTUAL TABLE" not in step]


@pytest.mark.parametrize("table", ["deliveries", "attempts"])
def test_how_an_attempt_ended_is_written_by_key(
    database: Database, asked: Asked, table: str
) -> None:
    plans = _plans(database, asked, part=f"UPDATE {table} ")

    assert plans
    for plan in plans:
        assert any(f"sqlite_autoindex_{table}_1" in step for step in plan)
        assert not _read_through(plan)


def test_fan_out_finds_its_readers_by_index(database: Database, asked: Asked) -> None:
    plans = _plans(database, asked, part="INSERT INTO deliveries")

    assert plans
    for plan in plans:
        for index in ("ix_watches_nct_id", "ix_subscriptions_live"):
            assert any(index in step for step in plan)
        assert not _read_through(plan)
