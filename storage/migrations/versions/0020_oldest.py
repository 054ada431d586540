"""The oldest trialwatch that can go on with the tables, noted where that one can read it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
needs = None


def upgrade() -> None:
    op.add_column("trialwatch_schema", sa.Column("oldest", sa.Text(), nullable=True))
