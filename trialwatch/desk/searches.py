"""Saved searches from a terminal: on the own database, or on a running server."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from monitor.alerting.consent import BY_OPERATOR
from monitor.alerting.searching import try_search
from monitor.domain.alerts import Alert
from monitor.domain.errors import SearchNotFoundError
from monitor.domain.searches import Found, Hit, Query, Search, Wanted
from monitor.domain.timings import Timing
from monitor.domain.watches import Channel, Target
from storage import searchviews
from trialwatch.bootstrap import Service
from trialwatch.desk.asking import NotThereError, Server
from trialwatch.desk.fartargets import rows_in, target_in
from trialwatch.desk.keeping import Kept, join_to, keep_search
from trialwatch.desk.plain import ServerTooOldError, read
from trialwatch.desk.server import alerts_in, hours_of
from trialwatch.desk.slow import addresses_of
from trialwatch.outside import registry_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for: the words of it, or the address of a search; and what it comes to."""

    query: Query
    wanted: Wanted = field(default_factory=Wanted)
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWish:
    """A search to save, and who is told of its list, as it was typed."""

    sought: Sought
    name: str
    list_name: str
    follow: bool = False
    found_too: bool = False
    addresses: Mapping[Channel, Sequence[str]] = field(default_factory=dict)
    timing: Timing | None = None
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A search, the trials that it finds, and what was told of it, newest first."""

    search: Search
    hits: Sequence[Hit]
    alerts: Sequence[Alert]


class SearchDesk(Protocol):
    """Each method is one thing done, all of it or none, as in ``trialwatch.desk.port``."""

    def find(self, sought: Sought) -> Found:
        """Return how many trials a search finds, and ten of them."""
        ...

    def keep(self, wish: SearchWish) -> tuple[Search, Sequence[Target]]:
        """Save a search; return it, and who is told."""
        ...

    def searches(self) -> Sequence[Search]:
        """Return saved searches, by list and name."""
        ...

    def show(self, number: int, *, told: int) -> Shown:
        """Return a search, and so many of what was told of it at most.

        Raises:
            SearchNotFoundError: There is none of this number.
        """
        ...

    def remove(self, number: int) -> Search:
        """Remove a search, and return it.

        Raises:
            SearchNotFoundError: There is none of this number.
        """
        ...


class OwnSearches:
    """Plays ``SearchDesk`` on rows."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def find(self, sought: Sought) -> Found:
        """Return how many trials a search finds, and ten of them."""
        return asyncio.run(self._found(sought.query))

    async def _found(self, query: Query) -> Found:
        async with registry_of(self._service) as registry:
            return await try_search(registry, query)

    def keep(self, wish: SearchWish) -> tuple[Search, Sequence[Target]]:
        """Save a search; return it, and who is told."""
        settings = self._service.settings
        addresses = addresses_of(wish.addresses, settings.webhook_allow)
        kept = Kept(
            query=wish.sought.query,
            name=wish.name,
            follow=wish.follow,
            found_too=wish.found_too,
        )
        search = asyncio.run(keep_search(self._service, kept, list_name=wish.list_name))
        asked = BY_OPERATOR if wish.confirm or settings.confirm_mail == "always" else None
        return search, join_to(self._service, search, addresses, wish.timing, asked)

    def searches(self) -> Sequence[Search]:
        """Return saved searches."""
        return searchviews.all_searches(self._service.database)

    def show(self, number: int, *, told: int) -> Shown:
        """Return a search, and what was told of it."""
        database = self._service.database
        search = searchviews.find_search(database, number)
        members = searchviews.members_of(database, search).values()
        return Shown(
            search=search,
            hits=[member.hit for member in members if member.left is None],
            alerts=searchviews.alerts_of(database, search, limit=told),
        )

    def remove(self, number: int) -> Search:
        """Remove a search."""
        with self._service.open_work() as work:
            search = work.searches.remove(number, now=self._service.clock())
            work.commit()
        if search is None:
            raise _unknown(number)
        return search


class FarSearches:
    """Plays ``SearchDesk`` through ``/api/v1``."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def find(self, sought: Sought) -> Found:
        """Return how many trials a search finds, and ten of them."""
        found = self._server.send("POST", "/searches/try", _sought(sought))
        return read(Found, found, hits=rows_in(found, "first"))

    def keep(self, wish: SearchWish) -> tuple[Search, Sequence[Target]]:
        """Save a search on a list of one's own."""
        body = {
            **_sought(wish.sought),
            "name": wish.name,
            "list": wish.list_name,
            "follow": wish.follow,
            "found_too": wish.found_too,
            "confirm": wish.confirm,
            **{channel.value: list(texts) for channel, texts in wish.addresses.items()},
            **({} if wish.timing is None else hours_of(wish.timing)),
        }
        found = self._server.send("POST", "/searches", body)
        return _search(found), [target_in(row) for row in rows_in(found, "targets")]

    def searches(self) -> Sequence[Search]:
        """Return saved searches on the lists that one sees."""
        return [_search(row) for row in rows_in(self._server.get("/searches"), "searches")]

    def show(self, number: int, *, told: int) -> Shown:
        """Return a search, and what was told of it."""
        try:
            found = self._server.get(f"/searches/{number}")
        except NotThereError as error:
            raise _unknown(number) from error
        return Shown(
            search=_search(found),
            hits=[read(Hit, row) for row in rows_in(found, "found")],
            alerts=alerts_in(rows_in(found, "told"))[:told],
        )

    def remove(self, number: int) -> Search:
        """Remove a search."""
        search = self.show(number, told=0).search
        self._server.send("DELETE", f"/searches/{number}")
        return search


def _unknown(number: int) -> SearchNotFoundError:
    return SearchNotFoundError(
        f"There is no search {number}; see `trialwatch search list` for their numbers"
    )


def _sought(sought: Sought) -> dict[str, Any]:
    if sought.address:
        return {"address": sought.address}
    wanted = sought.wanted
    return {
        "condition": wanted.condition,
        "intervention": wanted.intervention,
        "sponsor": wanted.sponsor,
        "words": wanted.words,
        "place": wanted.place,
        "countries": list(wanted.countries),
        "phases": list(wanted.phases),
        "statuses": list(wanted.statuses),
        "age": wanted.age,
    }


def _search(row: Mapping[str, Any]) -> Search:
    asked = row.get("parameters")
    if not isinstance(asked, dict):
        raise ServerTooOldError("what a search asks for")
    query = Query(parameters=tuple(asked.items()), words=str(row.get("words", "")))
    trouble = row.get("trouble") or ""
    return read(Search, row, list_name=row.get("list"), query=query, trouble=trouble)
