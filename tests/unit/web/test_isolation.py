"""Every address of the pages, for everybody: no door is open that should not be.

A table of requests by what they touch, tried as the owner, somebody let in to edit, somebody let
in to look, another member, and a stranger. A test at the end holds the table against the
application, so that a new address has to be put in.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx
import pytest

from monitor.domain.people import ListRole, Person, Role
from storage.engine import Database
from tests.unit.web.members import a_list, a_person, an_operator, share, signed_in
from tests.unit.web.site import CHANGES, a_service
from tests.unit.web.told import tell_and_change
from trialwatch.bootstrap import Service
from trialwatch.web.app import make_app

#: Who is tried, in the order of the answers below.
WHO = ("owner", "editor", "reader", "other", "stranger")
#: Let in, as far as rights go: whatever else is wrong with the empty form.
YES = frozenset({200, 303, 409, 422})
DONE = {204}
TO_ENTRANCE, NO, NOT_THERE, NO_KEY = {303}, {403}, {404}, {401}

EVERYBODY = (YES, YES, YES, YES, TO_ENTRANCE)
TOOLS_OF_LIST = (YES, YES, YES, NOT_THERE, NO_KEY)
TOOLS_OWN = (YES, NOT_THERE, NOT_THERE, NOT_THERE, NO_KEY)
OF_TOOLS = (YES, YES, YES, YES, NO_KEY)
OF_LIST = (YES, YES, YES, NOT_THERE, TO_ENTRANCE)
TO_EDIT = (YES, YES, NO, NOT_THERE, TO_ENTRANCE)
OF_OWNER = (YES, NO, NO, NOT_THERE, TO_ENTRANCE)
#: Targets and what goes to them belong to one person, shared list or not.
OWN = (YES, NOT_THERE, NOT_THERE, NOT_THERE, TO_ENTRANCE)
OF_OPERATOR = (NOT_THERE, NOT_THERE, NOT_THERE, NOT_THERE, TO_ENTRANCE)

TABLE = {
    "GET /": EVERYBODY,
    "GET /changes": EVERYBODY,
    "GET /trials/{nct}": OF_LIST,
    "GET /changes.{form}": OF_TOOLS,
    "GET /trials/{nct}/changes.{form}": TOOLS_OF_LIST,
    "GET /trials/{nct}/dates.ics": TOOLS_OF_LIST,
    "GET /trials/{nct}/badge.svg": TOOLS_OF_LIST,
    "GET /trials/{nct}/compare": OF_LIST,
    "GET /trials/{nct}/timeline": OF_LIST,
    "GET /trials/{nct}/rules": OF_LIST,
    "GET /trials/{nct}/places": OF_LIST,
    "GET /api/v1/changes": OF_TOOLS,
    "GET /api/v1/deliveries": OF_TOOLS,
    "GET /api/v1/export/{what}.{form}": OF_TOOLS,
    "GET /api/v1/trials": OF_TOOLS,
    "GET /api/v1/trials/{nct_id}": TOOLS_OF_LIST,
    "GET /api/v1/trials/{nct_id}/compare?from=1&to=2": TOOLS_OF_LIST,
    "GET /api/v1/trials/{nct_id}/summary": TOOLS_OF_LIST,
    "GET /api/v1/trials/{nct_id}/versions": TOOLS_OF_LIST,
    "GET /api/v1/trials/{nct_id}/versions/{version}": TOOLS_OF_LIST,
    "GET /api/v1/lists": OF_TOOLS,
    "POST /api/v1/lists": (YES, YES, YES, YES, NO_KEY),
    "GET /api/v1/lists/{list_id}": TOOLS_OF_LIST,
    "POST /api/v1/lists/{list_id}/subscriptions": TOOLS_OF_LIST,
    "POST /api/v1/lists/{list_id}/preview": TOOLS_OF_LIST,
    "GET /api/v1/searches": OF_TOOLS,
    "POST /api/v1/searches": OF_TOOLS,
    "POST /api/v1/searches/try": OF_TOOLS,
    # A search is seen by who sees its list: test_api_searches.
    "GET /api/v1/searches/{search_id}": (NOT_THERE,) * 4 + (NO_KEY,),
    "DELETE /api/v1/searches/{search_id}": (NOT_THERE,) * 4 + (NO_KEY,),
    "GET /api/v1/watches": OF_TOOLS,
    "POST /api/v1/watches": OF_TOOLS,
    "POST /api/v1/watches/end": OF_TOOLS,
    "GET /api/v1/deliveries/{delivery_id}": TOOLS_OWN,
    "POST /api/v1/replays": OF_TOOLS,
    "GET /api/v1/targets": OF_TOOLS,
    "POST /api/v1/targets/notices": OF_TOOLS,
    "POST /api/v1/targets/{target_id}/ask": TOOLS_OWN,
    "GET /api/v1/trials/{nct_id}/rules?rule=I.1": TOOLS_OF_LIST,
    "GET /api/v1/lists/{list_id}/public": (YES, NO, NO, NOT_THERE, NO_KEY),
    "POST /api/v1/lists/{list_id}/public": (YES, NO, NO, NOT_THERE, NO_KEY),
    # There is one as long as the owner has not closed it.
    "DELETE /api/v1/lists/{list_id}/public": (DONE, NO, NO, NOT_THERE, NO_KEY),
    "POST /api/v1/targets": OF_TOOLS,
    "POST /api/v1/targets/{target_id}/test": TOOLS_OWN,
    "POST /api/v1/targets/{target_id}/secret": TOOLS_OWN,
    "POST /api/v1/targets/{target_id}/replay": TOOLS_OWN,
    "POST /api/v1/deliveries/{delivery_id}/replay": TOOLS_OWN,
    "GET /deliveries": EVERYBODY,
    "GET /deliveries/{delivery_id}": OWN,
    "GET /deliveries/{delivery_id}/html": OWN,
    "POST /deliveries/{delivery_id}/replay": OWN,
    "GET /lists": EVERYBODY,
    # Readers have no lists of their own.
    "POST /lists": (YES, YES, NO, YES, TO_ENTRANCE),
    "GET /lists/{list_id}": OF_LIST,
    "GET /lists/{list_id}/changes.{form}": TOOLS_OF_LIST,
    "GET /lists/{list_id}/dates.ics": TOOLS_OF_LIST,
    "GET /lists/{list_id}/tell": OF_LIST,
    "POST /lists/{list_id}/tell": OF_LIST,
    "POST /lists/{list_id}/tell/preview": OF_LIST,
    "GET /lists/{list_id}/search": TO_EDIT,
    "POST /lists/{list_id}/search": TO_EDIT,
    "POST /lists/{list_id}/search/try": TO_EDIT,
    # A search is seen by who sees its list: test_search_pages.
    "GET /searches/{search_id}": (NOT_THERE,) * 4 + (TO_ENTRANCE,),
    "GET /searches/{search_id}/changes.{form}": (NOT_THERE,) * 4 + (NO_KEY,),
    "POST /lists/{list_id}/searches/{search_id}/remove": (
        *(NOT_THERE, NOT_THERE, NO, NOT_THERE, TO_ENTRANCE),
    ),
    "POST /lists/{list_id}/trials": TO_EDIT,
    "GET /lists/{list_id}/trials/{nct}/note": TO_EDIT,
    "POST /lists/{list_id}/trials/{nct}/note": TO_EDIT,
    "GET /api/v1/lists/{list_id}/trials/{nct_id}": TOOLS_OF_LIST,
    "PATCH /api/v1/lists/{list_id}/trials/{nct_id}": (YES, YES, NO, NOT_THERE, NO_KEY),
    "POST /lists/{list_id}/trials/remove": TO_EDIT,
    "POST /lists/{list_id}/rename": OF_OWNER,
    "GET /lists/{list_id}/public": OF_OWNER,
    "POST /lists/{list_id}/public": OF_OWNER,
    "POST /lists/{list_id}/public/close": OF_OWNER,
    "POST /lists/{list_id}/public/notes": OF_OWNER,
    "POST /lists/{list_id}/members": OF_OWNER,
    "POST /lists/{list_id}/members/{person_id}/remove": OF_OWNER,
    "PATCH /api/v1/targets/{target_id}": TOOLS_OWN,
    "POST /api/v1/lists/{list_id}/trials": (YES, YES, NO, NOT_THERE, NO_KEY),
    # Who comes last, the owner, finds gone what the editor took away.
    "DELETE /api/v1/lists/{list_id}/trials/{nct_id}": (NOT_THERE, DONE, NO, NOT_THERE, NO_KEY),
    "PATCH /api/v1/lists/{list_id}": (YES, NO, NO, NOT_THERE, NO_KEY),
    "DELETE /api/v1/subscriptions/{subscription_id}": (DONE, *(NOT_THERE,) * 3, NO_KEY),
    "POST /told/{subscription_id}/end": (NOT_THERE,) * 4 + (TO_ENTRANCE,),
    "DELETE /api/v1/lists/{list_id}": (DONE, NO, NO, NOT_THERE, NO_KEY),
    "POST /lists/{list_id}/remove": (*(NOT_THERE,) * 4, TO_ENTRANCE),
    "GET /targets": EVERYBODY,
    "POST /targets": EVERYBODY,
    "POST /targets/{target_id}/test": OWN,
    "POST /targets/{target_id}/secret": OWN,
    "POST /targets/{target_id}/ask": OWN,
    "POST /targets/{target_id}/hearing": OWN,
    "POST /targets/{target_id}/off": OWN,
    "POST /targets/{target_id}/on": OWN,
    "POST /targets/{target_id}/replay": OWN,
    "GET /service": OF_OPERATOR,
    "GET /service/kept-aside/{nct}": OF_OPERATOR,
    "GET /people": OF_OPERATOR,
    "POST /people": OF_OPERATOR,
    "POST /people/{person_id}/link": OF_OPERATOR,
    "POST /people/{person_id}/role": OF_OPERATOR,
    "POST /people/{person_id}/remove": OF_OPERATOR,
    # For the first run alone: everybody here has signed in.
    "GET /welcome": OF_OPERATOR,
    "POST /welcome": OF_OPERATOR,
    "GET /account": EVERYBODY,
    "GET /account/archive.zip": EVERYBODY,
    "POST /account/keys": EVERYBODY,
    "POST /account/look": EVERYBODY,
    # Nobody here is tied to an institution: tests/integration/web/test_institution.py.
    "POST /account/institution/end": (NOT_THERE,) * 4 + (TO_ENTRANCE,),
    "POST /account/keys/{key_id}/end": (NOT_THERE,) * 4 + (TO_ENTRANCE,),
    "POST /account/passkeys/options": EVERYBODY,
    "POST /account/passkeys": EVERYBODY,
    "POST /account/passkeys/{passkey_id}/remove": (NOT_THERE,) * 4 + (TO_ENTRANCE,),
    "GET /account/leave": EVERYBODY,
    "POST /account/leave": EVERYBODY,
}
#: Open to all, for a reason given where they are tested; or they end what the rest needs, or never
#: end (the stream, which asks who is there as its neighbours do).
OPEN = frozenset(
    {
        *("GET /sign-in", "POST /sign-in", "GET /sign-in/{token}", "POST /sign-in/{token}"),
        *("POST /sign-in-by-passkey", "POST /sign-in-by-passkey/options"),
        *("GET /institution", "GET /institution/back"),
        *("POST /sign-out", "GET /u/{token}", "POST /u/{token}", "GET /health", "GET /alive"),
        "POST /hooks/bounces/{provider}",
        *("GET /c/{token}", "POST /c/{token}", "GET /metrics"),
        *("GET /l/{token}", "GET /l/{token}/changes.{form}", "GET /l/{token}/dates.ics"),
        *("GET /l/{token}/trials/{nct}/badge.svg", "GET /api/v1/changes/stream"),
        *("POST /account/password", "POST /account/sign-out-everywhere"),
    }
)


@dataclass(frozen=True, slots=True)
class Site:
    """Clients by who they are, and the numbers of the owner's things."""

    clients: dict[str, httpx.AsyncClient]
    numbers: dict[str, str]


