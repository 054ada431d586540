"""Answers to tools that name their request (``Idempotency-Key``), kept for a day.

A request is claimed before anything is done, so of two at once one is worked on. A claim whose
worker died is free again after a while: what it did before is not known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, delete, select, update
from sqlalchemy.sql import ColumnElement

from monitor.domain.errors import StorageError
from monitor.domain.watches import SEALED
from storage.engine import Database
from storage.rows import AnyRow, insert_new
from storage.tables import kept_answers as kept

KEPT_FOR: Final = timedelta(hours=24)
#: No request takes so long.
_LEASE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A request with the name its tool gave it."""

    caller: str
    key: str
    person_id: int
    #: Digest of what is asked.
    request: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands under a name that was used before."""

    same_request: bool
    #: None while it is worked on.
    status: int | None
    body: bytes


def claim(database: Database, named: Named, *, now: datetime) -> Found | None:
    """Return what was answered under this name; None to whoever may work on it now."""
    with database.writing() as connection:
        connection.execute(delete(kept).where(kept.c.begun_at <= now - KEPT_FOR))
        stuck = and_(_named(named), kept.c.status.is_(None), kept.c.begun_at <= now - _LEASE)
        connection.execute(delete(kept).where(stuck))
        found = None if _begin(connection, named, now) else _read(connection, named)
        connection.commit()
    return found


def _begin(connection: Connection, named: Named, now: datetime) -> bool:
    row = {
        "caller": named.caller,
        "key": named.key,
        "subscriber_id": named.person_id,
        "request": named.request,
        "begun_at": now,
    }
    return insert_new(connection, kept, row)


def _read(connection: Connection, named: Named) -> Found:
    row: AnyRow | None = connection.execute(select(kept).where(_named(named))).one_or_none()
    if row is None:
        # Freed since we were told that it is taken: whoever comes again gets it.
        return Found(same_request=True, status=None, body=b"")
    body: bytes = row.body or b""
    if body.startswith(SEALED.encode("ascii")):
        raise StorageError("What was answered under this name is sealed, and its key is missing")
    return Found(same_request=row.request == named.request, status=row.status, body=body)


def keep(database: Database, named: Named, *, status: int, body: bytes) -> None:
    """Keep the answer to a request that was claimed."""
    with database.writing() as connection:
        values = {"status": status, "body": body}
        connection.execute(update(kept).where(_named(named)).values(values))
        connection.commit()


def let_go(database: Database, named: Named) -> None:
    """Free a name under which nothing was done."""
    with database.writing() as connection:
        connection.execute(delete(kept).where(_named(named)))
        connection.commit()


def _named(named: Named) -> ColumnElement[bool]:
    return and_(kept.c.caller == named.caller, kept.c.key == named.key)
