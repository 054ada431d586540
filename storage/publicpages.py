"""What a public page of a list shows: the list and its trials, and nothing of people."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from monitor.domain.notes import Note
from monitor.domain.trial import NctId
from storage.engine import Database
from storage.notes import note_of
from storage.rows import AnyRow, AnySelect
from storage.tables import trials, watch_lists, watches
from storage.trials import IS_UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTrial:
    """A trial on a public list."""

    nct_id: NctId
    brief_title: str
    #: Empty until the baseline.
    overall_status: str
    gone: bool
    #: When a record of it last came back.
    seen_at: datetime | None
    #: Nothing unless the list's owner lets strangers read it.
    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicList:
    """A list as strangers see it."""

    id: int
    name: str
    created_at: datetime
    #: By number, at most as many as were asked for.
    trials: tuple[PublicTrial, ...]


def public_list(database: Database, token: str, *, most: int) -> PublicList | None:
    """Return the list that a key opens, None when it opens none; two queries at most.

    Args:
        database: Where it is.
        token: The key.
        most: At most so many of its trials.
    """
    query = select(watch_lists).where(*_opened_by(token))
    with database.reading() as connection:
        found = connection.execute(query).one_or_none()
        if found is None:
            return None
        rows = connection.execute(_on_it(found.id).limit(most)).all() if most else []
    return PublicList(
        id=found.id,
        name=found.name,
        created_at=found.created_at,
        trials=tuple(_trial(row, with_note=found.public_notes) for row in rows),
    )


def _opened_by(token: str) -> tuple[ColumnElement[bool], ...]:
    return watch_lists.c.public_token == token, watch_lists.c.removed_at.is_(None)


def _on_it(list_id: int) -> AnySelect:
    return (
        select(trials, watches.c.note, watches.c.tags)
        .join(watches, watches.c.nct_id == trials.c.nct_id)
        # What the registry does not know is nothing to show to strangers.
        .where(watches.c.list_id == list_id, ~IS_UNKNOWN)
        .order_by(trials.c.nct_id)
    )


def _trial(row: AnyRow, *, with_note: bool) -> PublicTrial:
    return PublicTrial(
        nct_id=row.nct_id,
        brief_title=row.brief_title,
        overall_status=row.overall_status,
        gone=row.gone,
        seen_at=row.seen_at,
        note=note_of(row) if with_note else Note(),
    )


def is_on_public_list(database: Database, token: str, nct_id: NctId) -> bool:
    """Return whether a trial is on the list that a key opens."""
    query = (
        select(watches.c.nct_id)
        .join(watch_lists, watch_lists.c.id == watches.c.list_id)
        .where(*_opened_by(token), watches.c.nct_id == nct_id)
    )
    with database.reading() as connection:
        return connection.execute(query).first() is not None
