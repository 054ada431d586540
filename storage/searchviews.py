"""What the command line and the pages show of saved searches; read and never written."""

from collections.abc import Mapping

from sqlalchemy import select

from monitor.domain.alerts import Alert
from monitor.domain.errors import SearchNotFoundError
from monitor.domain.searches import Member, Search
from monitor.domain.trial import NctId
from storage.alerts import with_changes
from storage.engine import Database
from storage.lists import lists_seen_by
from storage.searches import member_of, search_of, select_searches
from storage.tables import alerts, search_trials, searches, watch_lists


def all_searches(
    database: Database, *, of: int | None = None, list_id: int | None = None
) -> tuple[Search, ...]:
    """Return searches, by list and name.

    ``of`` narrows them to the lists that a person sees, ``list_id`` to one list.
    """
    query = select_searches().where(searches.c.ended_at.is_(None))
    if of is not None:
        query = query.where(searches.c.list_id.in_(lists_seen_by(of)))
    if list_id is not None:
        query = query.where(searches.c.list_id == list_id)
    query = query.order_by(watch_lists.c.name, searches.c.name, searches.c.id)
    with database.reading() as connection:
        return tuple(map(search_of, connection.execute(query)))


def find_search(database: Database, search_id: int, *, of: int | None = None) -> Search:
    """Return a search; ``of`` as for ``all_searches``.

    Raises:
        SearchNotFoundError: There is none of this number to be seen.
    """
    for search in all_searches(database, of=of):
        if search.id == search_id:
            return search
    raise SearchNotFoundError(
        f"There is no search {search_id}; see `trialwatch search list` for their numbers"
    )


def members_of(database: Database, search: Search) -> Mapping[NctId, Member]:
    """Return every trial that a search finds or found once, by number."""
    query = select(search_trials).where(search_trials.c.search_id == search.id)
    with database.reading() as connection:
        rows = connection.execute(query.order_by(search_trials.c.nct_id))
        return {row.nct_id: member_of(row) for row in rows}


def alerts_of(database: Database, search: Search, *, limit: int) -> tuple[Alert, ...]:
    """Return what was told of a search, newest first."""
    query = (
        select(alerts)
        .where(alerts.c.search_id == search.id)
        .order_by(alerts.c.id.desc())
        .limit(limit)
    )
    with database.reading() as connection:
        return with_changes(connection, connection.execute(query).all())
