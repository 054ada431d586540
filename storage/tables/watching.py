"""Who watches what, and where they are told."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from monitor.domain.people import Role
from monitor.domain.watches import Format
from storage.columns import BIG, ID, Utc, Words
from storage.sealing import Sealed, SealedAddress
from storage.tables.base import index_where, kept, metadata, number
from storage.tables.trials import trials

#: Who owns lists and targets, and may sign in. Row 1 is the operator, whose word the command
#: line is. What they sign in with is in ``storage.tables.people``.
subscribers = Table(
    "subscribers",
    metadata,
    number(),
    kept("name", Text),
    #: Normalised; empty for who cannot sign in.
    Column("email", Text, nullable=False, default=""),
    Column("role", ID, nullable=False, default=Role.OPERATOR.value),
    #: Hash of a password, empty for none.
    Column("password", Text, nullable=False, default=""),
    #: How they read dates, numbers and times of day; empty for as they are written.
    Column("look", Text, nullable=False, default=""),
    Column("joined_at", Utc),
    sqlite_autoincrement=True,
)
index_where("email <> ''", "uq_subscribers_email", subscribers.c.email, unique=True)

watch_lists = Table(
    "watch_lists",
    metadata,
    number(),
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id), nullable=False),
    kept("name", Words),
    kept("created_at", Utc),
    #: Key of its public page; NULL while it has none.
    Column("public_token", ID),
    #: Taken away by its owner. It stays for the sake of old mail, and comes back with its name.
    Column("removed_at", Utc),
    #: Whether that page shows notes and tags; its owner says so.
    Column("public_notes", Boolean, nullable=False, default=False),
    UniqueConstraint("subscriber_id", "name"),
    Index("ux_watch_lists_public_token", "public_token", unique=True),
    sqlite_autoincrement=True,
)

watches = Table(
    "watches",
    metadata,
    Column("list_id", BIG, ForeignKey(watch_lists.c.id), primary_key=True, autoincrement=False),
    Column("nct_id", ID, ForeignKey(trials.c.nct_id), primary_key=True),
    kept("created_at", Utc),
    #: What people wrote beside it; tags with a space before and after each.
    Column("note", Words, nullable=False, default=""),
    Column("tags", Words, nullable=False, default=""),
    Index(None, "nct_id"),
)

#: Saved searches. Removed ones stay: alerts were made from them.
searches = Table(
    "searches",
    metadata,
    number(),
    Column("list_id", BIG, ForeignKey(watch_lists.c.id), nullable=False),
    kept("name", Words),
    #: JSON of names and values as they are sent, and the same in words.
    kept("parameters", Text),
    kept("words", Words),
    kept("follow", Boolean),
    kept("created_at", Utc),
    Column("ended_at", Utc),
    kept("step", Integer),
    Column("evaluated_release", Text),
    Column("evaluated_at", Utc),
    kept("trials", Integer),
    kept("trouble", Words),
    Column("trouble_since", Utc),
    Column("tried_at", Utc),
    kept("halted", Boolean),
    Column("doubted_release", Text),
    sqlite_autoincrement=True,
)
_LIVE = "ended_at IS NULL"
index_where(_LIVE, "ix_searches_live", searches.c.list_id, searches.c.name, unique=True)

#: Every trial that a search finds or found once.
search_trials = Table(
    "search_trials",
    metadata,
    Column("search_id", BIG, ForeignKey(searches.c.id), primary_key=True, autoincrement=False),
    Column("nct_id", ID, primary_key=True),
    kept("title", Words),
    kept("status", Words),
    #: Steps of the search in which it came in last and went; NULL while it is found.
    kept("entered", Integer),
    Column("left", Integer),
    #: First release in which the registry did not show it at all.
    Column("missing_since", Text),
)

targets = Table(
    "targets",
    metadata,
    number(),
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id), nullable=False),
    kept("channel", Text),
    kept("address", SealedAddress("targets.address")),
    kept("secret", Sealed("targets.secret")),
    kept("state", Text),
    kept("created_at", Utc),
    #: How a webhook's receiver has been answering, and until when it is let alone.
    Column("failures", Integer, nullable=False, default=0),
    Column("failing_since", Utc),
    Column("held_until", Utc),
    Column("well_since", Utc),
    #: When its token bucket is full again.
    Column("paced_until", Utc),
    #: Event types it asks for, a blank before and after each; empty for all that changed.
    Column("types", Text, nullable=False, default=""),
    Column("format", Text, nullable=False, default=Format.STANDARD.value),
    #: Still signs beside ``secret`` until the time after it.
    Column("old_secret", Sealed("targets.old_secret")),
    Column("old_secret_until", Utc),
    UniqueConstraint("subscriber_id", "channel", "address"),
    sqlite_autoincrement=True,
)
index_where("held_until IS NOT NULL", "ix_targets_held", targets.c.held_until)

#: A list, or one trial of it, joined to a target. Ended ones stay: their tokens are in old mail.
subscriptions = Table(
    "subscriptions",
    metadata,
    number(),
    Column("list_id", BIG, ForeignKey(watch_lists.c.id), nullable=False),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    Column("nct_id", ID),
    kept("min_severity", SmallInteger),
    #: What it asks for, as ``monitor.domain.topics`` writes it; empty for everything.
    Column("topics", ID, nullable=False, default=""),
    #: The places it asks for, as ``monitor.domain.near`` writes them; NULL for all.
    Column("near", Text),
    kept("token", ID),
    kept("created_at", Utc),
    Column("ended_at", Utc),
    UniqueConstraint("token"),
    Index(None, "target_id"),
    sqlite_autoincrement=True,
)
index_where(_LIVE, "ix_subscriptions_live", subscriptions.c.list_id, subscriptions.c.nct_id)

#: When the alerts of a list go out to a target; no row means at once, whatever the hour.
timings = Table(
    "timings",
    metadata,
    number(),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    Column("list_id", BIG, ForeignKey(watch_lists.c.id), nullable=False),
    kept("rhythm", ID),
    #: Local times as minutes after midnight.
    kept("at_minute", SmallInteger),
    kept("weekday", SmallInteger),
    kept("zone", Text),
    Column("quiet_from", SmallInteger),
    Column("quiet_to", SmallInteger),
    kept("critical_passes", Boolean),
    Column("most_an_hour", Integer),
    #: Nothing goes out before, however important; NULL while the reader wants no pause.
    Column("paused_until", Utc),
    #: When what waits is looked at next; NULL when only something new makes that needed.
    Column("next_at", Utc),
    #: Ends everything this target hears of this list.
    kept("token", ID),
    UniqueConstraint("target_id", "list_id"),
    UniqueConstraint("token"),
    Index(None, "next_at"),
    sqlite_autoincrement=True,
)
