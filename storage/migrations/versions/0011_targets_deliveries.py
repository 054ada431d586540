"""An index of what each target was sent."""

from alembic import op

revision = "0011"
down_revision = "0010"
needs = None


def upgrade() -> None:
    op.create_index("ix_deliveries_target", "deliveries", ["target_id", "id"])
