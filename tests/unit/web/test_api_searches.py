"""Saved searches by the interface for tools, against a registry on loopback."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from monitor.domain.people import ListRole, Person
from simulator.made import open_stories
from simulator.serve import running
from storage import listpages, searchviews
from storage.engine import Database
from tests.unit.web.members import a_key, a_person, share
from tests.unit.web.site import a_service, visiting
from tests.unit.web.test_api import check
from trialwatch.bootstrap import Service
from trialwatch.web.registry import MOST_AN_HOUR

API = "/api/v1/searches"
ASTHMA = {"condition": "asthma", "name": "Asthma"}


@pytest.fixture
async def service(database: Database) -> AsyncIterator[Service]:
    async with running(open_stories()) as registry:
        yield a_service(database, REGISTRY_URL=registry.url, REGISTRY_RATE="0", API_RATE="0")


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def a_tool(stack: AsyncExitStack, service: Service, person: Person) -> httpx.AsyncClient:
    client = await stack.enter_async_context(
        visiting(service, peer="203.0.113.5", host="watch.example")
    )
    client.headers["authorization"] = f"Bearer {a_key(service, person)}"
    return client


async def test_search_is_tried_kept_shown_and_removed(
    service: Service, stack: AsyncExitStack, ada: Person
) -> None:
    tool = await a_tool(stack, service, ada)

    tried = (await tool.post(f"{API}/try", json={"condition": "asthma"})).json()
    nothing = searchviews.all_searches(service.database)
    made = await tool.post(API, json=ASTHMA | {"email": ["ada@example.org"], "found_too": True})
    path = f"{API}/{made.json()['id']}"
    shown = (await tool.get(path)).json()
    listed = (await tool.get(API)).json()

    assert (made.status_code, nothing) == (201, ())
    for value, schema in (
        (tried, "Tried"),
        (made.json(), "SavedSearch"),
        (shown, "SearchFound"),
        (listed, "Searches"),
    ):
        check(value, schema)
    assert tried["total"] == made.json()["trials"] == len(shown["found"]) > 0
    assert (made.json()["list"], made.json()["targets"][0]["state"]) == ("Asthma", "unconfirmed")
    (row,) = (await tool.get("/api/v1/lists")).json()["lists"]
    on_it = listpages.trials_on(service.database, row["id"])
    assert [trial.nct_id for trial in on_it] == [hit["nct_id"] for hit in shown["found"]]
    assert [(await tool.delete(path)).status_code for _ in range(2)] == [204, 404]
    assert searchviews.all_searches(service.database) == ()


async def test_search_is_there_for_who_sees_its_list_and_removed_by_who_edits_it(
    service: Service, stack: AsyncExitStack, ada: Person
) -> None:
    owner = await a_tool(stack, service, ada)
    path = f"{API}/{(await owner.post(API, json=ASTHMA)).json()['id']}"
    with service.database.open_snapshot() as work:
        (chosen,) = work.lists.seen_by(ada.id)
    answers = {}
    for role in (None, ListRole.READER, ListRole.EDITOR):
        person = a_person(service, role or "stranger")
        if role is not None:
            share(service, chosen, person, role)
        tool = await a_tool(stack, service, person)
        answers[role] = ((await tool.get(path)).status_code, (await tool.delete(path)).status_code)

    assert answers == {
        None: (404, 404),
        ListRole.READER: (200, 403),
        ListRole.EDITOR: (200, 204),
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Nothing"}, "condition"),
        ({"name": "x", "condition": "asthma", "age": "old"}, "condition"),
        ({"name": "x", "address": "https://elsewhere.example/"}, "address"),
        ({"name": " ", "condition": "asthma"}, "name"),
        ({"condition": "asthma"}, "name"),
        ({"name": "x", "condition": "asthma", "list": " "}, "list"),
        ({"name": "x", "condition": "asthma", "webhook": ["http://10.0.0.1/"]}, "webhook"),
        ({"name": "x", "condition": "asthma", "rhythm": "daily"}, "zone"),
    ],
)
async def test_what_cannot_be_kept_names_its_field_and_nothing_is_kept(
    service: Service, stack: AsyncExitStack, ada: Person, body: dict[str, object], field: str
) -> None:
    tool = await a_tool(stack, service, ada)

    refused = await tool.post(API, json=body)

    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == [field]
    assert searchviews.all_searches(service.database) == ()


async def test_registry_is_not_asked_too_often_for_one_person(
    service: Service, stack: AsyncExitStack, ada: Person
) -> None:
    tool = await a_tool(stack, service, ada)

    tries = [await tool.post(f"{API}/try", json=ASTHMA) for _ in range(MOST_AN_HOUR + 1)]

    assert [answer.status_code for answer in tries[-2:]] == [200, 429]
    assert tries[-1].headers["retry-after"]
    check(tries[-1].json(), "Problem")


async def test_registry_that_cannot_be_asked_is_a_problem(database: Database) -> None:
    service = a_service(database, REGISTRY_URL="http://127.0.0.1:9/api/v2", REGISTRY_RATE="0")
    async with visiting(service) as client:
        answer = await client.post(f"{API}/try", json=ASTHMA)

    assert answer.status_code == 503
    assert "registry" in answer.json()["detail"]
