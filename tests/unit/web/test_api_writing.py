"""The interface for tools that makes and changes: lists, subscriptions, targets."""

from collections.abc import AsyncIterator

import httpx
import pytest

from monitor.domain.people import Person, Role, Scope
from storage import listpages, targetcare
from storage.engine import Database
from tests.servers.receiver import receiver
from tests.unit.web.members import a_key, a_list, a_person, an_operator
from tests.unit.web.site import CHANGES, QUIET, a_service, visiting
from tests.unit.web.test_api import check
from tests.unit.web.test_feeds import release
from tests.unit.web.told import tell_and_change
from trialwatch.bootstrap import Service

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


async def test_list_is_made_filled_renamed_and_removed(tool: httpx.AsyncClient) -> None:
    made = await tool.post(f"{API}/lists", json={"name": " Robots ", "text": f"x {CHANGES}"})
    path = f"{API}/lists/{made.json()['id']}"
    added = await tool.post(f"{path}/trials", json={"text": f"{CHANGES},{QUIET},NCT1"})
    renamed = await tool.patch(path, json={"name": "Tired robots"})
    off = [(await tool.delete(f"{path}/trials/{CHANGES}")).status_code for _ in range(2)]
    shown = (await tool.get(path)).json()

    assert made.status_code == 201
    check(made.json(), "List")
    check(added.json(), "Added")
    assert added.json() == {"added": 1, "there_before": 1, "not_understood": ["NCT1"]}
    assert (made.json()["name"], renamed.json()["name"]) == ("Robots", "Tired robots")
    assert off == [204, 404]
    assert [trial["nct_id"] for trial in shown["trials"]] == [QUIET]
    check((await tool.get(f"{API}/lists")).json(), "Lists")
    assert (await tool.delete(path)).status_code == 204
    assert (await tool.get(path)).status_code == 404


async def test_subscription_is_kept_and_an_address_that_did_not_agree_is_asked(
    service: Service, tool: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)
    path = f"{API}/lists/{chosen.id}/subscriptions"
    body = {"email": "ada@example.org", "topics": ["status"], "rhythm": "daily", "zone": "UTC"}

    made = await tool.post(path, json=body)
    again = await tool.post(path, json={"target_id": made.json()["target_id"]})

    assert made.status_code == 201
    check(made.json(), "Subscription")
    assert made.json()["state"] == "unconfirmed"
    assert made.json()["hours"] == "daily at 07:00 (UTC)"
    assert (again.json()["id"], again.json()["topics"]) == (made.json()["id"], [])
    gone = [
        (await tool.delete(f"{API}/subscriptions/{made.json()['id']}")).status_code
        for _ in range(2)
    ]
    assert gone == [204, 404]
    assert listpages.told(service.database, ada.id) == ()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "ada@example.org", "topics": ["weather"]}, "topics"),
        ({"email": "ada@example.org", "min_severity": "huge"}, "min_severity"),
        ({"email": "ada@example.org", "rhythm": "daily"}, "zone"),
        ({"target_id": 99}, "target_id"),
        ({"target_id": 0}, "target_id"),
    ],
)
async def test_what_cannot_be_used_is_named_with_its_fix(
    service: Service, tool: httpx.AsyncClient, ada: Person, body: dict[str, object], field: str
) -> None:
    chosen = a_list(service, ada, CHANGES)

    answer = await tool.post(f"{API}/lists/{chosen.id}/subscriptions", json=body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    check(answer.json(), "Problem")
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert error["fix"]


async def test_preview_says_what_a_choice_would_have_sent(
    service: Service, tool: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)
    await tell_and_change(service, ada, chosen)
    path = f"{API}/lists/{chosen.id}/preview"

    everything = (await tool.post(path, json={"rhythm": "at-once"})).json()
    places = (await tool.post(path, json={"topics": ["places"]})).json()

    check(everything, "Preview")
    assert (everything["messages"], places["messages"]) == (1, 0)


async def test_preview_comes_in_pages_that_hold_each_alert_once(
    service: Service, tool: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)
    await tell_and_change(service, ada, chosen)
    await release(service, "SUSPENDED", "RECRUITING")
    path = f"{API}/lists/{chosen.id}/preview"
    whole = (await tool.post(path, json={})).json()

    found, after = [], ""
    while after is not None:
        page = (await tool.post(f"{path}?limit=1{after and '&after='}{after}", json={})).json()
        check(page, "Preview")
        assert page["messages"] == whole["messages"]
        found += page["alerts"]
        after = page["next"]

    assert found == whole["alerts"]
    assert len(found) > 1
    assert whole["next"] is None
    wrong = await tool.post(f"{path}?after=nobody", json={})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "after")


