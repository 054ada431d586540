"""Public pages of lists, as strangers see them."""

import re
from collections.abc import AsyncIterator

import feedparser
import httpx
import icalendar
import pytest
from sqlalchemy import event

from monitor.alerting.publishing import publish, unpublish
from monitor.domain.trial import NctId
from monitor.domain.watches import DEFAULT_LIST
from tests.unit.web.site import CHANGES, HOOK, QUIET, READER, UNSEEN, visiting, watch
from tests.unit.web.test_feeds import release
from trialwatch.bootstrap import Service

KEY = "3f9a-made-up-key"
PATHS = ("", "/changes.atom", "/changes.json", "/dates.ics", f"/trials/{CHANGES}/badge.svg")


@pytest.fixture
async def stranger(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody elsewhere who has the address of the common list."""
    with service.open_work() as work:
        publish(work, DEFAULT_LIST, new_token=lambda: KEY)
        work.commit()
    async with visiting(service, peer="198.51.100.7", host="watch.example") as client:
        yield client


async def test_page_shows_trials_statuses_and_changes(stranger: httpx.AsyncClient) -> None:
    page = (await stranger.get(f"/l/{KEY}")).text

    assert CHANGES in page
    assert QUIET in page
    assert UNSEEN not in page, "it is on another list"
    assert "Suspended" in page
    assert "has now stopped for a time" in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert 'href="/trials' not in page, "those are not for strangers"


@pytest.mark.parametrize("path", PATHS)
async def test_strangers_see_it_and_nothing_of_people(
    stranger: httpx.AsyncClient, path: str
) -> None:
    answer = await stranger.get(f"/l/{KEY}{path}")

    assert answer.status_code == 200
    if not path.endswith(".svg"):
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    for secret in (READER, HOOK, "clinic.example", "geheim", "robots&gt;"):
        assert secret not in answer.text


@pytest.mark.parametrize("path", PATHS)
async def test_address_works_no_more_once_it_is_taken_back(
    service: Service, stranger: httpx.AsyncClient, path: str
) -> None:
    with service.open_work() as work:
        unpublish(work, DEFAULT_LIST)
        work.commit()

    assert (await stranger.get(f"/l/{KEY}{path}")).status_code == 404


@pytest.mark.parametrize("key", ["x", KEY[:-1], KEY.upper(), "x" * 65, "%00", "'"])
async def test_guessed_key_opens_nothing(stranger: httpx.AsyncClient, key: str) -> None:
    assert (await stranger.get(f"/l/{key}")).status_code == 404


async def test_feed_leads_back_to_the_public_page(stranger: httpx.AsyncClient) -> None:
    read = feedparser.parse((await stranger.get(f"/l/{KEY}/changes.atom")).content)

    assert not read.bozo
    assert [one.link for one in read.entries] == [f"http://127.0.0.1:8080/l/{KEY}#{CHANGES}"]
    assert read.feed.title == "trialwatch: watched"


async def test_calendar_is_of_the_list(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get(f"/l/{KEY}/dates.ics")

    assert str(icalendar.Calendar.from_ical(answer.content)["X-WR-CALNAME"]) == "watched"


async def test_badge_is_for_trials_of_the_list_alone(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get(f"/l/{KEY}/trials/{UNSEEN}/badge.svg")).status_code == 404


async def test_owner_makes_a_list_public_and_takes_it_back(service: Service) -> None:
    async with visiting(service) as owner, visiting(service, peer="198.51.100.7") as stranger:
        before = await owner.get("/lists/1/public")
        await owner.post("/lists/1/public")
        shown = (await owner.get("/lists/1/public")).text
        [address] = re.findall(r'href="http://127.0.0.1:8080(/l/[^"/]+)"', shown)
        open_to_all = await stranger.get(address)
        await owner.post("/lists/1/public/close")
        closed = await stranger.get(address)
        after = await owner.get("/lists/1/public")

    assert "It is not public" in before.text
    assert "watched" in open_to_all.text
    assert closed.status_code == 404
    assert "It is not public" in after.text
    assert len(address) > len("/l/") + 30


async def test_longer_list_costs_no_more_queries(
    service: Service, stranger: httpx.AsyncClient
) -> None:
    asked: list[str] = []
    event.listen(
        service.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2])
    )

    async def count(path: str) -> int:
        asked.clear()
        assert (await stranger.get(f"/l/{KEY}{path}")).status_code == 200
        return len(asked)

    before = {path: await count(path) for path in PATHS}
    watch(service, *(NctId(f"NCT990003{number:02}") for number in range(20)))
    await release(service, "RECRUITING", "SUSPENDED", "RECRUITING")

    assert {path: await count(path) for path in PATHS} == before
    assert max(before.values()) <= 10
