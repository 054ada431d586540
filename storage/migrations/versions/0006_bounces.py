"""Mail that came back, and from whom."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
needs = None

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bounces",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("delivery_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", ID, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("forgiven", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_bounces_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounces")),
        sa.UniqueConstraint("delivery_id", "kind", name=op.f("uq_bounces_delivery_id_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bounces_target_id", "bounces", ["target_id"])