async def test_webhook_is_added_tested_renewed_and_switched(
    service: Service, tool: httpx.AsyncClient, ada: Person
) -> None:
    async with receiver() as hooks:
        body = {"channel": "webhook", "address": hooks.url}
        made = await tool.post(f"{API}/targets", json=body)
        twice = await tool.post(f"{API}/targets", json=body)
        path = f"{API}/targets/{made.json()['id']}"
        tested = (await tool.post(f"{path}/test")).json()
    renewed = (await tool.post(f"{path}/secret")).json()
    again = await tool.post(f"{path}/secret")
    off = (await tool.patch(path, json={"state": "disabled"})).json()
    on = (await tool.patch(path, json={"state": "active"})).json()

    assert (made.status_code, twice.status_code, again.status_code) == (201, 200, 409)
    check(made.json(), "Target")
    check(tested, "TestAnswer")
    assert tested == {"taken": True, "status": 204, "reason": "", "detail": ""}
    assert made.json()["secret"].startswith("whsec_")
    assert "secret" not in twice.json()
    assert renewed["secret"] != made.json()["secret"]
    assert (off["state"], on["state"]) == ("disabled", "active")
    listed = (await tool.get(f"{API}/targets")).json()
    check(listed, "Targets")
    assert "secret" not in listed["targets"][0]
    assert "whsec_" not in str(listed)
    (target,) = targetcare.all_targets(service.database, of=ada.id)
    assert target.secret == renewed["secret"]


