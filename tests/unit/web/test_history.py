"""A trial through time, as its pages show it."""

import re

import httpx
import pytest
from sqlalchemy import event

from monitor.alerting.poll import sweep
from monitor.domain.trial import NctId
from storage import histories
from storage.engine import Database
from tests.builders import TRIAL, a_version
from tests.fakes.registry import FakeRegistry, a_study
from tests.unit.web.site import CHANGES, EVIL, QUIET, UNSEEN, a_service, visiting, watch
from trialwatch.bootstrap import Service

PAGES = ("compare", "timeline", "rules", "rules?rule=I.1", "places", "places?place={place}")
PLACE = "Workshop <i>1</i>, Nowhere, Freedonia"


def edited(number: int) -> bytes:
    """A study whose rules, places and status move from version to version."""
    rules = f"Inclusion Criteria:\n\n* Robot of series {number} with a full <b>battery</b>"
    places = [
        {"facility": f"Workshop <i>{place}</i>", "city": "Nowhere", "country": "Freedonia"}
        for place in range(1, 3 + number % 2)
    ]
    if number > 1:
        places[0]["status"] = "RECRUITING" if number % 2 else "SUSPENDED"
    return a_study(
        CHANGES,
        identificationModule={"nctId": CHANGES, "briefTitle": EVIL},
        statusModule={
            "overallStatus": "RECRUITING" if number % 2 else "SUSPENDED",
            "completionDateStruct": {"date": "2031-01", "type": "ESTIMATED"},
            "lastUpdatePostDateStruct": {"date": "2026-03-02", "type": "ACTUAL"},
        },
        eligibilityModule={"eligibilityCriteria": rules, "sex": "ALL"},
        contactsLocationsModule={"locations": places},
    )


async def grown(database: Database, versions: int) -> Service:
    """A service that has seen so many versions of a trial."""
    service = a_service(database)
    watch(service, CHANGES, UNSEEN)
    registry = FakeRegistry({CHANGES: edited(1)})
    await sweep(service.open_work, registry, clock=service.clock)
    await more(service, registry, range(2, versions + 1))
    return service


async def more(service: Service, registry: FakeRegistry, numbers: range) -> None:
    for number in numbers:
        registry.publish(f"2026-03-{number + 2:02}T09:00:05", **{CHANGES: edited(number)})
        await sweep(service.open_work, registry, clock=service.clock)


@pytest.fixture
async def service(database: Database) -> Service:
    """Four versions."""
    return await grown(database, 4)


def address(page: str, nct_id: NctId = CHANGES) -> str:
    return f"/trials/{nct_id}/{page.format(place=PLACE)}"


async def test_compare_shows_the_last_two_versions_and_marks_words(
    visitor: httpx.AsyncClient,
) -> None:
    page = (await visitor.get(address("compare"))).text

    assert '<option value="3" selected>Version 3, ' in page
    assert '<option value="4" selected>Version 4, ' in page
    assert re.search(r"<del><span class=\"unseen\"> \[taken out:</span>.*?3", page)
    assert re.search(r"<ins><span class=\"unseen\"> \[new:</span>.*?4", page)
    weights = re.findall(r'<span class="weight (\w+)">', page)
    ranks = ["critical", "major", "minor", "silent"]
    assert weights == sorted(weights, key=ranks.index)


async def test_rule_that_the_newest_version_changed_is_marked_with_its_day(
    visitor: httpx.AsyncClient,
) -> None:
    page = (await visitor.get(f"/trials/{CHANGES}")).text

    assert page.count("<strong>CHANGED, 2026-03-06:</strong>") == 1
    assert "<strong>NEW, " not in page


@pytest.mark.parametrize("query", ["from=1&to=3", "from=3&to=1"])
async def test_any_two_versions_can_be_compared_the_older_first(
    visitor: httpx.AsyncClient, query: str
) -> None:
    page = (await visitor.get(address(f"compare?{query}"))).text

    assert '<option value="1" selected>' in page
    assert "[taken out:</span> 1<" in page
    assert "[new:</span> 3<" in page
    assert "from version 1 to version 3" in page


async def test_version_beside_itself_differs_in_nothing(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get(address("compare?from=2&to=2"))).text

    assert "Nothing that counts differs" in page


