"""How each person reads dates, numbers and times of day."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
needs = None


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("look", sa.Text(), nullable=False, server_default=""))
