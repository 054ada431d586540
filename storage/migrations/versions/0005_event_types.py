"""What a webhook asks for and how it is signed; types and places of events."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
needs = None

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
PLACES = """
UPDATE alerts SET sequence = (
    SELECT count(*) FROM alerts AS earlier
    WHERE earlier.nct_id = alerts.nct_id AND earlier.id <= alerts.id AND earlier.from_version >= 1
) WHERE from_version >= 1
"""


def upgrade() -> None:
    op.add_column("targets", sa.Column("types", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "targets", sa.Column("format", sa.Text(), nullable=False, server_default="standard")
    )
    op.add_column("targets", sa.Column("old_secret", sa.Text(), nullable=True))
    op.add_column(
        "targets", sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("alerts", sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
    op.execute(PLACES)
    op.add_column(
        "deliveries", sa.Column("type", ID, nullable=False, server_default="trial.changed")
    )
    op.add_column("deliveries", sa.Column("notice", sa.Text(), nullable=True))
