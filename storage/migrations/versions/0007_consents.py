"""What e-mail addresses agreed to, and those that are asked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
needs = "0007"  # it would write to addresses that have not agreed

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)
#: Whoever was written to so far goes on being written to.
BEFORE = """
INSERT INTO consents (target_id, text, at, how, origin)
SELECT id, 'It was written to before agreements were kept.', created_at, 'before', ''
FROM targets WHERE channel = 'email'
"""


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("how", ID, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_consents_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_target_id", "consents", ["target_id"])
    op.create_table(
        "confirmations",
        sa.Column("id", ID, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("token", ID, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("trials", sa.Text(), nullable=False),
        sa.Column("asked_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.Column("due_at", UTC, nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("taken_at", UTC, nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("answered_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_confirmations_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sa.UniqueConstraint("token", name=op.f("uq_confirmations_token")),
    )
    op.create_index("ix_confirmations_target_id", "confirmations", ["target_id"])
    op.create_index("ix_confirmations_origin_asked_at", "confirmations", ["origin", "asked_at"])
    op.create_index("ix_confirmations_due_at", "confirmations", ["due_at"])
    op.execute(BEFORE)
