"""No statement of the outbox reads a large table from end to end on PostgreSQL.

Ten million deliveries are not loaded: 20,000 are, and the planner is then told that the tables hold
that many rows for each of theirs more (``pg_class.reltuples``). It multiplies rows by the pages that
are really there, so reading everything looks cheaper to it than it would be: a plan that goes by the
index here goes by the index there.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, text

from storage.engine import Database
from storage.months import month_of
from tests.builders import NOON, a_step, an_outcome
from tests.integration.storage.scenes import claim, join, send_out, watch

pytestmark = pytest.mark.postgresql

Asked = list[tuple[str, Any]]
#: Rows loaded for each of the common case, and what the planner believes for each of them.
_ROWS, _TIMES = 20_000, 500
#: Where the log's rows lie that are loaded: the server writes down its own time.
_LOG = month_of(datetime.now(UTC)).table
_LARGE = ("deliveries", _LOG, "alerts", "targets", "subscriptions", "watches", "trials")
_LOAD = (
    """INSERT INTO trials (nct_id, latest_version, content_sha256, brief_title, overall_status, gone, paused)
       SELECT 'NCT' || 98000000 + n, 1, '', '', '', false, false FROM generate_series(1, :rows / 10) n""",
    """INSERT INTO watch_lists (subscriber_id, name, created_at)
       SELECT 1, 'list ' || n, now() FROM generate_series(1, :rows / 10) n""",
    """INSERT INTO watches (list_id, nct_id, created_at)
       SELECT id, 'NCT' || 98000000 + substr(name, 6)::int, now() FROM watch_lists WHERE name LIKE 'list %'""",
    """INSERT INTO targets (subscriber_id, channel, address, secret, state, created_at, failures, types, format)
       SELECT 1, 'email', n || '@readers.example', '', 'active', now(), 0, '', 'standard'
       FROM generate_series(1, :rows / 10) n""",
    """INSERT INTO subscriptions (list_id, target_id, min_severity, topics, token, created_at)
       SELECT l.id, t.id, 1, '', 'token ' || t.id, now() FROM targets t
       JOIN watch_lists l ON l.name = 'list ' || split_part(t.address, '@', 1)
       WHERE t.address LIKE '%@readers.example'""",
    """INSERT INTO alerts (id, nct_id, from_version, to_version, release, created_at, title, severity,
                           summary, sequence, feed_place)
       SELECT 'a' || n, 'NCT' || 98000000 + n, 1, 2, one.release, now(), '', 2, one.summary, 1, 1000000 + n
       FROM alerts one, generate_series(1, :rows / 10) n""",
    """INSERT INTO deliveries (id, alert_id, target_id, subscription_id, list_name, state, due_at,
                               attempts, begun, created_at, lane, type)
       SELECT a.id || '-' || s.target_id || '-' || k, a.id, s.target_id, s.id, '',
              CASE WHEN random() < 0.01 THEN 'pending' ELSE 'delivered' END,
              CAST(:noon AS timestamptz) - random() * interval '1 year', 1, 1, now(), 'mail', 'trial.changed'
       FROM subscriptions s JOIN targets t ON t.id = s.target_id
       JOIN alerts a ON a.id = 'a' || split_part(t.address, '@', 1), generate_series(1, 10) k""",
    """INSERT INTO attempts (delivery_id, number, owner, started_at, ended_at, outcome)
       SELECT id, 1, 'worker', now(), now(), 'accepted' FROM deliveries WHERE state = 'delivered'""",
    "ANALYZE",
    # Indexes too: a partial one is judged by its own count.
    """UPDATE pg_class SET reltuples = reltuples * :times WHERE relnamespace = current_schema()::regnamespace
       AND reltuples > 0 AND (relname = ANY(:large) OR oid IN (
           SELECT indexrelid FROM pg_index WHERE indrelid::regclass::text = ANY(:large)))""",
)


@pytest.fixture
def grown(postgresql: Database) -> Database:
    """A database whose planner believes in ten million deliveries."""
    watch(postgresql.open_work)
    join(postgresql.open_work)
    send_out(postgresql.open_work, a_step(2))
    values = {"rows": _ROWS, "times": _TIMES, "large": list(_LARGE), "noon": NOON}
    with postgresql.writing() as connection:
        for statement in _LOAD:
            needed = {name: values[name] for name in values if f":{name}" in statement}
            connection.execute(text(statement), needed)
        connection.commit()
    return postgresql


@pytest.fixture
def asked(grown: Database) -> Iterator[Asked]:
    """Every statement sent from now on, with its values."""
    found: Asked = []

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, values[0] if isinstance(values, list) else values))

    event.listen(grown.engine, "before_cursor_execute", note)
    yield found
    event.remove(grown.engine, "before_cursor_execute", note)


def _plans(database: Database, asked: Asked, *parts: str) -> list[dict[str, Any]]:
    """Return the plans of the statements that hold all of ``parts``, at least one."""
    chosen = [one for one in asked if all(part in one[0] for part in parts)]
    plans = []
    with database.reading() as connection:
        for statement, values in chosen:
            explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
            [told] = explained.scalar_one()
            plans.append(told["Plan"])
    assert plans
    return plans


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _steps(below)


def _indexes(plan: dict[str, Any]) -> set[str]:
    return {step["Index Name"] for step in _steps(plan) if "Index Name" in step}


def _read_through(plan: dict[str, Any]) -> set[str]:
    """Return the large tables that a plan reads from end to end."""
    scans = {step["Relation Name"] for step in _steps(plan) if step["Node Type"] == "Seq Scan"}
    return scans & set(_LARGE)


def _sorts(plan: dict[str, Any]) -> list[str]:
    return [step["Node Type"] for step in _steps(plan) if "Sort" in step["Node Type"]]


def test_planner_believes_in_ten_million_deliveries(grown: Database) -> None:
    with grown.reading() as connection:
        explained = connection.exec_driver_sql("EXPLAIN (FORMAT JSON) SELECT * FROM deliveries")
        [told] = explained.scalar_one()

    assert told["Plan"]["Plan Rows"] == pytest.approx(_ROWS * _TIMES, rel=0.05)


def test_claim_reads_due_rows_in_order_without_sorting(grown: Database, asked: Asked) -> None:
    claim(grown.open_work)

    for plan in _plans(grown, asked, "SELECT deliveries.id", "SKIP LOCKED"):
        assert "ix_deliveries_lane" in _indexes(plan)
        assert not _read_through(plan)
        assert not _sorts(plan)


def test_what_is_under_way_is_read_from_the_index(grown: Database, asked: Asked) -> None:
    claim(grown.open_work)

    for plan in _plans(grown, asked, "SELECT deliveries.target_id"):
        assert "ix_deliveries_held" in _indexes(plan)
        assert not _read_through(plan)


def test_next_due_is_read_from_the_index_in_order(grown: Database, asked: Asked) -> None:
    with grown.open_work() as work:
        work.deliveries.next_due_at(NOON)

    [plan] = _plans(grown, asked, "SELECT deliveries.due_at")
    assert "ix_deliveries_due" in _indexes(plan)
    assert not _read_through(plan)
    assert not _sorts(plan)


def test_fan_out_finds_its_readers_by_index(grown: Database, asked: Asked) -> None:
    send_out(grown.open_work, a_step(3))

    for plan in _plans(grown, asked, "INSERT INTO deliveries"):
        assert {"ix_watches_nct_id", "ix_subscriptions_live"} <= _indexes(plan)
        assert not _read_through(plan)


def test_how_an_attempt_ended_is_written_by_key_though_statistics_know_of_none_held(
    grown: Database, asked: Asked
) -> None:
    [claimed, *_] = claim(grown.open_work)
    with grown.open_work() as work:
        work.deliveries.record([(claimed, an_outcome())], now=NOON)
        work.commit()

    for table, key in (("deliveries", "pk_deliveries"), ("attempts", f"{_LOG}_pkey")):
        for plan in _plans(grown, asked, f"UPDATE {table} "):
            assert key in _indexes(plan)
            assert not _read_through(plan)
