"""The id under which the log tells how an alert came about."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
needs = None


def upgrade() -> None:
    op.add_column("alerts", sa.Column("trace", sa.Text(), nullable=True))
