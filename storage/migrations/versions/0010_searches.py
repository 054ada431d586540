"""Saved searches, the trials they find, and the alerts that tell of them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
needs = "0010"  # it cannot send news of searches

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)
LIVE = sa.text("ended_at IS NULL")
OF_SEARCH = sa.text("search_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "searches",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("follow", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("ended_at", UTC, nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("evaluated_release", sa.Text(), nullable=True),
        sa.Column("evaluated_at", UTC, nullable=True),
        sa.Column("trials", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("trouble_since", UTC, nullable=True),
        sa.Column("tried_at", UTC, nullable=True),
        sa.Column("halted", sa.Boolean(), nullable=False),
        sa.Column("doubted_release", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["watch_lists.id"], name=op.f("fk_searches_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_searches_live",
        "searches",
        ["list_id", "name"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "search_trials",
        sa.Column("search_id", BIG, autoincrement=False, nullable=False),
        sa.Column("nct_id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.Column("missing_since", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["search_id"], ["searches.id"], name=op.f("fk_search_trials_search_id")
        ),
        sa.PrimaryKeyConstraint("search_id", "nct_id", name=op.f("pk_search_trials")),
    )
    op.add_column("alerts", sa.Column("search_id", BIG, nullable=True))
    op.add_column("alerts", sa.Column("search", sa.Text(), nullable=True))
    op.create_index(
        "ix_alerts_search",
        "alerts",
        ["search_id"],
        sqlite_where=OF_SEARCH,
        postgresql_where=OF_SEARCH,
    )
