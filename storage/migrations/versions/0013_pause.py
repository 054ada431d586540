"""Until when a reader wants nothing of a list to go out."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
needs = "0013"  # it would not keep to pauses

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("timings", sa.Column("paused_until", UTC, nullable=True))
