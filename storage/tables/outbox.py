"""What is to be sent, what became of it, and who agreed to be written to."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from monitor.domain.events import EventType
from monitor.domain.lanes import Lane
from storage.columns import BIG, ID, Utc, Words
from storage.tables.base import index_where, kept, metadata, number
from storage.tables.trials import alerts
from storage.tables.watching import targets

#: The outbox.
deliveries = Table(
    "deliveries",
    metadata,
    #: ``<alert id>-<target id>``: fan-out asked twice makes nothing new.
    Column("id", ID, primary_key=True),
    Column("alert_id", ID, ForeignKey(alerts.c.id), nullable=False),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    #: Where it came from, and so its unsubscribe token; subscriptions are never deleted.
    kept("subscription_id", BIG),
    kept("list_name", Words),
    kept("state", ID),
    kept("due_at", Utc),
    #: Holder of the lease that ends at ``due_at``, NULL when nobody holds it.
    Column("owner", Text),
    #: Attempts that count against the recipient.
    kept("attempts", Integer),
    #: Attempts begun, those that did not count among them: number of the newest attempt row.
    kept("begun", Integer),
    kept("created_at", Utc),
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
_PENDING = "state = 'pending'"
_HELD = "owner IS NOT NULL"
_WAITING = "state = 'waiting'"
_BUNDLED = "bundle_id IS NOT NULL"
_RELEASED = "released_at IS NOT NULL"
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
    index_where(_where, _name, *_columns)

# What one person was sent, newest first, among everybody's.
Index("ix_deliveries_target", deliveries.c.target_id, deliveries.c.id)

#: One row an attempt, written before the bytes leave. On PostgreSQL it lies in months (see
#: ``storage.months``), and when it began stands in the key there too, as the server asks for.
attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", ID, ForeignKey(deliveries.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    kept("owner", Text),
    kept("started_at", Utc),
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
    number(),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    Column("delivery_id", ID),
    kept("at", Utc),
    kept("kind", ID),
    kept("status", Text),
    kept("detail", Words),
    kept("forgiven", Boolean),
    Index(None, "target_id"),
    UniqueConstraint("delivery_id", "kind"),
    sqlite_autoincrement=True,
)

#: What e-mail targets agreed to, kept for good; the first row is what counts.
consents = Table(
    "consents",
    metadata,
    number(),
    Column("target_id", BIG, ForeignKey(targets.c.id), nullable=False),
    #: As it was shown.
    kept("text", Words),
    kept("at", Utc),
    kept("how", ID),
    kept("origin", Text),
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
    kept("token", ID),
    #: Who asked, for the bound.
    kept("origin", Text),
    #: Numbers of the trials it was about, a blank between two.
    kept("trials", Text),
    kept("asked_at", Utc),
    kept("expires_at", Utc),
    #: When its mail is due, or its lease ends; NULL when it was taken or given up.
    Column("due_at", Utc),
    Column("owner", Text),
    kept("attempts", Integer),
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
    kept("mail_id", ID),
    kept("token", ID),
    kept("made_at", Utc),
    #: Since when one is awaited; NULL while none is.
    Column("waiting_since", Utc),
    kept("looked_at", Utc),
    #: When it is due, or its lease ends; NULL when it was taken or given up.
    Column("due_at", Utc),
    Column("owner", Text),
    kept("attempts", Integer),
    Column("taken_at", Utc),
    kept("status", Text),
    #: When one came in last.
    Column("back_at", Utc),
)
