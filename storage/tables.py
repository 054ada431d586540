"""Every table, once. The migrations must come to the same; a test compares them.

Times are UTC and aware on both sides. Ids that people make grow as 64-bit numbers; alerts carry
their own. Nothing here queries.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from monitor.domain.events import EventType
from monitor.domain.lanes import Lane
from monitor.domain.people import Role
from monitor.domain.watches import Format
from storage.columns import BIG, ID, Utc, Words
from storage.sealing import Sealed, SealedAddress

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _number() -> Column[Any]:
    """A row number that is never given twice."""
    return Column("id", BIG, Identity(always=False), primary_key=True)


def _kept(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


#: Who owns lists and targets, and may sign in. Row 1 is the operator, whose word the command
#: line is. What they sign in with is in ``storage.peopletables``.
subscribers = Table(
    "subscribers",
    metadata,
    _number(),
    _kept("name", Text),
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
_HAS_EMAIL = text("email <> ''")
Index(
    "uq_subscribers_email",
    subscribers.c.email,
    unique=True,
    sqlite_where=_HAS_EMAIL,
    postgresql_where=_HAS_EMAIL,
)

#: One row a trial that is or was watched.
trials = Table(
    "trials",
    metadata,
    Column("nct_id", ID, primary_key=True),
    _kept("latest_version", Integer),
    _kept("content_sha256", LargeBinary),
    Column("swept_release", Text),
    Column("seen_at", Utc),
    _kept("brief_title", Words),
    _kept("overall_status", Words),
    Column("missing_since", Text),
    _kept("gone", Boolean),
    Column("merged_into", ID),
    Column("stale_on", Text),
    _kept("paused", Boolean),
    Column("history_left", Integer),
)

#: Every distinct version, kept for good, as ``storage.codec`` packs it.
versions = Table(
    "versions",
    metadata,
    Column("nct_id", ID, ForeignKey(trials.c.nct_id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _kept("release", Text),
    _kept("fetched_at", Utc),
    _kept("content_sha256", LargeBinary),
    _kept("raw_bytes", Integer),
    #: False when ``body`` can be read only with the version before it at hand.
    _kept("whole", Boolean),
    _kept("body", LargeBinary),
)

#: Names of a version's eligibility rules by path, packed.
lineages = Table(
    "lineages",
    metadata,
    Column("nct_id", ID, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _kept("parser_version", Integer),
    _kept("body", LargeBinary),
)

summaries = Table(
    "summaries",
    metadata,
    Column("nct_id", ID, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("lexicon_version", ID, primary_key=True),
    _kept("body", LargeBinary),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", ID, primary_key=True),
    #: ``search-12`` where the alert is about a saved search.
    _kept("nct_id", ID),
    _kept("from_version", Integer),
    _kept("to_version", Integer),
    _kept("release", Text),
    _kept("created_at", Utc),
    _kept("title", Words),
    #: Weight of the weightiest change, so that fan-out needs no look at the changes.
    _kept("severity", SmallInteger),
    #: The trial in plain English as it stood, packed.
    _kept("summary", LargeBinary),
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

changes = Table(
    "changes",
    metadata,
    Column("alert_id", ID, ForeignKey(alerts.c.id), primary_key=True),
    #: Place in the alert, 0 for the most important.
    Column("position", Integer, primary_key=True, autoincrement=False),
    _kept("nct_id", ID),
    _kept("from_version", Integer),
    _kept("to_version", Integer),
    _kept("kind", ID),
    _kept("subject", Words),
    #: A subject can be longer than PostgreSQL puts into an index.
    _kept("subject_sha256", LargeBinary),
    #: JSON in ASCII.
    _kept("before", Text),
    _kept("after", Text),
    Column("notes", Text),
    _kept("severity", SmallInteger),
    _kept("sentence", Words),
    _kept("meaning", Words),
    _kept("reason", Words),
    UniqueConstraint(
        "nct_id",
        "from_version",
        "to_version",
        "kind",
        "subject_sha256",
        name="uq_changes_identity",
    ),
)

watch_lists = Table(
    "watch_lists",
    metadata,
    _number(),
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id), nullable=False),
    _kept("name", Words),
    _kept("created_at", Utc),
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
    _kept("created_at", Utc),
    #: What people wrote beside it; tags with a space before and after each.
    Column("note", Words, nullable=False, default=""),
    Column("tags", Words, nullable=False, default=""),
    Index(None, "nct_id"),
)

#: Saved searches. Removed ones stay: alerts were made from them.
searches = Table(
    "searches",
    metadata,
    _number(),
    Column("list_id", BIG, ForeignKey(watch_lists.c.id), nullable=False),
    _kept("name", Words),
    #: JSON of names and values as they are sent, and the same in words.
    _kept("parameters", Text),
    _kept("words", Words),
    _kept("follow", Boolean),
    _kept("created_at", Utc),
    Column("ended_at", Utc),
    _kept("step", Integer),
    Column("evaluated_release", Text),
    Column("evaluated_at", Utc),
    _kept("trials", Integer),
    _kept("trouble", Words),
    Column("trouble_since", Utc),
    Column("tried_at", Utc),
    _kept("halted", Boolean),
    Column("doubted_release", Text),
    sqlite_autoincrement=True,
)

#: Every trial that a search finds or found once.
search_trials = Table(
    "search_trials",
    metadata,
    Column("search_id", BIG, ForeignKey(searches.c.id), primary_key=True, autoincrement=False),
    Column("nct_id", ID, primary_key=True),
    _kept("title", Words),
    _kept("status", Words),
    #: Steps of the search in which it came in last and went; NULL while it is found.
    _kept("entered", Integer),
    Column("left", Integer),
    #: First release in which the registry did not show it at all.
    Column("missing_since", Text),
)

targets = Table(
    "targets",
    metadata,
    _number(),
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id), nullable=False),
    _kept("channel", Text),
    _kept("address", SealedAddress("targets.address")),
    _kept("secret", Sealed("targets.secret")),
    _kept("state", Text),
    _kept("created_at", Utc),
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

#: A list, or one trial of it, joined to a target. Ended ones stay: their tokens are in old mail.
subscriptions = Table(
    "subscriptions",
    metadata,
    _number(),
    Column("list_id", BIG, ForeignKey(watch_lists.c.id), nullable=False),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    Column("nct_id", ID),
    _kept("min_severity", SmallInteger),
    #: What it asks for, as ``monitor.domain.topics`` writes it; empty for everything.
    Column("topics", ID, nullable=False, default=""),
    #: The places it asks for, as ``monitor.domain.near`` writes them; NULL for all.
    Column("near", Text),
    _kept("token", ID),
    _kept("created_at", Utc),
    Column("ended_at", Utc),
    UniqueConstraint("token"),
    Index(None, "target_id"),
    sqlite_autoincrement=True,
)
_LIVE = text("ended_at IS NULL")
Index(
    "ix_subscriptions_live",
    subscriptions.c.list_id,
    subscriptions.c.nct_id,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)

#: When the alerts of a list go out to a target; no row means at once, whatever the hour.
timings = Table(
    "timings",
    metadata,
    _number(),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    Column("list_id", BIG, ForeignKey(watch_lists.c.id), nullable=False),
    _kept("rhythm", ID),
    #: Local times as minutes after midnight.
    _kept("at_minute", SmallInteger),
    _kept("weekday", SmallInteger),
    _kept("zone", Text),
    Column("quiet_from", SmallInteger),
    Column("quiet_to", SmallInteger),
    _kept("critical_passes", Boolean),
    Column("most_an_hour", Integer),
    #: Nothing goes out before, however important; NULL while the reader wants no pause.
    Column("paused_until", Utc),
    #: When what waits is looked at next; NULL when only something new makes that needed.
    Column("next_at", Utc),
    #: Ends everything this target hears of this list.
    _kept("token", ID),
    UniqueConstraint("target_id", "list_id"),
    UniqueConstraint("token"),
    Index(None, "next_at"),
    sqlite_autoincrement=True,
)

#: The outbox.
deliveries = Table(
    "deliveries",
    metadata,
    #: ``<alert id>-<target id>``: fan-out asked twice makes nothing new.
    Column("id", ID, primary_key=True),
    Column("alert_id", ID, ForeignKey(alerts.c.id), nullable=False),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    #: Where it came from, and so its unsubscribe token; subscriptions are never deleted.
    _kept("subscription_id", BIG),
    _kept("list_name", Words),
    _kept("state", ID),
    _kept("due_at", Utc),
    #: Holder of the lease that ends at ``due_at``, NULL when nobody holds it.
    Column("owner", Text),
    #: Attempts that count against the recipient.
    _kept("attempts", Integer),
    #: Attempts begun, those that did not count among them: number of the newest attempt row.
    _kept("begun", Integer),
    _kept("created_at", Utc),
    #: Whose slots it takes; what an older trialwatch wrote counts as steady.
    Column("lane", ID, nullable=False, default=Lane.STEADY.value),
    #: The choice of hours it went by, a row of ``timings``; NULL for none.
    Column("timing_id", BIG),
    #: The delivery that carries this alert among others, itself for the one that does.
    Column("bundle_id", ID),
    #: True where it carries others and its own alert is no longer wanted.
    Column("left_out", Boolean),
    #: When it was let go after waiting for its reader's hour.
    Column("released_at", Utc),
    Column("type", ID, nullable=False, default=EventType.TRIAL_CHANGED.value),
    #: The places it tells of, as its subscription had them when it was made; NULL for all.
    Column("near", Text),
    #: JSON of what is told of a target, NULL where a trial is told of.
    Column("notice", Text),
)
Index(
    "ix_searches_live",
    searches.c.list_id,
    searches.c.name,
    unique=True,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)
_OF_SEARCH = text("search_id IS NOT NULL")
Index(
    "ix_alerts_search",
    alerts.c.search_id,
    sqlite_where=_OF_SEARCH,
    postgresql_where=_OF_SEARCH,
)
_HAS_BREAK = text("held_until IS NOT NULL")
Index(
    "ix_targets_held",
    targets.c.held_until,
    sqlite_where=_HAS_BREAK,
    postgresql_where=_HAS_BREAK,
)
_PENDING = text("state = 'pending'")
_HELD = text("owner IS NOT NULL")
_WAITING = text("state = 'waiting'")
_BUNDLED = text("bundle_id IS NOT NULL")
_RELEASED = text("released_at IS NOT NULL")
for _name, _columns, _where in (
    # In the order of claims: a fan-out makes very many due at the same moment.
    ("ix_deliveries_lane", (deliveries.c.lane, deliveries.c.due_at, deliveries.c.id), _PENDING),
    ("ix_deliveries_due", (deliveries.c.due_at, deliveries.c.id), _PENDING),
    ("ix_deliveries_unsent", (deliveries.c.target_id,), _PENDING),
    ("ix_deliveries_held", (deliveries.c.due_at,), _HELD),
    ("ix_deliveries_waiting", (deliveries.c.timing_id,), _WAITING),
    ("ix_deliveries_bundle", (deliveries.c.bundle_id,), _BUNDLED),
    ("ix_deliveries_released", (deliveries.c.timing_id, deliveries.c.released_at), _RELEASED),
):
    Index(_name, *_columns, sqlite_where=_where, postgresql_where=_where)

# What one person was sent, newest first, among everybody's.
Index("ix_deliveries_target", deliveries.c.target_id, deliveries.c.id)

#: One row an attempt, written before the bytes leave. On PostgreSQL it lies in months (see
#: ``storage.months``), and when it began stands in the key there too, as the server asks for.
attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", ID, ForeignKey(deliveries.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _kept("owner", Text),
    _kept("started_at", Utc),
    #: NULL together with ``outcome`` while under way, and for good when the worker died.
    Column("ended_at", Utc),
    Column("outcome", Text),
    Column("status", Integer),
    Column("detail", Words),
)

#: Mail that came back, one row each. Kept for good; what was forgiven counts no more.
bounces = Table(
    "bounces",
    metadata,
    _number(),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    Column("delivery_id", ID),
    _kept("at", Utc),
    _kept("kind", ID),
    _kept("status", Text),
    _kept("detail", Words),
    _kept("forgiven", Boolean),
    Index(None, "target_id"),
    UniqueConstraint("delivery_id", "kind"),
    sqlite_autoincrement=True,
)

#: What e-mail targets agreed to, kept for good; the first row is what counts.
consents = Table(
    "consents",
    metadata,
    _number(),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    #: As it was shown.
    _kept("text", Words),
    _kept("at", Utc),
    _kept("how", ID),
    _kept("origin", Text),
    Index(None, "target_id"),
    sqlite_autoincrement=True,
)

#: Questions to addresses that have not agreed, each with its mail.
confirmations = Table(
    "confirmations",
    metadata,
    #: ``<26 characters>-<target id>``.
    Column("id", ID, primary_key=True),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    _kept("token", ID),
    #: Who asked, for the bound.
    _kept("origin", Text),
    #: Numbers of the trials it was about, a blank between two.
    _kept("trials", Text),
    _kept("asked_at", Utc),
    _kept("expires_at", Utc),
    #: When its mail is due, or its lease ends; NULL when it was taken or given up.
    Column("due_at", Utc),
    Column("owner", Text),
    _kept("attempts", Integer),
    Column("taken_at", Utc),
    Column("detail", Words),
    Column("answered_at", Utc),
    UniqueConstraint("token"),
    Index(None, "target_id"),
    Index(None, "origin", "asked_at"),
    Index(None, "due_at"),
)

#: One row where a mail to ourselves is sent every day: the newest, and what became of it.
canary = Table(
    "canary",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    #: ``<26 characters>-0``, the id of its mail, and what its address is signed with.
    _kept("mail_id", ID),
    _kept("token", ID),
    _kept("made_at", Utc),
    #: Since when one is awaited; NULL while none is.
    Column("waiting_since", Utc),
    _kept("looked_at", Utc),
    #: When it is due, or its lease ends; NULL when it was taken or given up.
    Column("due_at", Utc),
    Column("owner", Text),
    _kept("attempts", Integer),
    Column("taken_at", Utc),
    _kept("status", Text),
    #: When one came in last.
    Column("back_at", Utc),
)

#: One row: what is known of the registry itself.
registry = Table(
    "registry",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("data_timestamp", Text),
    Column("etag", Text),
    Column("seen_at", Utc),
    Column("trouble", Words),
    Column("trouble_since", Utc),
)

#: One row where all studies are kept: how far the newest going-through of them has come.
registry_pass = Table(
    "registry_pass",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _kept("release", Text),
    _kept("begun_at", Utc),
    #: Where the next page begins; NULL at the beginning and after the last page.
    Column("token", Text),
    #: Date that the records of this release carry.
    _kept("holder", Text),
    _kept("pages", Integer),
    _kept("studies", Integer),
    Column("total", Integer),
    _kept("starts", Integer),
    Column("ended_at", Utc),
)

#: Answers that could not be believed, the newest of each trial.
refusals = Table(
    "refusals",
    metadata,
    Column("nct_id", ID, primary_key=True),
    _kept("reason", Words),
    _kept("release", Text),
    _kept("kept_at", Utc),
    _kept("raw_bytes", Integer),
    _kept("body", LargeBinary),
)