def _people(service: Service) -> dict[str, Person | None]:
    an_operator(service)
    people: dict[str, Person | None] = {
        name: a_person(service, name, Role.READER if name == "reader" else Role.MEMBER)
        for name in WHO[:-1]
    }
    return people | {"stranger": None}


async def _owned(
    service: Service, owner: Person, people: dict[str, Person | None]
) -> dict[str, str]:
    """Make what the owner has; return what stands for each part of an address."""
    chosen = a_list(service, owner, CHANGES)
    for name, role in (("editor", ListRole.EDITOR), ("reader", ListRole.READER)):
        person = people[name]
        assert person is not None
        share(service, chosen, person, role)
    told = await tell_and_change(service, owner, chosen)
    return {
        "nct": CHANGES,
        "nct_id": CHANGES,
        "version": "1",
        "what": "changes",
        "form": "atom",
        "list_id": str(chosen.id),
        "person_id": "99",
        "key_id": "99",
        "passkey_id": "99",
        "search_id": "99",
        **told,
    }


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    service = a_service(database)
    people = _people(service)
    owner = people["owner"]
    assert owner is not None
    numbers = await _owned(service, owner, people)
    async with AsyncExitStack() as stack:
        clients = {
            name: await stack.enter_async_context(signed_in(service, person))
            for name, person in people.items()
        }
        yield Site(clients, numbers)


