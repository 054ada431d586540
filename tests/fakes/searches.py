"""Saved searches in memory."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.domain.errors import SearchRefusedError
from monitor.domain.searches import Member, Query, Search
from monitor.domain.trial import NctId
from tests.fakes.rows import FakeRows, cancel, known


class FakeSearches:
    """Plays ``Searches``."""

    def __init__(self, rows: FakeRows) -> None:
        self._rows = rows

    def add(
        self, query: Query, *, name: str, list_name: str, follow: bool, now: datetime
    ) -> Search:
        if any((one.list_name, one.name) == (list_name, name) for one in self._live()):
            raise SearchRefusedError(f"The list {list_name!r} has a search {name!r} already")
        search = Search(
            id=len(self._rows.searches) + 1,
            list_name=list_name,
            name=name,
            query=query,
            follow=follow,
            created_at=now,
        )
        self._rows.searches[search.id] = search
        return search

    def _live(self) -> list[Search]:
        return [one for one in self._rows.searches.values() if one.id not in self._rows.removed]

    def due(self, release: str) -> tuple[Search, ...]:
        due = [one for one in self._live() if one.evaluated_release != release]
        due.sort(key=lambda one: (one.tried_at is not None, one.tried_at or one.created_at, one.id))
        return tuple(due)

    def hold(self, search_id: int) -> Search | None:
        return next((one for one in self._live() if one.id == search_id), None)

    def save(self, search: Search) -> None:
        self._rows.searches[search.id] = search

    def members(self, search_id: int) -> Mapping[NctId, Member]:
        return dict(self._rows.found.get(search_id, {}))

    def keep(self, search_id: int, members: Iterable[Member]) -> None:
        kept = {**self.members(search_id), **{one.hit.nct_id: one for one in members}}
        self._rows.found[search_id] = kept

    def follow(self, search_id: int, nct_ids: Iterable[NctId], *, now: datetime) -> None:
        for nct_id in nct_ids:
            known(self._rows, nct_id)
            key = (self._rows.searches[search_id].list_name, nct_id)
            self._rows.watches.setdefault(key, now)

    def remove(self, search_id: int, *, now: datetime) -> Search | None:
        del now
        search = self.hold(search_id)
        if search is None:
            return None
        self._rows.removed[search_id] = True
        rows = self._rows.deliveries.values()
        cancel(self._rows, [row for row in rows if self._is_of(row.delivery.alert_id, search_id)])
        return search

    def _is_of(self, alert_id: str, search_id: int) -> bool:
        told = self._rows.alerts[alert_id].search
        return told is not None and told.id == search_id
