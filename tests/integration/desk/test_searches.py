"""One contract for saved searches on both desks: rows, and a real server with a key."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from monitor.domain.errors import SearchNotFoundError, TrialwatchError
from monitor.domain.searches import Wanted
from monitor.domain.watches import Channel, TargetState
from monitor.registry.asked import query_of
from monitor.registry.searchaddress import query_from_address, search_url
from simulator.made import open_stories
from simulator.serve import running
from storage.engine import Database
from tests.servers.pages import served
from tests.unit.web.members import a_key, an_operator
from tests.unit.web.site import a_service
from trialwatch.desk.asking import Server
from trialwatch.desk.searches import FarSearches, OwnSearches, SearchDesk, SearchWish, Sought

WANTED = Wanted(condition="asthma")
SOUGHT = Sought(query=query_of(WANTED), wanted=WANTED)
WISH = SearchWish(
    sought=SOUGHT,
    name="Asthma",
    list_name="Lungs",
    follow=True,
    addresses={Channel.EMAIL: ["reader@clinic.example"]},
)


@pytest.fixture
async def desks(database: Database) -> AsyncIterator[dict[str, SearchDesk]]:
    async with running(open_stories()) as registry:
        service = a_service(database, REGISTRY_URL=registry.url, REGISTRY_RATE="0")
        key = a_key(service, an_operator(service))
        with served(service) as url:
            yield {"own": OwnSearches(service), "far": FarSearches(Server(url, key))}


@pytest.fixture(params=["own", "far"])
def desk(request: pytest.FixtureRequest, desks: dict[str, SearchDesk]) -> SearchDesk:
    return desks[request.param]


async def on(doing: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Do something of a desk, as a terminal does: on a thread of its own."""
    return await asyncio.to_thread(doing, *given, **named)


async def test_search_is_tried_kept_shown_and_removed(desk: SearchDesk) -> None:
    found = await on(desk.find, SOUGHT)
    before = await on(desk.searches)
    search, targets = await on(desk.keep, WISH)
    shown = await on(desk.show, search.id, told=5)

    assert list(before) == []
    assert (search.name, search.list_name, search.follow) == ("Asthma", "Lungs", True)
    assert search.query == SOUGHT.query
    assert found.total == search.trials == len(shown.hits) > 0
    assert list(found.hits) == list(shown.hits)[: len(found.hits)]
    assert [target.state for target in targets] == [TargetState.ACTIVE]
    assert list(await on(desk.searches)) == [shown.search]
    assert list(shown.alerts) == []
    assert (await on(desk.remove, search.id)).id == search.id
    for doing in (lambda: desk.remove(search.id), lambda: desk.show(search.id, told=5)):
        with pytest.raises(SearchNotFoundError, match="search list"):
            await on(doing)


async def test_address_of_a_search_is_taken_as_it_is(desk: SearchDesk) -> None:
    address = search_url(SOUGHT.query.parameters)
    pasted = Sought(query=query_from_address(address), address=address)

    assert (await on(desk.find, pasted)).total == (await on(desk.find, SOUGHT)).total


async def test_name_that_the_list_has_already_is_refused(desk: SearchDesk) -> None:
    await on(desk.keep, WISH)

    with pytest.raises(TrialwatchError, match="Asthma"):
        await on(desk.keep, WISH)

    assert len(await on(desk.searches)) == 1


async def test_both_show_the_same(desks: dict[str, SearchDesk]) -> None:
    search, _ = await on(desks["own"].keep, WISH)
    mine, theirs = [await on(each.show, search.id, told=5) for each in desks.values()]

    assert list(mine.hits) == list(theirs.hits)
    assert (mine.search.id, mine.search.query, mine.search.trials) == (
        theirs.search.id,
        theirs.search.query,
        theirs.search.trials,
    )
