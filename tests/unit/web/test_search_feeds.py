"""Feeds of saved searches: what entered, came back or left, once and in order."""

from itertools import count

import feedparser
import pytest

from monitor.alerting.searching import add_search
from monitor.alerting.searchrounds import evaluate_searches
from monitor.domain.people import ListRole, Person
from monitor.domain.ports import Release
from monitor.domain.searches import Hit, Query, Search
from monitor.domain.trial import NctId
from storage.engine import Database
from storage.lists import ListRow
from tests.fakes.finder import FakeFinder
from tests.unit.web.members import a_list, a_person, an_operator, share, signed_in
from tests.unit.web.site import a_service, visiting
from trialwatch.bootstrap import Service

ROBOTS = Query(parameters=(("query.cond", "robots"),), words='condition "robots"')
ONE, TWO, THREE = (
    Hit(nct_id=NctId(f"NCT9900020{n}"), title=f"<i>Robots</i> {n}", status="RECRUITING")
    for n in (1, 2, 3)
)


@pytest.fixture
def service(database: Database) -> Service:
    service = a_service(database)
    an_operator(service)
    return service


@pytest.fixture
def ada(service: Service) -> Person:
    return a_person(service, "ada")


@pytest.fixture
def chosen(service: Service, ada: Person) -> ListRow:
    return a_list(service, ada)


async def a_search(service: Service, chosen: ListRow, *hits: Hit) -> tuple[Search, FakeFinder]:
    finder = FakeFinder(*hits)
    search = await add_search(
        lambda: service.database.open_work(chosen.owner_id),
        finder,
        ROBOTS,
        name="Robots",
        list_name=chosen.name,
        follow=False,
        clock=service.clock,
    )
    return search, finder


async def releases(service: Service, finder: FakeFinder, *found: tuple[Hit, ...]) -> None:
    """Publish a release for each set of trials, and ask twice for each, as a restart would."""
    days = count(3)
    for hits in found:
        stamp = f"2026-03-{next(days):02}T09:00:05"
        finder.publish(stamp, *hits)
        with service.open_work() as work:
            work.releases.saw(Release(data_timestamp=stamp), now=service.clock())
            work.commit()
        for _ in range(2):
            await evaluate_searches(service.open_work, finder, clock=service.clock)


async def test_news_of_a_search_stand_in_its_feed_once_newest_first(
    service: Service, ada: Person, chosen: ListRow
) -> None:
    search, finder = await a_search(service, chosen, ONE, TWO)
    await releases(
        service, finder, (ONE, TWO, THREE), (ONE, TWO, THREE), (TWO, THREE), (TWO, THREE)
    )
    async with signed_in(service, ada) as client:
        read = feedparser.parse((await client.get(f"/searches/{search.id}/changes.atom")).content)
        told = (await client.get(f"/searches/{search.id}/changes.json")).json()["items"]
        page = (await client.get(f"/searches/{search.id}")).text

    assert not read.bozo
    assert [one.id for one in read.entries] == [one["id"] for one in told]
    assert len({one.id for one in read.entries}) == len(read.entries) == 2
    assert [one.link for one in read.entries] == [
        f"{service.settings.web_url}/searches/{search.id}"
    ] * 2
    assert "1 no longer found" in read.entries[0].title
    assert "1 new study" in read.entries[1].title
    assert THREE.nct_id in told[1]["content_text"]
    assert "<i>" not in told[1]["content_html"]
    assert f"/searches/{search.id}/changes.atom" in page


async def test_feed_of_a_search_before_any_news_is_empty_and_whole(
    service: Service, ada: Person, chosen: ListRow
) -> None:
    search, _ = await a_search(service, chosen, ONE)
    async with signed_in(service, ada) as client:
        answer = await client.get(f"/searches/{search.id}/changes.atom")

    read = feedparser.parse(answer.content)
    assert (answer.status_code, read.bozo, read.entries) == (200, False, [])


async def test_feed_is_for_those_who_see_the_list(
    service: Service, ada: Person, chosen: ListRow
) -> None:
    search, _ = await a_search(service, chosen, ONE)
    mo = a_person(service, "mo")
    path = f"/searches/{search.id}/changes.json"
    async with signed_in(service, mo) as stranger:
        before = (await stranger.get(path)).status_code
        share(service, chosen, mo, ListRole.READER)
        after = (await stranger.get(path)).status_code
    async with visiting(service) as nobody:
        unknown = (await nobody.get(path)).status_code

    assert (before, after, unknown) == (404, 200, 401)
    assert ada.id != mo.id
