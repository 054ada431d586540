"""Notes and tags beside the trials of a list, and whether its public page shows them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
needs = None


def upgrade() -> None:
    op.add_column("watches", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.add_column("watches", sa.Column("tags", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "watch_lists",
        sa.Column("public_notes", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