async def test_every_door_is_open_to_whom_it_should_be_and_nobody_else(site: Site) -> None:
    # Strangers first and the owner last: what the owner may do takes things away.
    wrong = []
    for route, expected in TABLE.items():
        method, path = route.split(" ")
        for name, allowed in reversed(tuple(zip(WHO, expected, strict=True))):
            client = site.clients[name]
            address = path.format(**site.numbers)
            answer = await client.request(method, address)
            got = answer.status_code
            entrance = answer.headers.get("location", "").startswith("/sign-in")
            if got not in allowed or (allowed is TO_ENTRANCE) is not entrance:
                wrong.append(f"{name}: {route} gave {got}")

    assert wrong == []


def test_the_table_holds_every_address(database: Database) -> None:
    described = make_app(a_service(database), None).openapi()["paths"]
    there = {
        f"{method.upper()} {path}" for path, methods in described.items() for method in methods
    }

    assert there - OPEN - {route.partition("?")[0] for route in TABLE} == set()
    assert {route.partition("?")[0] for route in TABLE} - there == set()


async def test_what_belongs_to_others_is_in_no_answer_to_a_tool(site: Site) -> None:
    for path in ("trials", "deliveries", "changes"):
        owners = (await site.clients["owner"].get(f"/api/v1/{path}")).json()[path]
        others = (await site.clients["other"].get(f"/api/v1/{path}")).json()[path]

        assert (len(owners), others) == (1, []), path


async def test_changes_of_a_list_are_there_for_who_sees_it_alone(site: Site) -> None:
    path = f"/api/v1/changes?list={site.numbers['list_id']}"
    answers = {name: await client.get(path) for name, client in site.clients.items()}

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "owner": 200,
        "editor": 200,
        "reader": 200,
        "other": 404,
        "stranger": 401,
    }
    assert answers["reader"].json() == answers["owner"].json()


async def test_trial_that_others_watch_answers_a_member_as_one_that_nobody_watches(
    site: Site,
) -> None:
    client = site.clients["other"]
    for path in ("/api/v1/trials/{}", "/trials/{}", "/trials/{}/badge.svg", "/trials/{}/rules"):
        watched, unknown = [
            await client.get(path.format(number)) for number in (CHANGES, "NCT99000009")
        ]

        assert watched.status_code == unknown.status_code == 404, path
        assert watched.text.replace(CHANGES, "X") == unknown.text.replace("NCT99000009", "X"), path


async def test_stream_asks_who_is_there(site: Site) -> None:
    assert (await site.clients["stranger"].get("/api/v1/changes/stream")).status_code == 401
