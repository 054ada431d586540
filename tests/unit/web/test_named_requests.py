"""Requests that tools name are done once; how many a key may send."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from monitor.domain.people import Person
from storage import keptanswers
from storage.engine import Database
from storage.keptanswers import Named
from tests.builders import NOON
from tests.servers.receiver import receiver, status
from tests.unit.web.members import a_key, a_person, an_operator
from tests.unit.web.site import CHANGES, a_service, visiting
from trialwatch.bootstrap import Service
from trialwatch.web.quota import Quota

API = "/api/v1"
NAME = "Idempotency-Key"


@pytest.fixture
def service(database: Database) -> Service:
    return a_service(database, WEBHOOK_ALLOW="127.0.0.0/8")


@pytest.fixture
async def tool(service: Service, ada: Person) -> AsyncIterator[httpx.AsyncClient]:
    """A tool with a key that writes."""
    async with visiting(service, peer="203.0.113.5", host="watch.example") as client:
        client.headers["authorization"] = f"Bearer {a_key(service, ada)}"
        yield client


async def lists_of(tool: httpx.AsyncClient) -> list[str]:
    return [row["name"] for row in (await tool.get(f"{API}/lists")).json()["lists"]]


async def test_named_request_sent_twice_is_done_once(tool: httpx.AsyncClient) -> None:
    body = {"name": "Robots", "text": CHANGES}

    first, again = [
        await tool.post(f"{API}/lists", json=body, headers={NAME: "one"}) for _ in range(2)
    ]

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await lists_of(tool) == ["Robots"]


async def test_name_used_for_something_else_is_refused(tool: httpx.AsyncClient) -> None:
    await tool.post(f"{API}/lists", json={"name": "Robots"}, headers={NAME: "one"})

    other = await tool.post(f"{API}/lists", json={"name": "Tired"}, headers={NAME: "one"})
    wrong = await tool.post(f"{API}/lists", json={"name": "Tired"}, headers={NAME: "a b"})

    assert (other.status_code, wrong.status_code) == (422, 422)
    (error,) = other.json()["errors"]
    assert (error["field"], error["in"]) == (NAME, "header")
    assert await lists_of(tool) == ["Robots"]


async def test_names_of_two_keys_have_nothing_to_do_with_each_other(
    service: Service, ada: Person, tool: httpx.AsyncClient
) -> None:
    first = await tool.post(f"{API}/lists", json={"name": "Robots"}, headers={NAME: "one"})
    tool.headers["authorization"] = f"Bearer {a_key(service, ada)}"
    second = await tool.post(f"{API}/lists", json={"name": "Tired"}, headers={NAME: "one"})

    assert (first.status_code, second.status_code) == (201, 201)


async def test_refused_request_may_be_put_right_under_its_name(tool: httpx.AsyncClient) -> None:
    refused = await tool.post(f"{API}/lists", json={"name": " "}, headers={NAME: "one"})
    mended = await tool.post(f"{API}/lists", json={"name": "Robots"}, headers={NAME: "one"})

    assert (refused.status_code, mended.status_code) == (422, 201)


async def test_of_two_at_once_one_is_worked_on(tool: httpx.AsyncClient) -> None:
    go_on = asyncio.Event()
    named = {NAME: "one"}

    async def slow(writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        await status(204)(writer)

    async with receiver() as hooks:
        hooks.answer(slow)
        body = {"channel": "webhook", "address": hooks.url}
        made = await tool.post(f"{API}/targets", json=body)
        path = f"{API}/targets/{made.json()['id']}/test"
        first = asyncio.create_task(tool.post(path, headers=named))
        await hooks.until(1)
        second = await tool.post(path, headers=named)
        go_on.set()
        answered = await first
        third = await tool.post(path, headers=named)

    assert (second.status_code, second.headers["retry-after"]) == (409, "1")
    assert answered.json()["taken"]
    assert third.content == answered.content
    assert len(hooks.requests) == 1


def test_answers_are_kept_for_a_day_and_a_dead_claim_is_free_again(database: Database) -> None:
    one = Named(caller="key", key="one", person_id=1, request=b"asked")
    two = Named(caller="key", key="two", person_id=1, request=b"asked")
    later, day = NOON + timedelta(minutes=6), NOON + timedelta(hours=25)

    assert keptanswers.claim(database, one, now=NOON) is None
    assert keptanswers.claim(database, two, now=NOON) is None
    keptanswers.keep(database, one, status=201, body=b"{}")

    kept = keptanswers.claim(database, one, now=later)
    assert kept is not None
    assert (kept.status, kept.body) == (201, b"{}")
    assert keptanswers.claim(database, two, now=later) is None
    assert keptanswers.claim(database, one, now=day) is None


async def test_answers_say_how_many_requests_are_left(database: Database) -> None:
    service = a_service(database, API_RATE="2")
    an_operator(service)
    ada, bob = a_person(service, "ada"), a_person(service, "bob")
    async with visiting(service, peer="203.0.113.5", host="watch.example") as client:
        client.headers["authorization"] = f"Bearer {a_key(service, ada)}"
        answers = [await client.get(f"{API}/lists") for _ in range(3)]
        client.headers["authorization"] = f"Bearer {a_key(service, bob)}"
        other = await client.get(f"{API}/lists")

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"requests";q=2;w=60'
    assert answers[0].headers["ratelimit"].startswith('"requests";r=1;t=')
    assert 0 < int(answers[2].headers["retry-after"]) <= 60
    assert answers[2].headers["content-type"] == "application/problem+json"
    assert other.status_code == 200


def test_quota_is_whole_again_after_a_minute() -> None:
    quota = Quota(most=1)

    spent = [quota.spend("key", NOON + timedelta(seconds=at)) for at in (0, 59.5, 60)]

    assert [left.refused for left in spent] == [False, True, False]
    assert [left.seconds for left in spent] == [60, 1, 60]


def test_no_limit_is_no_header() -> None:
    quota = Quota(most=0)

    assert not any(quota.spend("key", NOON).refused for _ in range(1000))
    assert quota.headers(quota.spend("key", NOON)) == {}
