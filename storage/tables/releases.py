"""The registry itself: its releases, and answers that could not be believed."""

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from storage.columns import ID, Utc, Words
from storage.tables.base import kept, metadata

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
    kept("release", Text),
    kept("begun_at", Utc),
    #: Where the next page begins; NULL at the beginning and after the last page.
    Column("token", Text),
    #: Date that the records of this release carry.
    kept("holder", Text),
    kept("pages", Integer),
    kept("studies", Integer),
    Column("total", Integer),
    kept("starts", Integer),
    Column("ended_at", Utc),
)

#: Answers that could not be believed, the newest of each trial.
refusals = Table(
    "refusals",
    metadata,
    Column("nct_id", ID, primary_key=True),
    kept("reason", Words),
    kept("release", Text),
    kept("kept_at", Utc),
    kept("raw_bytes", Integer),
    kept("body", LargeBinary),
)
