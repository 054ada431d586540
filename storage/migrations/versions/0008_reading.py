"""Places of alerts in the order of their commits; public pages of lists."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
needs = "0008"  # its alerts would have no place in the feed

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLACE = """
UPDATE alerts SET feed_place = placed.nth
FROM (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM alerts) AS placed
WHERE alerts.id = placed.id
"""


def upgrade() -> None:
    op.add_column("alerts", sa.Column("feed_place", BIG, nullable=True))
    op.execute(PLACE)
    op.create_index("ux_alerts_feed_place", "alerts", ["feed_place"], unique=True)
    op.add_column("watch_lists", sa.Column("public_token", ID, nullable=True))
    op.create_index("ux_watch_lists_public_token", "watch_lists", ["public_token"], unique=True)
