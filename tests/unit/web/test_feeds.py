"""Feeds, calendars and badges as programs fetch them."""

from datetime import date, timedelta
from email.utils import format_datetime
from xml.etree import ElementTree as ET

import feedparser
import httpx
import icalendar
import pytest

from monitor.alerting.poll import sweep
from storage.engine import Database
from tests.builders import NOON
from tests.fakes.registry import FakeRegistry, a_study
from tests.unit.web.site import CHANGES, EVIL, QUIET, UNSEEN, a_service, titled, visiting, watch
from trialwatch.bootstrap import Service

FEEDS = ("/changes.atom", f"/trials/{CHANGES}/changes.atom")


async def release(service: Service, *statuses: str) -> None:
    """Publish a release for each status, and sweep each twice, as a restart would."""
    registry = FakeRegistry({CHANGES: titled(CHANGES, EVIL)})
    for day, status in enumerate(statuses, start=4):
        registry.publish(
            f"2026-03-{day:02}T09:00:05",
            **{
                CHANGES: titled(CHANGES, EVIL, status),
                QUIET: titled(QUIET, "Lanterin for Sleepy Robots"),
            },
        )
        await sweep(service.open_work, registry, clock=service.clock)
        await sweep(service.open_work, registry, clock=service.clock)


@pytest.mark.parametrize("path", FEEDS)
async def test_change_appears_once_in_each_feed_newest_first(
    service: Service, visitor: httpx.AsyncClient, path: str
) -> None:
    before = feedparser.parse((await visitor.get(path)).content)
    await release(service, "RECRUITING", "SUSPENDED", "RECRUITING")

    read = feedparser.parse((await visitor.get(path)).content)
    told = (await visitor.get(path.replace(".atom", ".json"))).json()["items"]

    ids = [one.id for one in read.entries if CHANGES in one.title]
    assert not read.bozo
    assert len(ids) == len(set(ids)) == 4
    assert ids[-1:] == [one.id for one in before.entries]
    assert [one.updated for one in read.entries] == sorted(
        (one.updated for one in read.entries), reverse=True
    )
    assert [one["id"] for one in told] == [one.id for one in read.entries]
    assert all("<script>" not in one["content_html"] for one in told)


async def test_feed_of_a_trial_is_of_that_trial_alone(visitor: httpx.AsyncClient) -> None:
    quiet = feedparser.parse((await visitor.get(f"/trials/{QUIET}/changes.atom")).content)

    assert quiet.entries == []
    assert quiet.feed.title == f"Lanterin for Sleepy Robots ({QUIET})"
    assert {link.rel for link in quiet.feed.links} == {"self", "alternate"}


@pytest.mark.parametrize("path", [*FEEDS, "/changes.json", f"/trials/{CHANGES}/dates.ics"])
async def test_what_a_program_has_already_is_not_sent_again(
    visitor: httpx.AsyncClient, path: str
) -> None:
    first = await visitor.get(path)
    etag = first.headers["etag"]

    for tag, status in (
        (etag, 304),
        (f'"other", W/{etag}', 304),
        ("*", 304),
        ('"other"', 200),
    ):
        again = await visitor.get(path, headers={"If-None-Match": tag})
        assert again.status_code == status, tag
        assert again.headers["etag"] == etag
        assert (again.content == b"") is (status == 304)
    assert first.headers["cache-control"] == "private, no-cache"


async def test_new_entry_gives_another_tag(service: Service, visitor: httpx.AsyncClient) -> None:
    before = (await visitor.get("/changes.atom")).headers["etag"]
    await release(service, "RECRUITING")

    assert (await visitor.get("/changes.atom")).headers["etag"] != before


async def test_time_alone_counts_only_when_nothing_older_can_still_come(
    service: Service,
) -> None:
    late = Service(
        settings=service.settings,
        database=service.database,
        clock=lambda: NOON + timedelta(days=1),
        owner="test",
    )
    async with visiting(service) as fresh:
        assert "last-modified" not in (await fresh.get("/changes.atom")).headers
    async with visiting(late) as visitor:
        first = await visitor.get("/changes.atom")
        since = {"If-Modified-Since": first.headers["last-modified"]}
        assert (await visitor.get("/changes.atom", headers=since)).status_code == 304
        for text in (format_datetime(NOON, usegmt=True), "yesterday"):
            asked = {"If-Modified-Since": text}
            assert (await visitor.get("/changes.atom", headers=asked)).status_code == 200


async def test_calendar_of_a_trial_tells_its_dates(database: Database) -> None:
    service = a_service(database)
    status = {
        "overallStatus": "RECRUITING",
        "startDateStruct": {"date": "2026-03", "type": "ACTUAL"},
        "completionDateStruct": {"date": "2028-01-31", "type": "ESTIMATED"},
        "lastUpdatePostDateStruct": {"date": "2026-03-02", "type": "ACTUAL"},
    }
    watch(service, CHANGES)
    registry = FakeRegistry({CHANGES: a_study(CHANGES, statusModule=status)})
    await sweep(service.open_work, registry, clock=service.clock)
    async with visiting(service) as visitor:
        answer = await visitor.get(f"/trials/{CHANGES}/dates.ics")

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    read = icalendar.Calendar.from_ical(answer.content)
    told = [(event.decoded("DTSTART"), str(event["SUMMARY"])) for event in read.walk("VEVENT")]
    assert told == [
        (date(2026, 3, 1), f"Study start: Lanterin for Tired Robots ({CHANGES})"),
        (date(2028, 1, 31), f"Study end (estimated): Lanterin for Tired Robots ({CHANGES})"),
    ]
    made = {f"{event.decoded('DTSTAMP'):%Y-%m-%dT%H:%M%z}" for event in read.walk("VEVENT")}
    assert made == {"2026-03-09T12:00+0000"}


async def test_trial_not_seen_yet_has_an_empty_calendar(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"/trials/{UNSEEN}/dates.ics")

    assert icalendar.Calendar.from_ical(answer.content).walk("VEVENT") == []


@pytest.mark.parametrize(
    ("nct_id", "words"),
    [(CHANGES, "Suspended"), (QUIET, "Recruiting"), (UNSEEN, "Not looked at yet")],
)
async def test_badge_says_the_status_in_words(
    visitor: httpx.AsyncClient, nct_id: str, words: str
) -> None:
    answer = await visitor.get(f"/trials/{nct_id}/badge.svg")

    picture = ET.fromstring(answer.text)  # noqa: S314  # made by us
    assert answer.headers["content-type"] == "image/svg+xml"
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == f"{nct_id}: {words}"
    assert picture[0].tag.endswith("title")
    assert picture[0].text == f"{nct_id}: {words}"
    assert "href" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        *("/trials/NCT99000009/changes.atom", "/trials/x/badge.svg", "/trials/x/dates.ics"),
        *("/changes.xml", f"/trials/{CHANGES}/changes.rss"),
    ],
)
async def test_feed_of_what_is_not_there_is_not_found(
    visitor: httpx.AsyncClient, path: str
) -> None:
    assert (await visitor.get(path)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/changes.atom",
        "/changes.json",
        f"/trials/{CHANGES}/dates.ics",
        f"/trials/{QUIET}/badge.svg",
    ],
)
async def test_strangers_get_none(service: Service, path: str) -> None:
    async with visiting(service, peer="198.51.100.7") as stranger:
        assert (await stranger.get(path)).status_code == 404
