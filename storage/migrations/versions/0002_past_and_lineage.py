"""The past of a trial: how far its history was read, and names that follow its rules."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
needs = None

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("trials", sa.Column("history_left", sa.Integer(), nullable=True))
    op.create_table(
        "lineages",
        sa.Column("nct_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parser_version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("nct_id", "version", name=op.f("pk_lineages")),
    )
