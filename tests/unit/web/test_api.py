"""The interface for tools: pages, tags, problems."""

import json
from typing import Any

import httpx
import jsonschema
import pytest

from monitor.domain.changes import KINDS
from storage.engine import Database
from tests.unit.web.site import CHANGES, HOOK, QUIET, READER, UNSEEN, a_service, visiting
from tests.unit.web.test_feeds import release
from trialwatch.bootstrap import Service
from trialwatch.web.api.document import schemas
from trialwatch.web.app import make_app

API = "/api/v1"
ANSWERS = {
    f"{API}/changes": "ChangesPage",
    f"{API}/trials": "TrialsPage",
    f"{API}/trials/{CHANGES}": "Trial",
    f"{API}/trials/{UNSEEN}": "Trial",
    f"{API}/trials/{CHANGES}/versions": "VersionsPage",
    f"{API}/trials/{CHANGES}/versions/1": "Record",
    f"{API}/trials/{CHANGES}/summary": "Summary",
    f"{API}/trials/{CHANGES}/compare?from=1&to=2": "Comparison",
    f"{API}/deliveries": "DeliveriesPage",
    f"{API}/watches": "Watches",
    f"{API}/lists/1": "List",
}


def check(value: Any, name: str) -> None:
    """Hold a value against a schema of the document."""
    whole = {"components": {"schemas": schemas()}, "$ref": f"#/components/schemas/{name}"}
    jsonschema.Draft202012Validator(whole).validate(value)


@pytest.mark.parametrize("name", schemas())
def test_examples_are_what_they_are_examples_of(name: str) -> None:
    examples = schemas()[name]["examples"]

    assert examples
    for example in examples:
        check(example, name)


@pytest.mark.parametrize(("path", "name"), ANSWERS.items())
async def test_answer_has_its_shape_and_is_not_sent_twice(
    visitor: httpx.AsyncClient, path: str, name: str
) -> None:
    answer = await visitor.get(path)
    again = await visitor.get(path, headers={"If-None-Match": answer.headers["etag"]})

    assert (answer.status_code, again.status_code) == (200, 304)
    assert answer.headers["content-type"] == "application/json"
    check(answer.json(), name)


async def pages(visitor: httpx.AsyncClient, path: str, name: str) -> list[Any]:
    """Follow a list to its end by its links."""
    found: list[Any] = []
    following: str | None = f"{path}{'&' if '?' in path else '?'}limit=1"
    while following:
        answer = await visitor.get(following)
        assert len(answer.json()[name]) <= 1
        found += answer.json()[name]
        following = answer.links.get("next", {}).get("url")
    return found


@pytest.mark.parametrize(
    ("path", "name", "count"),
    [
        (f"{API}/changes", "changes", 4),
        (f"{API}/trials", "trials", 3),
        (f"{API}/trials/{CHANGES}/versions", "versions", 5),
        (f"{API}/deliveries", "deliveries", 8),
        (f"{API}/watches", "watches", 3),
        (f"{API}/lists/1", "trials", 2),
        (f"{API}/changes?list=1", "changes", 4),
    ],
)
async def test_pages_of_one_hold_what_one_page_holds(
    service: Service, visitor: httpx.AsyncClient, path: str, name: str, count: int
) -> None:
    await release(service, "RECRUITING", "SUSPENDED", "RECRUITING")

    whole = (await visitor.get(path)).json()[name]

    assert await pages(visitor, path, name) == whole
    assert len(whole) == count


async def test_changes_go_on_from_where_a_tool_stopped(
    service: Service, visitor: httpx.AsyncClient
) -> None:
    first = (await visitor.get(f"{API}/changes")).json()
    now = (await visitor.get(f"{API}/changes?after=now")).json()
    await release(service, "RECRUITING")

    fresh = (await visitor.get(f"{API}/changes?after={first['next']}")).json()

    assert now == {"changes": [], "next": first["next"], "more": False}
    assert [change["after"] for change in fresh["changes"]] == ["RECRUITING"]
    assert {change["kind"] for change in first["changes"]} <= set(KINDS)


async def test_changes_are_narrowed(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get(f"{API}/changes?nct_id={QUIET}")).json()["changes"] == []
    told = (await visitor.get(f"{API}/changes?min_severity=critical&nct_id={CHANGES}")).json()
    assert len(told["changes"]) == 1