async def test_delivery_is_sent_again(
    service: Service, tool: httpx.AsyncClient, ada: Person
) -> None:
    numbers = await tell_and_change(service, ada, a_list(service, ada, CHANGES))
    path = f"{API}/deliveries/{numbers['delivery_id']}/replay"

    answers = [await tool.post(path) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[0].json() == {"deliveries": 1}
    others = await tool.post(f"{API}/deliveries/none/replay")
    assert others.status_code == 404


async def test_key_that_reads_changes_nothing(service: Service, ada: Person) -> None:
    chosen = a_list(service, ada, CHANGES)
    async with visiting(service, peer="203.0.113.5", host="watch.example") as client:
        client.headers["authorization"] = f"Bearer {a_key(service, ada, Scope.READ)}"
        assert (await client.get(f"{API}/lists/{chosen.id}")).status_code == 200
        refused = await client.delete(f"{API}/lists/{chosen.id}")

    assert refused.status_code == 403
    assert "only reads" in refused.json()["detail"]


async def test_key_of_who_only_reads_by_now_only_reads(service: Service, ada: Person) -> None:
    chosen = a_list(service, ada, CHANGES)
    key = a_key(service, ada)
    with service.database.open_work() as work:
        work.people.change(ada.id, role=Role.READER)
        work.commit()
    async with visiting(service, peer="203.0.113.5", host="watch.example") as client:
        client.headers["authorization"] = f"Bearer {key}"
        refused = await client.delete(f"{API}/lists/{chosen.id}")

    assert refused.status_code == 403


@pytest.mark.parametrize("key", ["tw_wrong", "", "x" * 5_000])
async def test_wrong_key_is_told_how_to_get_one(service: Service, ada: Person, key: str) -> None:
    del ada
    async with visiting(service) as client:
        client.headers["authorization"] = f"Bearer {key}"
        answer = await client.get(f"{API}/lists")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    check(answer.json(), "Problem")


async def test_reader_makes_no_lists(service: Service) -> None:
    an_operator(service)
    reader = a_person(service, "reader", Role.READER)
    async with visiting(service) as client:
        client.headers["authorization"] = f"Bearer {a_key(service, reader)}"
        answer = await client.post(f"{API}/lists", json={"name": "Mine"})

    assert answer.status_code == 403


async def test_trials_are_watched_by_the_name_of_a_list_and_let_go(tool: httpx.AsyncClient) -> None:
    async with receiver() as hooks:
        body = {"nct_ids": [CHANGES.lower(), QUIET], "list": "Robots", "webhook": [hooks.url]}
        made = await tool.post(f"{API}/watches", json=body)
        again = await tool.post(f"{API}/watches", json=body)
    seen = (await tool.get(f"{API}/watches")).json()
    ended = await tool.post(f"{API}/watches/end", json={"nct_ids": [CHANGES], "list": "Robots"})

    assert (made.status_code, again.status_code, ended.status_code) == (201, 201, 200)
    for answer, schema in ((made.json(), "Watched"), (seen, "Watches"), (ended.json(), "Ended")):
        check(answer, schema)
    assert made.json()["targets"][0]["secret"].startswith("whsec_")
    assert "secret" not in again.json()["targets"][0]
    assert [row["nct_id"] for row in seen["watches"]] == [CHANGES, QUIET]
    assert [row["held"] for row in made.json()["watches"]] == [None, None]
    assert ended.json() == {"ended": [{"nct_id": CHANGES, "removed_from_lists": 1}]}


async def test_watch_says_what_is_held_of_a_trial_already(
    service: Service, tool: httpx.AsyncClient
) -> None:
    await tool.post(f"{API}/watches", json={"nct_ids": [CHANGES]})
    await release(service, "RECRUITING")
    body = {"nct_ids": [CHANGES], "list": "Robots"}

    made, again = [
        await tool.post(f"{API}/watches", json=body, headers={NAME: "one"}) for _ in range(2)
    ]

    (row,) = made.json()["watches"]
    check(made.json(), "Watched")
    assert row["held"]["version"] == 1
    assert row["held"]["seen_at"].startswith("2026-03-")
    assert again.json() == made.json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"nct_ids": ["NCT1x"]}, "nct_ids"),
        ({"nct_ids": []}, "nct_ids"),
        ({"nct_ids": [CHANGES], "list": " "}, "list"),
        ({"nct_ids": [CHANGES], "email": ["ada at home"]}, "email"),
        ({"nct_ids": [CHANGES], "webhook": ["http://10.0.0.1/"]}, "webhook"),
        ({"nct_ids": [CHANGES], "rhythm": "daily"}, "zone"),
        ({"nct_ids": [CHANGES], "near": "Nowhere at all"}, "near"),
    ],
)
async def test_wrong_wish_names_its_field_and_nothing_is_watched(
    tool: httpx.AsyncClient, body: dict[str, object], field: str
) -> None:
    refused = await tool.post(f"{API}/watches", json=body)

    assert refused.status_code == 422
    assert [fault["field"].partition(".")[0] for fault in refused.json()["errors"]] == [field]
    assert (await tool.get(f"{API}/watches")).json()["watches"] == []


async def test_replay_wants_ids_or_a_time(tool: httpx.AsyncClient) -> None:
    both = {"ids": ["one-1"], "since": "2026-03-09T12:00:00"}
    for body in ({}, both):
        refused = await tool.post(f"{API}/replays", json=body)

        assert refused.status_code == 422
    since = {"since": "2026-03-09T12:00:00", "target_id": 99}
    assert (await tool.post(f"{API}/replays", json=since)).status_code == 404