async def test_timeline_says_in_its_table_what_it_draws(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get(address("timeline"))).text

    picture, _, table = page.partition("</svg>")
    labels = re.findall(r'<text class="told"[^>]*>([^<]+)</text>', picture)
    assert labels[0] == "The watch began: Recruiting"
    assert labels[-2:] == ["Today", "Study end (estimated)"]
    assert all(label in table for label in labels if label != "Today")
    assert 'role="img"' in picture
    assert "<title" in picture
    assert "2031-01-01" in table
    assert "(to come)" in table


async def test_rule_is_followed_through_all_versions(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get(address("rules?rule=I.1"))).text

    assert "in 4 versions" in page
    assert page.count("<article") == 4
    assert page.index(": edited") < page.index(": first seen")


async def test_rules_to_choose_from_are_those_of_the_newest_version(
    visitor: httpx.AsyncClient,
) -> None:
    page = (await visitor.get(address("rules"))).text

    assert f'<a href="/trials/{CHANGES}/rules?rule=I.1">Inclusion I.1</a>' in page
    assert "series 4" in page


async def test_place_is_followed_and_those_lost_are_listed(visitor: httpx.AsyncClient) -> None:
    listed = (await visitor.get(address("places"))).text
    story = (await visitor.get(address("places?place={place}"))).text

    assert "What changed" in listed
    assert "Listed no longer" in listed
    assert story.count("<article") == 2
    assert "Workshop &lt;i&gt;1&lt;/i&gt;" in story


@pytest.mark.parametrize("page", PAGES)
async def test_words_of_the_registry_are_escaped(visitor: httpx.AsyncClient, page: str) -> None:
    answer = await visitor.get(address(page))

    assert answer.status_code == 200
    for markup in ("<script", "<b>battery", "<i>1"):
        assert markup not in answer.text


@pytest.mark.parametrize("page", [*PAGES[:3], "places"])
async def test_trial_not_seen_yet_says_so(visitor: httpx.AsyncClient, page: str) -> None:
    answer = await visitor.get(address(page, UNSEEN))

    assert answer.status_code == 200
    assert re.search(r"not been seen yet|No place|No rules|Nothing is known", answer.text)


@pytest.mark.parametrize(
    "path",
    [
        *(f"/trials/NCT99000009/{page}" for page in ("compare", "timeline", "rules", "places")),
        *(f"/trials/{CHANGES}/compare?from=1&to=9", f"/trials/{CHANGES}/compare?from=x"),
        *(f"/trials/{CHANGES}/rules?rule=E.9", f"/trials/{CHANGES}/rules?rule=%00"),
        f"/trials/{QUIET}/timeline",
    ],
)
async def test_what_is_not_there_is_not_found(visitor: httpx.AsyncClient, path: str) -> None:
    assert (await visitor.get(path)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
async def test_strangers_see_none(service: Service, page: str) -> None:
    async with visiting(service, peer="198.51.100.7") as stranger:
        assert (await stranger.get(address(page))).status_code == 404


async def _asked(service: Service, path: str) -> int:
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    event.listen(service.database.engine, "before_cursor_execute", note)
    async with visiting(service) as visitor:
        assert (await visitor.get(path)).status_code == 200
    event.remove(service.database.engine, "before_cursor_execute", note)
    return len(asked)


async def test_more_versions_cost_no_more_queries(database: Database) -> None:
    service = await grown(database, 3)
    paths = [
        *(address(page) for page in PAGES),
        *(f"/trials/{CHANGES}/changes.atom", "/changes.json", f"/trials/{CHANGES}/dates.ics"),
        *("/api/v1/changes", "/api/v1/trials", f"/api/v1/trials/{CHANGES}/versions"),
        *(f"/api/v1/trials/{CHANGES}/compare?from=1&to=2", "/api/v1/deliveries"),
    ]
    before = {path: await _asked(service, path) for path in paths}
    await more(service, FakeRegistry({CHANGES: edited(3)}), range(4, 12))

    after = {path: await _asked(service, path) for path in paths}

    assert after == before
    assert max(after.values()) <= 18


def test_records_are_read_byte_for_byte_past_ones_too(database: Database) -> None:
    with database.open_work() as work:
        work.watches.add(TRIAL, list_name="watched", now=a_version().fetched_at)
        for number in (1, 2, 3):
            work.versions.add(a_version(number))
        for number in (0, -1, -2):
            work.versions.add_before(a_version(number))
        work.commit()

    assert histories.records(database, TRIAL) == tuple(a_version(n) for n in range(-2, 4))
