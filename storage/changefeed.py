"""Every change there is, in the order of commits, page by page: none is missed, none comes twice.

A page is written as JSON as it is read: values stand in the rows as JSON already.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import func, or_, select

from monitor.domain.changes import Severity
from monitor.domain.trial import BASELINE, NctId
from storage.engine import Database
from storage.lists import trials_seen_by
from storage.rows import AnyRow, AnySelect
from storage.tables import alerts, changes, watches

_CURSOR = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the feed: that of an alert, and that of a change in it."""

    alert: int = 0
    change: int = 0

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the cursor that ``str`` wrote, None when it is none."""
        found = _CURSOR.fullmatch(text)
        return None if found is None else cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.alert}.{self.change}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which changes; all but those from before a watch, unless said otherwise."""

    nct_id: NctId | None = None
    min_severity: Severity = Severity.SILENT
    past: bool = False
    #: Of the trials that stand on this list now alone.
    list_id: int | None = None
    #: Of the trials on the lists that this person sees alone; None for all there are.
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some changes in a row."""

    #: Each with the JSON of the change.
    changes: tuple[tuple[Cursor, str], ...]
    #: Where the next page begins; where this one began when there is nothing new.
    next: Cursor
    #: Whether there is more already.
    more: bool


def page(database: Database, after: Cursor, *, wanted: Selection, limit: int) -> Page:
    """Return the changes that come after a cursor, with one query."""
    query = _wanted(wanted).where(
        alerts.c.feed_place >= after.alert,
        or_(alerts.c.feed_place > after.alert, changes.c.position > after.change),
    )
    query = query.order_by(alerts.c.feed_place, changes.c.position).limit(limit + 1)
    with database.reading() as connection:
        rows = connection.execute(query).all()
    told = tuple(_written(row) for row in rows[:limit])
    return Page(changes=told, next=told[-1][0] if told else after, more=len(rows) > limit)


def nothing_yet(database: Database) -> Page:
    """Return the page behind everything there is now; the feed goes on from there."""
    return Page(changes=(), next=end(database), more=False)


def end(database: Database) -> Cursor:
    """Return the cursor behind everything there is now.

    What a search found goes with the search, and its place can then be given again: no cursor may
    point there.
    """
    of_trials = alerts.c.search_id.is_(None)
    last = select(func.max(alerts.c.feed_place)).where(of_trials).scalar_subquery()
    query = (
        select(alerts.c.feed_place, changes.c.position)
        .join(changes, changes.c.alert_id == alerts.c.id, isouter=True)
        .where(alerts.c.feed_place == last)
        .order_by(changes.c.position.desc())
        .limit(1)
    )
    with database.reading() as connection:
        row = connection.execute(query).one_or_none()
    return Cursor() if row is None else Cursor(row.feed_place, row.position or 0)


def every(database: Database, *, wanted: Selection, at_a_time: int = 1000) -> Iterator[str]:
    """Yield the JSON of every change, however many there are."""
    after = Cursor()
    while True:
        found = page(database, after, wanted=wanted, limit=at_a_time)
        yield from (text for _, text in found.changes)
        if not found.more:
            return
        after = found.next


def _wanted(wanted: Selection) -> AnySelect:
    query = select(
        alerts.c.feed_place,
        alerts.c.id,
        alerts.c.release,
        alerts.c.created_at,
        alerts.c.title,
        changes.c.position,
        changes.c.nct_id,
        changes.c.from_version,
        changes.c.to_version,
        changes.c.kind,
        changes.c.subject,
        changes.c.before,
        changes.c.after,
        changes.c.severity,
        changes.c.sentence,
        changes.c.meaning,
    ).join(changes, changes.c.alert_id == alerts.c.id)
    # What was told of a saved search is its readers' alone, and about no version of a trial.
    query = query.where(alerts.c.search_id.is_(None))
    if wanted.nct_id is not None:
        query = query.where(alerts.c.nct_id == wanted.nct_id)
    if wanted.min_severity > Severity.SILENT:
        query = query.where(changes.c.severity >= wanted.min_severity.value)
    if wanted.list_id is not None:
        on_it = select(watches.c.nct_id).where(watches.c.list_id == wanted.list_id)
        query = query.where(alerts.c.nct_id.in_(on_it))
    if wanted.of is not None:
        query = query.where(alerts.c.nct_id.in_(trials_seen_by(wanted.of)))
    if not wanted.past:
        query = query.where(alerts.c.from_version >= BASELINE)
    return query


def _written(row: AnyRow) -> tuple[Cursor, str]:
    """Return a change as JSON: the fields of its contract, then where it came from."""
    cursor = Cursor(row.feed_place, row.position)
    told: dict[str, Any] = {
        "nct_id": row.nct_id,
        "from_version": row.from_version,
        "to_version": row.to_version,
        "kind": row.kind,
        "subject": row.subject,
        "severity": Severity(row.severity).word,
        "sentence": row.sentence,
        "meaning": row.meaning,
        "cursor": str(cursor),
        "alert_id": row.id,
        "title": row.title,
        "release": row.release,
        "created_at": row.created_at.isoformat(),
        "before_watch": row.from_version < BASELINE,
    }
    return cursor, f'{json.dumps(told)[:-1]}, "before": {row.before}, "after": {row.after}}}'
