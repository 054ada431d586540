"""Answers to tools that name their request, kept for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
needs = None

_ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_answers",
        sa.Column("caller", _ID, nullable=False),
        sa.Column("key", _ID, nullable=False),
        sa.Column("subscriber_id", _BIG, nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_kept_answers"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name="fk_kept_answers_subscriber_id"
        ),
    )
    op.create_index("ix_kept_answers_subscriber_id", "kept_answers", ["subscriber_id"])
    op.create_index("ix_kept_answers_begun_at", "kept_answers", ["begun_at"])
