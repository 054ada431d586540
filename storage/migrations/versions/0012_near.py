"""What a subscription calls near, and a delivery was narrowed to."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
needs = "0012"  # it would tell of places that nobody asked for


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("near", sa.Text(), nullable=True))
    op.add_column("deliveries", sa.Column("near", sa.Text(), nullable=True))
