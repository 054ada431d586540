"""Passkeys, and what browsers are asked to have signed by them."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
needs = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("subscriber_id", BIG, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("copied_at", TIME, nullable=True),
        _of_subscriber("passkeys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "passkey_challenges",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("subscriber_id", BIG, nullable=True),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        _of_subscriber("passkey_challenges"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_passkey_challenges")),
    )
    for table, column in (
        ("passkeys", "subscriber_id"),
        ("passkey_challenges", "subscriber_id"),
        ("passkey_challenges", "ends_at"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _of_subscriber(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["subscriber_id"], ["subscribers.id"], name=op.f(f"fk_{table}_subscriber_id")
    )
