"""Accounts tied to what an institution calls them, and sign-ins by it that are under way."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
needs = None

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "institution_pins",
        sa.Column("issuer", ID, nullable=False),
        sa.Column("subject", ID, nullable=False),
        sa.Column("subscriber_id", BIG, nullable=False),
        sa.Column("pinned_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name=op.f("fk_institution_pins_subscriber_id")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_institution_pins")),
        sa.UniqueConstraint(
            "subscriber_id", "issuer", name=op.f("uq_institution_pins_subscriber_id_issuer")
        ),
    )
    op.create_table(
        "institution_tries",
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("goes_to", sa.Text(), nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_institution_tries")),
    )
    op.create_index("ix_institution_tries_ends_at", "institution_tries", ["ends_at"])
