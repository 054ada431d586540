"""The hottest queries go by an index, however long the outbox is."""

from typing import Any

import pytest
from sqlalchemy import event

from monitor.domain.lanes import Lane
from storage.engine import Database
from tests.builders import NOON, a_step
from tests.integration.storage.scenes import claim, join, send_out, watch

Asked = list[tuple[str, Any]]


@pytest.fixture
def asked(database: Database) -> Asked:
    """Every statement of a claim, with its values."""
    watch(database.open_work)
    join(database.open_work)
    send_out(database.open_work, a_step(2))
    found: Asked = []

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    claim(database.open_work)
    with database.open_work() as work:
        work.deliveries.next_due_at(NOON)
    event.remove(database.engine, "before_cursor_execute", note)
    return found


def _plans(database: Database, asked: Asked, beginning: str) -> list[list[str]]:
    """Return the steps of every statement that begins so."""
    plans = []
    with database.reading() as connection:
        for statement, values in asked:
            if statement.startswith(beginning):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plans.append([row[3] for row in rows])
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
