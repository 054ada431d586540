"""The log of attempts in months on PostgreSQL, so that old ones go without a row being touched."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
needs = None

#: Months made ahead of the newest; the running service goes on with it.
_AHEAD = 2
_MOST_MONTHS = 120
_TABLE = """
CREATE TABLE attempts (
    delivery_id text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    owner text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    outcome text,
    status integer,
    detail text,
    CONSTRAINT pk_attempts PRIMARY KEY (delivery_id, number, started_at),
    CONSTRAINT fk_attempts_delivery_id FOREIGN KEY (delivery_id) REFERENCES deliveries (id)
) PARTITION BY RANGE (started_at)
"""
_MONTHS = """
SELECT DISTINCT extract(year FROM started_at AT TIME ZONE 'UTC')::int * 12
    + extract(month FROM started_at AT TIME ZONE 'UTC')::int - 1 AS month
FROM attempts_before ORDER BY month DESC
"""
_KEEP = """
INSERT INTO attempts (delivery_id, number, owner, started_at, ended_at, outcome, status, detail)
SELECT delivery_id, number, owner, started_at, ended_at, outcome, status, detail
FROM attempts_before
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE attempts RENAME TO attempts_before")
    op.execute("ALTER TABLE attempts_before RENAME CONSTRAINT pk_attempts TO pk_attempts_before")
    op.execute(_TABLE)
    op.execute("CREATE TABLE attempts_rest PARTITION OF attempts DEFAULT")
    now = datetime.now(UTC)
    this = now.year * 12 + now.month - 1
    old = connection.execute(sa.text(_MONTHS)).scalars().all()
    for month in sorted({*old[:_MOST_MONTHS], *range(this, this + _AHEAD + 1)}):
        op.execute(
            f"CREATE TABLE attempts_{month // 12:04}_{month % 12 + 1:02} PARTITION OF attempts"
            f" FOR VALUES FROM ('{_first(month)}') TO ('{_first(month + 1)}')"
        )
    op.execute(_KEEP)
    op.drop_table("attempts_before")


def _first(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}-01 00:00:00+00"
