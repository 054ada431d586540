"""Saved searches and the trials they find."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from monitor.domain.errors import SearchRefusedError
from monitor.domain.people import OPERATOR
from monitor.domain.searches import Hit, Member, Query, Search
from monitor.domain.trial import NctId
from storage.cancelling import cancel
from storage.rows import AnyRow, AnySelect, insert_new, overwrite
from storage.tables import (
    alerts,
    deliveries,
    search_trials,
    searches,
    watch_lists,
    watches,
)
from storage.trials import know
from storage.watches import list_named

_LIVE = searches.c.ended_at.is_(None)
#: What a search is known by is written when it is made; the rest changes with each evaluation.
_FIXED = frozenset({"id", "list_name", "name", "query", "follow", "created_at"})
_KNOWN = tuple(field.name for field in fields(Search) if field.name not in _FIXED)


class SqlSearches:
    """Plays ``monitor.domain.ports.Searches`` for lists of one subscriber."""

    def __init__(self, connection: Connection, subscriber: int = OPERATOR) -> None:
        self._connection = connection
        self._subscriber = subscriber

    def add(
        self, query: Query, *, name: str, list_name: str, follow: bool, now: datetime
    ) -> Search:
        """Put a search on a list (made if new).

        Raises:
            SearchRefusedError: The list has one of this name.
        """
        row = {
            "list_id": list_named(self._connection, self._subscriber, list_name, now=now),
            "name": name,
            "parameters": json.dumps(query.parameters),
            "words": query.words,
            "follow": follow,
            "created_at": now,
            "step": 0,
            "trials": 0,
            "trouble": "",
            "halted": False,
        }
        if not insert_new(self._connection, searches, row):
            raise SearchRefusedError(
                f"The list {list_name!r} has a search {name!r} already: give this one another"
                " name, or remove that one first (`trialwatch search list` has its number)"
            )
        made = select_searches().where(
            _LIVE, searches.c.list_id == row["list_id"], searches.c.name == name
        )
        return search_of(self._connection.execute(made).one())

    def due(self, release: str) -> tuple[Search, ...]:
        """Return searches not evaluated for ``release`` yet, those tried longest ago first."""
        query = (
            select_searches()
            .where(_LIVE, searches.c.evaluated_release.is_distinct_from(release))
            .order_by(searches.c.tried_at.nulls_first(), searches.c.id)
        )
        return tuple(map(search_of, self._connection.execute(query)))

    def hold(self, search_id: int) -> Search | None:
        """Return a search and hold it until the transaction ends; None when it was removed."""
        query = select_searches().where(_LIVE, searches.c.id == search_id)
        held = self._connection.execute(query.with_for_update(of=searches)).one_or_none()
        return None if held is None else search_of(held)

    def save(self, search: Search) -> None:
        """Write down how far a search is known."""
        values = {name: getattr(search, name) for name in _KNOWN}
        chosen = update(searches).where(searches.c.id == search.id)
        self._connection.execute(chosen.values(**values))

    def members(self, search_id: int) -> Mapping[NctId, Member]:
        """Return every trial that the search finds or found once, by number."""
        query = select(search_trials).where(search_trials.c.search_id == search_id)
        rows = self._connection.execute(query.order_by(search_trials.c.nct_id))
        return {row.nct_id: member_of(row) for row in rows}

    def keep(self, search_id: int, members: Iterable[Member]) -> None:
        """Insert or overwrite trials of a search."""
        overwrite(
            self._connection, search_trials, [_member_row(search_id, each) for each in members]
        )

    def follow(self, search_id: int, nct_ids: Iterable[NctId], *, now: datetime) -> None:
        """Put trials on the list of a search."""
        of = select(searches.c.list_id).where(searches.c.id == search_id)
        list_id = self._connection.execute(of).scalar_one()
        for nct_id in nct_ids:
            know(self._connection, nct_id)
            row = {"list_id": list_id, "nct_id": nct_id, "created_at": now}
            insert_new(self._connection, watches, row)

    def remove(self, search_id: int, *, now: datetime) -> Search | None:
        """End a search and cancel what was to be sent of it; None when there is none."""
        found = select_searches().where(
            _LIVE, searches.c.id == search_id, watch_lists.c.subscriber_id == self._subscriber
        )
        row = self._connection.execute(found).one_or_none()
        if row is None:
            return None
        ended = update(searches).where(searches.c.id == search_id)
        self._connection.execute(ended.values(ended_at=now))
        of_search = select(alerts.c.id).where(alerts.c.search_id == search_id)
        cancel(self._connection, deliveries.c.alert_id.in_(of_search))
        return search_of(row)


def select_searches() -> AnySelect:
    """Return a query for what ``search_of`` reads, removed ones among them."""
    return select(searches, watch_lists.c.name.label("list_name")).join(
        watch_lists, watch_lists.c.id == searches.c.list_id
    )


def search_of(row: AnyRow) -> Search:
    """Return the search a row holds."""
    parameters = tuple((name, value) for name, value in json.loads(row.parameters))
    return Search(
        id=row.id,
        list_name=row.list_name,
        name=row.name,
        query=Query(parameters=parameters, words=row.words),
        follow=row.follow,
        created_at=row.created_at,
        **{name: getattr(row, name) for name in _KNOWN},
    )


def member_of(row: AnyRow) -> Member:
    """Return the trial of a search that a row holds."""
    return Member(
        hit=Hit(nct_id=row.nct_id, title=row.title, status=row.status),
        entered=row.entered,
        left=row.left,
        missing_since=row.missing_since,
    )


def _member_row(search_id: int, member: Member) -> dict[str, Any]:
    return {
        "search_id": search_id,
        "nct_id": member.hit.nct_id,
        "title": member.hit.title,
        "status": member.hit.status,
        "entered": member.entered,
        "left": member.left,
        "missing_since": member.missing_since,
    }
