"""The first tables: trials and their versions, alerts, watch lists, the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
needs = "0001"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_trials()
    _make_alerts()
    _make_people()
    _make_subscriptions()
    _make_outbox()
    _make_registry()


def _make_trials() -> None:
    op.create_table(
        "trials",
        sa.Column("nct_id", ID, nullable=False),
        sa.Column("latest_version", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("swept_release", sa.Text(), nullable=True),
        sa.Column("seen_at", TIME, nullable=True),
        sa.Column("brief_title", sa.Text(), nullable=False),
        sa.Column("overall_status", sa.Text(), nullable=False),
        sa.Column("missing_since", sa.Text(), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("merged_into", ID, nullable=True),
        sa.Column("stale_on", sa.Text(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("nct_id", name=op.f("pk_trials")),
    )
    op.create_table(
        "versions",
        sa.Column("nct_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("raw_bytes", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["nct_id"], ["trials.nct_id"], name=op.f("fk_versions_nct_id")),
        sa.PrimaryKeyConstraint("nct_id", "number", name=op.f("pk_versions")),
    )
    op.create_table(
        "summaries",
        sa.Column("nct_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lexicon_version", ID, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("nct_id", "version", "lexicon_version", name=op.f("pk_summaries")),
    )


def _make_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", ID, nullable=False),
        sa.Column("nct_id", ID, nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_nct_id_id"), "alerts", ["nct_id", "id"], unique=False)
    op.create_table(
        "changes",
        sa.Column("alert_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("nct_id", ID, nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=False),
        sa.Column("kind", ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("severity", sa.SmallInteger(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_changes_alert_id")),
        sa.PrimaryKeyConstraint("alert_id", "position", name=op.f("pk_changes")),
        sa.UniqueConstraint(
            "nct_id",
            "from_version",
            "to_version",
            "kind",
            "subject_sha256",
            name="uq_changes_identity",
        ),
    )


def _make_people() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "watch_lists",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("subscriber_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name=op.f("fk_watch_lists_subscriber_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_lists")),
        sa.UniqueConstraint(
            "subscriber_id", "name", name=op.f("uq_watch_lists_subscriber_id_name")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "watches",
        sa.Column("list_id", BIG, autoincrement=False, nullable=False),
        sa.Column("nct_id", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["watch_lists.id"], name=op.f("fk_watches_list_id")),
        sa.ForeignKeyConstraint(["nct_id"], ["trials.nct_id"], name=op.f("fk_watches_nct_id")),
        sa.PrimaryKeyConstraint("list_id", "nct_id", name=op.f("pk_watches")),
    )
    op.create_index(op.f("ix_watches_nct_id"), "watches", ["nct_id"], unique=False)
    # Row 1, whose number the database gives, so that the next one gets 2.
    op.bulk_insert(sa.table("subscribers", sa.column("name")), [{"name": "operator"}])


def _make_subscriptions() -> None:
    op.create_table(
        "targets",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("subscriber_id", BIG, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name=op.f("fk_targets_subscriber_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint(
            "subscriber_id",
            "channel",
            "address",
            name=op.f("uq_targets_subscriber_id_channel_address"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("nct_id", ID, nullable=True),
        sa.Column("min_severity", sa.SmallInteger(), nullable=False),
        sa.Column("token", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["watch_lists.id"], name=op.f("fk_subscriptions_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_subscriptions_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("token", name=op.f("uq_subscriptions_token")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_subscriptions_live",
        "subscriptions",
        ["list_id", "nct_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("ix_subscriptions_target_id"), "subscriptions", ["target_id"], unique=False
    )


def _make_outbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("alert_id", ID, nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.Column("subscription_id", BIG, nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("state", ID, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_deliveries_alert_id")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_deliveries_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_held",
        "deliveries",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_unsent",
        "deliveries",
        ["target_id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "attempts",
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_attempts_delivery_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_attempts")),
    )


def _make_registry() -> None:
    op.create_table(
        "registry",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data_timestamp", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("seen_at", TIME, nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("trouble_since", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry")),
    )
    op.create_table(
        "refusals",
        sa.Column("nct_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("kept_at", TIME, nullable=False),
        sa.Column("raw_bytes", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("nct_id", name=op.f("pk_refusals")),
    )
