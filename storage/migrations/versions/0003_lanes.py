"""Lanes of the outbox, and how a webhook's receiver has been answering."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
needs = None

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
UTC = sa.DateTime(timezone=True)
PENDING = sa.text("state = 'pending'")
BREAK = sa.text("held_until IS NOT NULL")
MAIL = """
UPDATE deliveries SET lane = 'mail'
WHERE target_id IN (SELECT id FROM targets WHERE channel = 'email')
"""


def upgrade() -> None:
    op.add_column(
        "targets", sa.Column("failures", sa.Integer(), nullable=False, server_default="0")
    )
    for name in ("failing_since", "held_until", "well_since", "paced_until"):
        op.add_column("targets", sa.Column(name, UTC, nullable=True))
    op.add_column("deliveries", sa.Column("lane", ID, nullable=False, server_default="steady"))
    op.execute(MAIL)
    op.create_index(
        "ix_targets_held", "targets", ["held_until"], sqlite_where=BREAK, postgresql_where=BREAK
    )
    op.create_index(
        "ix_deliveries_lane",
        "deliveries",
        ["lane", "due_at", "id"],
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
