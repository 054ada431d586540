"""Who may sign in, what with, whose lists they see; topics of a subscription."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
needs = "0009"  # it would let everybody in

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _subscribers()
    for table, begun in (("sessions", "opened_at"), ("sign_in_links", "made_at")):
        op.create_table(
            table,
            sa.Column("digest", sa.LargeBinary(), nullable=False),
            sa.Column("subscriber_id", BIG, nullable=False),
            sa.Column(begun, TIME, nullable=False),
            sa.Column("ends_at", TIME, nullable=False),
            _of_subscriber(table),
            sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{table}")),
        )
        op.create_index(f"ix_{table}_subscriber_id", table, ["subscriber_id"])
        op.create_index(f"ix_{table}_ends_at", table, ["ends_at"])
    _keys()
    op.create_table(
        "list_members",
        sa.Column("list_id", BIG, nullable=False, autoincrement=False),
        sa.Column("subscriber_id", BIG, nullable=False, autoincrement=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["watch_lists.id"], name=op.f("fk_list_members_list_id")
        ),
        _of_subscriber("list_members"),
        sa.PrimaryKeyConstraint("list_id", "subscriber_id", name=op.f("pk_list_members")),
    )
    op.create_index("ix_list_members_subscriber_id", "list_members", ["subscriber_id"])
    op.add_column("watch_lists", sa.Column("removed_at", TIME, nullable=True))
    op.add_column("subscriptions", sa.Column("topics", ID, nullable=False, server_default=""))


def _subscribers() -> None:
    op.add_column("subscribers", sa.Column("email", sa.Text(), nullable=False, server_default=""))
    # Who was there before is row 1, the operator.
    op.add_column("subscribers", sa.Column("role", ID, nullable=False, server_default="operator"))
    op.add_column(
        "subscribers", sa.Column("password", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("subscribers", sa.Column("joined_at", TIME, nullable=True))
    op.create_index(
        "uq_subscribers_email",
        "subscribers",
        ["email"],
        unique=True,
        sqlite_where=sa.text("email <> ''"),
        postgresql_where=sa.text("email <> ''"),
    )


def _keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("subscriber_id", BIG, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        _of_subscriber("api_keys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_keys_subscriber_id", "api_keys", ["subscriber_id"])


def _of_subscriber(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["subscriber_id"], ["subscribers.id"], name=op.f(f"fk_{table}_subscriber_id")
    )
