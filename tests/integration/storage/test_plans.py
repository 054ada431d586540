"""The hottest queries go by an index, however long the outbox is."""

from typing import Any

import pytest
from sqlalchemy import event

from storage.engine import Database
from tests.builders import a_step
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
        work.deliveries.next_due_at()
    event.remove(database.engine, "before_cursor_execute", note)
    return found


def _plan(database: Database, asked: Asked, beginning: str) -> list[str]:
    statement, values = next(one for one in asked if one[0].startswith(beginning))
    with database.reading() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row[3] for row in rows]


def test_claim_reads_due_rows_in_order_without_sorting(database: Database, asked: Asked) -> None:
    plan = _plan(database, asked, "SELECT deliveries.id")

    assert any("USING INDEX ix_deliveries_due" in step for step in plan)
    assert not any("TEMP B-TREE" in step or "SCAN" in step for step in plan)


def test_next_due_is_read_from_the_index(database: Database, asked: Asked) -> None:
    plan = _plan(database, asked, "SELECT min(deliveries.due_at)")

    assert any("ix_deliveries_due" in step for step in plan)
