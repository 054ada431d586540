"""Trials, their versions, what changed in them, and what is said of it."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from storage.columns import BIG, ID, Utc, Words
from storage.tables.base import index_where, kept, metadata

#: One row a trial that is or was watched.
trials = Table(
    "trials",
    metadata,
    Column("nct_id", ID, primary_key=True),
    kept("latest_version", Integer),
    kept("content_sha256", LargeBinary),
    Column("swept_release", Text),
    Column("seen_at", Utc),
    kept("brief_title", Words),
    kept("overall_status", Words),
    Column("missing_since", Text),
    kept("gone", Boolean),
    Column("merged_into", ID),
    Column("stale_on", Text),
    kept("paused", Boolean),
    Column("history_left", Integer),
)

#: Every distinct version, kept for good, as ``storage.codec`` packs it.
versions = Table(
    "versions",
    metadata,
    Column("nct_id", ID, ForeignKey(trials.c.nct_id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    kept("release", Text),
    kept("fetched_at", Utc),
    kept("content_sha256", LargeBinary),
    kept("raw_bytes", Integer),
    #: False when ``body`` can be read only with the version before it at hand.
    kept("whole", Boolean),
    kept("body", LargeBinary),
)

#: Names of a version's eligibility rules by path, packed.
lineages = Table(
    "lineages",
    metadata,
    Column("nct_id", ID, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    kept("parser_version", Integer),
    kept("body", LargeBinary),
)

summaries = Table(
    "summaries",
    metadata,
    Column("nct_id", ID, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("lexicon_version", ID, primary_key=True),
    kept("body", LargeBinary),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", ID, primary_key=True),
    #: ``search-12`` where the alert is about a saved search.
    kept("nct_id", ID),
    kept("from_version", Integer),
    kept("to_version", Integer),
    kept("release", Text),
    kept("created_at", Utc),
    kept("title", Words),
    #: Weight of the weightiest change, so that fan-out needs no look at the changes.
    kept("severity", SmallInteger),
    #: The trial in plain English as it stood, packed.
    kept("summary", LargeBinary),
    #: Place among the alerts of its trial; 0 for what came before there were places.
    Column("sequence", Integer, nullable=False, default=0),
    #: Place among all alerts in the order of their commits: whoever has read up to a
    #: place misses none that comes later. NULL only until ``storage.feedplaces`` gives it.
    Column("feed_place", BIG),
    #: The saved search it is about, NULL for a trial; what is told of it as JSON.
    Column("search_id", BIG),
    Column("search", Text),
    #: Names what the log says of how it came about; NULL for what is older than that.
    Column("trace", Text),
    Index(None, "nct_id", "id"),
    Index("ux_alerts_feed_place", "feed_place", unique=True),
)
index_where("search_id IS NOT NULL", "ix_alerts_search", alerts.c.search_id)

changes = Table(
    "changes",
    metadata,
    Column("alert_id", ID, ForeignKey(alerts.c.id), primary_key=True),
    #: Place in the alert, 0 for the most important.
    Column("position", Integer, primary_key=True, autoincrement=False),
    kept("nct_id", ID),
    kept("from_version", Integer),
    kept("to_version", Integer),
    kept("kind", ID),
    kept("subject", Words),
    #: A subject can be longer than PostgreSQL puts into an index.
    kept("subject_sha256", LargeBinary),
    #: JSON in ASCII.
    kept("before", Text),
    kept("after", Text),
    Column("notes", Text),
    kept("severity", SmallInteger),
    kept("sentence", Words),
    kept("meaning", Words),
    kept("reason", Words),
    UniqueConstraint(
        "nct_id",
        "from_version",
        "to_version",
        "kind",
        "subject_sha256",
        name="uq_changes_identity",
    ),
)
