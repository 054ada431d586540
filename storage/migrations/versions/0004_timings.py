"""When readers want to be told, and deliveries that wait for that hour and go out together."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
needs = None

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "timings",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("rhythm", ID, nullable=False),
        sa.Column("at_minute", sa.SmallInteger(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("quiet_from", sa.SmallInteger(), nullable=True),
        sa.Column("quiet_to", sa.SmallInteger(), nullable=True),
        sa.Column("critical_passes", sa.Boolean(), nullable=False),
        sa.Column("most_an_hour", sa.Integer(), nullable=True),
        sa.Column("next_at", UTC, nullable=True),
        sa.Column("token", ID, nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_timings_target_id")),
        sa.ForeignKeyConstraint(["list_id"], ["watch_lists.id"], name=op.f("fk_timings_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timings")),
        sa.UniqueConstraint("target_id", "list_id", name=op.f("uq_timings_target_id_list_id")),
        sa.UniqueConstraint("token", name=op.f("uq_timings_token")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timings_next_at", "timings", ["next_at"])
    op.add_column("deliveries", sa.Column("timing_id", BIG, nullable=True))
    op.add_column("deliveries", sa.Column("bundle_id", ID, nullable=True))
    op.add_column("deliveries", sa.Column("left_out", sa.Boolean(), nullable=True))
    op.add_column("deliveries", sa.Column("released_at", UTC, nullable=True))
    _index("waiting", ["timing_id"], "state = 'waiting'")
    _index("bundle", ["bundle_id"], "bundle_id IS NOT NULL")
    _index("released", ["timing_id", "released_at"], "released_at IS NOT NULL")


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        f"ix_deliveries_{name}",
        "deliveries",
        columns,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
