"""The first run, accounts, keys, and the operator's page of people."""

import re
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from fastapi import Request

from monitor.accounts.keys import whose_key
from monitor.domain.people import OPERATOR, Person, Role, Scope
from storage.engine import Database
from tests.unit.web.members import PASSWORD, a_key, a_list, a_person, an_operator, signed_in
from tests.unit.web.site import CHANGES, a_service, visiting
from trialwatch.bootstrap import Service
from trialwatch.web.quota import Quota
from trialwatch.web.visitors import By, calling

SECRET = re.compile(r'<code class="secret">(.*?)</code>')


@pytest.fixture
def service(database: Database) -> Service:
    return a_service(database)


async def test_first_run_makes_the_operators_sign_in_and_closes_behind_them(
    service: Service,
) -> None:
    async with visiting(service) as neighbour:
        form = {"email": "op@example.org", "password": PASSWORD}
        answer = await neighbour.post("/welcome", data=form)
        assert answer.status_code == 303
        assert (await neighbour.get("/service")).status_code == 200
        assert (await neighbour.post("/welcome", data=form)).status_code == 404
    async with visiting(service) as another:
        assert (await another.get("/")).status_code == 303
        assert (await another.post("/welcome", data=form)).status_code == 303


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"email": "nothing", "password": PASSWORD}, "nothing"),
        ({"email": "op@example.org", "password": "short"}, "at least 10 characters"),
        ({"email": "op@example.org", "password": "a" * 20}, "too easy to guess"),
        ({"email": "op@example.org", "password": "ab" * 150}, "at most 200"),
    ],
)
async def test_first_run_says_what_is_wrong_and_leaves_the_door_as_it_was(
    service: Service, form: dict[str, str], words: str
) -> None:
    async with visiting(service) as neighbour:
        answer = await neighbour.post("/welcome", data=form)

        assert answer.status_code == 422
        assert words in answer.text
        assert (await neighbour.get("/")).status_code == 200


async def test_far_visitor_sees_nothing_before_there_is_a_sign_in(service: Service) -> None:
    async with signed_in(service, None) as stranger:
        assert (await stranger.get("/welcome")).status_code == 404
        assert (await stranger.post("/welcome")).status_code == 404


async def test_key_is_shown_once_and_works_until_it_is_ended(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    page = (await client.post("/account/keys", data={"name": "sheet", "scope": "write"})).text
    found = SECRET.search(page)
    assert found
    text = found[1]

    assert text.startswith("tw_")
    assert text not in (await client.get("/account")).text
    with service.database.open_snapshot() as work:
        assert whose_key(work.people, text) == (ada, Scope.WRITE)
        (key,) = work.people.keys(ada.id)
    await client.post(f"/account/keys/{key.id}/end")
    with service.database.open_snapshot() as work:
        assert whose_key(work.people, text) is None


async def test_reader_gets_a_key_that_only_reads(service: Service) -> None:
    an_operator(service)
    reader = a_person(service, "reader", Role.READER)

    text = a_key(service, reader, Scope.WRITE)

    with service.database.open_snapshot() as work:
        assert whose_key(work.people, text) == (reader, Scope.READ)


@pytest.mark.parametrize("name", ["", " ", "n" * 61, "a\tb"])
async def test_key_needs_a_name(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.post("/account/keys", data={"name": name})).status_code == 422


def _asking(service: Service, key: str, method: str = "GET") -> Request:
    """A request as FastAPI hands it to what asks who is there."""
    return cast(
        "Request",
        SimpleNamespace(
            app=SimpleNamespace(state=SimpleNamespace(service=service, quota=Quota(most=0))),
            headers={"authorization": f"Bearer {key}"},
            method=method,
            state=SimpleNamespace(),
            url=SimpleNamespace(path="/api/v1/trials", query=""),
        ),
    )


def test_tool_is_known_by_its_key_and_its_use_is_noted(service: Service, ada: Person) -> None:
    visitor = calling(_asking(service, a_key(service, ada)))

    assert (visitor.person, visitor.by, visitor.scope) == (ada, By.KEY, Scope.WRITE)
    with service.database.open_snapshot() as work:
        (key,) = work.people.keys(ada.id)
    assert key.used_at is not None


async def test_new_password_needs_the_present_one_and_ends_every_session(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    first = await client.post("/account/password", data={"password": PASSWORD})
    assert first.headers["location"] == "/sign-in"
    async with signed_in(service, ada) as again:
        wrong = {"password": "four new words here", "present": "guess"}
        refused = await again.post("/account/password", data=wrong)
        assert refused.status_code == 422
        assert "present password is another" in refused.text
        right = wrong | {"present": PASSWORD}
        assert (await again.post("/account/password", data=right)).status_code == 303
        assert (await again.get("/account")).status_code == 303, "signed out by it"


async def test_signing_out_everywhere_ends_other_sessions(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    async with signed_in(service, ada) as elsewhere:
        await client.post("/account/sign-out-everywhere")

        assert (await elsewhere.get("/")).headers["location"].startswith("/sign-in")


async def test_signing_out_everywhere_ends_keys_and_a_new_password_leaves_them(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    a_key(service, ada)
    page = (await client.get("/account")).text
    await client.post("/account/password", data={"password": PASSWORD})
    with service.database.open_snapshot() as work:
        after_password = len(work.people.keys(ada.id))
    async with signed_in(service, ada) as again:
        await again.post("/account/sign-out-everywhere")

    with service.database.open_snapshot() as work:
        assert (after_password, work.people.keys(ada.id)) == (1, ())
    assert "the keys of your tools stay" in page


async def test_leaving_asks_for_the_address_and_then_deletes(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    a_list(service, ada, CHANGES)

    unsure = await client.post("/account/leave", data={"sure": "yes"})
    assert unsure.status_code == 422
    assert "Nothing was deleted" in unsure.text
    await client.post("/account/leave", data={"sure": "Ada@example.org"})

    with service.database.open_snapshot() as work:
        assert work.people.get(ada.id) is None
    assert (await client.get("/")).status_code == 303


async def test_operator_lets_somebody_in_and_hands_over_the_link(service: Service) -> None:
    operator = an_operator(service)
    async with signed_in(service, operator) as client:
        form = {"email": "mo@example.org", "name": "Mo", "role": "reader"}
        page = (await client.post("/people", data=form)).text
        twice = await client.post("/people", data=form)
    found = SECRET.search(page)
    assert found

    assert twice.status_code == 422
    async with signed_in(service, None) as mo:
        path = found[1].partition("//")[2].partition("/")[2]
        assert (await mo.post(f"/{path}")).status_code == 303
        assert "mo@example.org (reader)" in (await mo.get("/account")).text


async def test_operator_changes_roles_and_removes_people_but_not_the_first(
    service: Service, ada: Person
) -> None:
    operator = an_operator(service)
    async with signed_in(service, operator) as client:
        await client.post(f"/people/{ada.id}/role", data={"role": "reader"})
        codes = [
            (await client.post(f"/people/{OPERATOR}/{what}", data={"role": "reader"})).status_code
            for what in ("role", "remove")
        ]
        with service.database.open_snapshot() as work:
            changed = work.people.get(ada.id)
        await client.post(f"/people/{ada.id}/remove")

    assert codes == [422, 422]
    assert changed is not None
    assert changed.role is Role.READER
    with service.database.open_snapshot() as work:
        assert [person.id for person in work.people.everybody()] == [OPERATOR]