async def test_changes_of_one_list_go_on_from_where_a_tool_stopped(
    service: Service, visitor: httpx.AsyncClient
) -> None:
    lists = (await visitor.get(f"{API}/lists")).json()["lists"]
    holds, holds_not = (row["id"] for row in sorted(lists, key=lambda row: -row["count"]))
    first = (await visitor.get(f"{API}/changes?list={holds}")).json()
    await release(service, "RECRUITING")

    fresh = (await visitor.get(f"{API}/changes?list={holds}&after={first['next']}")).json()
    others = (await visitor.get(f"{API}/changes?list={holds_not}")).json()

    assert {change["nct_id"] for change in first["changes"]} == {CHANGES}
    assert [change["after"] for change in fresh["changes"]] == ["RECRUITING"]
    assert others["changes"] == []
    assert (await visitor.get(f"{API}/changes?list=99")).status_code == 404


async def test_record_is_given_byte_for_byte(service: Service, visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"{API}/trials/{CHANGES}/versions/2")

    with service.open_work() as work:
        assert answer.content == work.versions.read(CHANGES, 2).raw


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"{API}/trials/NCT99000009", 404, "was never watched here"),
        (f"{API}/trials/NCT00000000", 404, "is not an NCT number"),
        (f"{API}/trials/{CHANGES}/versions/7", 404, "stored are 1 to 2"),
        (f"{API}/trials/{UNSEEN}/summary", 404, "has not been seen yet"),
        (f"{API}/trials/{CHANGES}/compare?from=1&to=9", 404, "has no version 9"),
        (f"{API}/nowhere", 404, "Not Found"),
    ],
)
async def test_what_is_not_there_is_a_problem(
    visitor: httpx.AsyncClient, path: str, status: int, words: str
) -> None:
    answer = await visitor.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    check(answer.json(), "Problem")
    assert words in answer.json()["detail"]
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("path", "field", "fix"),
    [
        (f"{API}/changes?limit=0", "limit", "Send 1 or more."),
        (f"{API}/changes?limit=1001", "limit", "Send 1000 or less."),
        (f"{API}/changes?limit=many", "limit", "Send a whole number."),
        (f"{API}/changes?after=x", "after", "Send a text of the form"),
        (f"{API}/changes?past=perhaps", "past", "Send true or false."),
        (f"{API}/changes?min_severity=loud", "min_severity", "'silent', 'minor'"),
        (f"{API}/trials/NCT1", "nct_id", "Send a text of the form"),
        (f"{API}/trials/{CHANGES}/compare?from=1", "to", "Add it."),
        (f"{API}/deliveries?state=lost", "state", "Send one of"),
    ],
)
async def test_parameter_that_cannot_be_used_is_named_with_its_fix(
    visitor: httpx.AsyncClient, path: str, field: str, fix: str
) -> None:
    answer = await visitor.get(path)

    assert answer.status_code == 422
    check(answer.json(), "Problem")
    [fault] = answer.json()["errors"]
    assert fault["field"] == field
    assert fix in fault["fix"]


async def test_wrong_method_is_a_problem_that_names_the_right_one(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await visitor.post(f"{API}/trials")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    check(answer.json(), "Problem")


async def test_database_in_trouble_is_a_problem_that_names_nothing(service: Service) -> None:
    with service.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE attempts")
        connection.commit()
    async with visiting(service) as visitor:
        answer = await visitor.get(f"{API}/deliveries")

    assert answer.status_code == 503
    check(answer.json(), "Problem")
    assert "trialwatch.db" not in answer.text


@pytest.mark.parametrize("path", [*ANSWERS, f"{API}/changes/stream", f"{API}/openapi.json"])
async def test_strangers_get_nothing(service: Service, path: str) -> None:
    async with visiting(service, peer="198.51.100.7") as stranger:
        answer = await stranger.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_addresses_are_masked(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get(f"{API}/deliveries")).text

    assert "r...@clinic.example" in text
    assert all(secret not in text for secret in (READER, HOOK, "geheim"))


async def test_document_is_openapi_3_1_with_an_answer_for_everything(database: Database) -> None:
    service = a_service(database)
    async with visiting(service) as visitor:
        told = (await visitor.get(f"{API}/openapi.json")).json()

    assert told["openapi"] == "3.1.0"
    assert len(told["paths"]) == 34
    named = json.dumps(told).split('"#/components/schemas/')[1:]
    assert {part.partition('"')[0] for part in named} <= set(told["components"]["schemas"])
    operations = {
        f"{method} {path}": operation
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    }
    for name, operation in operations.items():
        assert operation["summary"], name
        assert operation["description"], name
        assert {"200", "201", "204"} & set(operation["responses"]), name
        assert {"401", "422"} <= set(operation["responses"]), name
        assert all(one.get("description") for one in operation.get("parameters", ())), name
    assert make_app(service, None).openapi_url is None
