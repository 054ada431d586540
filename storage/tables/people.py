"""Tables of those who may sign in, and of what they sign in with."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from storage.columns import BIG, ID, Utc, Words
from storage.sealing import SealedBytes
from storage.tables.base import metadata
from storage.tables.watching import subscribers, watch_lists

#: Open sign-ins. The cookie holds what the digest is of.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id), nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Index(None, "subscriber_id"),
    Index(None, "ends_at"),
)

#: Links that sign somebody in once.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id), nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Index(None, "subscriber_id"),
    Index(None, "ends_at"),
)

#: Keys of tools. Ended ones go.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", BIG, Identity(always=False), primary_key=True),
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id), nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("scope", ID, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("used_at", Utc),
    Index(None, "subscriber_id"),
    sqlite_autoincrement=True,
)

#: Who else sees or edits a list; its owner is in ``watch_lists``.
list_members = Table(
    "list_members",
    metadata,
    Column("list_id", BIG, ForeignKey(watch_lists.c.id), primary_key=True, autoincrement=False),
    Column(
        "subscriber_id", BIG, ForeignKey(subscribers.c.id), primary_key=True, autoincrement=False
    ),
    Column("role", Text, nullable=False),
    Index(None, "subscriber_id"),
)

#: Answers to tools that name their request, kept for a day.
kept_answers = Table(
    "kept_answers",
    metadata,
    #: Digest of the tool's key, in hexadecimal; or whose session it was.
    Column("caller", ID, primary_key=True),
    Column("key", ID, primary_key=True),
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id), nullable=False),
    #: Digest of what was asked.
    Column("request", LargeBinary, nullable=False),
    Column("begun_at", Utc, nullable=False),
    #: NULL while it is worked on.
    Column("status", Integer),
    #: One may hold a new secret.
    Column("body", SealedBytes("kept_answers.body")),
    Index(None, "subscriber_id"),
    Index(None, "begun_at"),
)

#: What an institution calls somebody who signs in by it.
institution_pins = Table(
    "institution_pins",
    metadata,
    Column("issuer", ID, primary_key=True),
    Column("subject", ID, primary_key=True),
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id), nullable=False),
    Column("pinned_at", Utc, nullable=False),
    # One of an issuer's subjects for an account, and room to find it by its person.
    UniqueConstraint("subscriber_id", "issuer"),
)

#: Sign-ins by an institution that are under way. Nobody's yet.
institution_tries = Table(
    "institution_tries",
    metadata,
    Column("state", LargeBinary, primary_key=True),
    Column("browser", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("goes_to", Words, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Index(None, "ends_at"),
)

#: Public halves of passkeys; what they open with stays on their owners' devices.
passkeys = Table(
    "passkeys",
    metadata,
    Column("id", BIG, Identity(always=False), primary_key=True),
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id), nullable=False),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    #: As COSE writes it.
    Column("public_key", LargeBinary, nullable=False),
    #: Who it is for, as the device knows them.
    Column("handle", LargeBinary, nullable=False),
    Column("sign_count", BIG, nullable=False),
    Column("name", Words, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("used_at", Utc),
    #: When a copy was seen; nobody signs in with it since.
    Column("copied_at", Utc),
    Index(None, "subscriber_id"),
    sqlite_autoincrement=True,
)

#: What browsers were asked to have signed, for minutes. The browser's cookie holds what the
#: digest is of.
passkey_challenges = Table(
    "passkey_challenges",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("challenge", LargeBinary, nullable=False),
    #: Whom a passkey is to be added for; NULL where somebody wants to sign in.
    Column("subscriber_id", BIG, ForeignKey(subscribers.c.id)),
    Column("handle", LargeBinary, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Index(None, "subscriber_id"),
    Index(None, "ends_at"),
)
