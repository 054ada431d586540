"""The account page's choice of dates, numbers and zone, and the pages that follow it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from monitor.domain.looks import AS_WRITTEN, Dates, Look, Numbers
from monitor.domain.people import OPERATOR, Person
from storage.engine import Database
from tests.unit.web.members import a_list, a_person, an_operator, signed_in
from tests.unit.web.site import CHANGES, a_service, fill, visiting
from trialwatch.bootstrap import Service

CHOSEN = {"dates": "day-first", "numbers": "point", "zone": "Europe/Berlin"}


@pytest.fixture
async def service(database: Database) -> Service:
    service = a_service(database)
    await fill(service)
    return service


@pytest.fixture
def ada(service: Service) -> Person:
    an_operator(service)
    person = a_person(service, "ada")
    a_list(service, person, CHANGES)
    return person


@pytest.fixture
async def client(service: Service, ada: Person) -> AsyncIterator[httpx.AsyncClient]:
    async with signed_in(service, ada) as client:
        yield client


def look_of(service: Service, person_id: int) -> Look:
    with service.database.open_snapshot() as work:
        person = work.people.get(person_id)
    assert person is not None
    return person.look


async def test_choice_is_kept_and_shown(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    answer = await client.post("/account/look", data=CHOSEN)
    page = (await client.get("/account")).text

    assert answer.status_code == 303
    assert look_of(service, ada.id) == Look(
        dates=Dates.DAY_FIRST, numbers=Numbers.POINT, zone="Europe/Berlin"
    )
    assert '<option value="day-first" selected>' in page
    assert '<option value="point" selected>1.234.567' in page
    assert look_of(service, OPERATOR) == AS_WRITTEN, "everybody has their own"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"zone": "Mars/<b>Olympus</b>"}, "is no time zone"),
        ({"zone": "../../etc/passwd"}, "is no time zone"),
        ({"dates": "backwards"}, "Choose how dates and numbers look"),
        ({"numbers": "roman"}, "Choose how dates and numbers look"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_changes(
    service: Service, client: httpx.AsyncClient, ada: Person, wrong: dict[str, str], words: str
) -> None:
    answer = await client.post("/account/look", data=CHOSEN | wrong)

    assert answer.status_code == 422
    assert words in answer.text
    assert "<b>Olympus" not in answer.text
    assert look_of(service, ada.id) == AS_WRITTEN


async def test_pages_follow(client: httpx.AsyncClient) -> None:
    before = (await client.get(f"/trials/{CHANGES}")).text
    await client.post("/account/look", data=CHOSEN)
    after = (await client.get(f"/trials/{CHANGES}")).text
    table = (await client.get(f"/trials/{CHANGES}/timeline")).text

    assert "Release of 2026-03-03" in before
    assert "Release of 3 March 2026" in after
    assert " UTC</td>" in before
    assert " CET</td>" in after
    assert '<th scope="row">3 March 2026' in table


async def test_choosing_nothing_changes_no_byte_of_a_page(client: httpx.AsyncClient) -> None:
    pages = (f"/trials/{CHANGES}", f"/trials/{CHANGES}/timeline", "/changes")
    before = [(await client.get(page)).text for page in pages]
    await client.post("/account/look", data={"dates": "usual", "numbers": "comma", "zone": ""})

    assert [(await client.get(page)).text for page in pages] == before


async def test_operator_at_the_machine_chooses_too(service: Service) -> None:
    async with visiting(service) as client:
        answer = await client.post("/account/look", data=CHOSEN)

    assert answer.status_code == 303
    assert look_of(service, OPERATOR).zone == "Europe/Berlin"
