"""What one is told of a list is changed from how it stands."""

from datetime import time

import httpx
import pytest

from monitor.alerting.asking import subscribe
from monitor.alerting.preview import Choice
from monitor.domain.changes import Severity
from monitor.domain.near import Near
from monitor.domain.people import Person
from monitor.domain.timings import Quiet, Rhythm, Timing
from monitor.domain.topics import Topic
from monitor.domain.watches import Channel, Subscription
from storage import listpages
from storage.engine import Database
from storage.lists import ListRow
from tests.unit.web.forms import as_it_stands
from tests.unit.web.members import a_list, a_person
from tests.unit.web.site import CHANGES, a_service
from trialwatch.bootstrap import Service

#: Not the one that the name alone means.
SMALL_LEEDS = Near(place="Leeds", latitude=33.5, longitude=-86.5, km=48.28, in_miles=True)
WEEKLY = Timing(
    rhythm=Rhythm.WEEKLY,
    at=time(8, 30),
    weekday=2,
    zone="America/Chicago",
    quiet=Quiet(start=time(22), end=time(7)),
    critical_passes=True,
    most_an_hour=5,
)
OF_PLACES = Choice(topics=frozenset({Topic.PLACES}), near=SMALL_LEEDS)


@pytest.fixture
def service(database: Database) -> Service:
    return a_service(database)


def told(
    service: Service,
    person: Person,
    chosen: ListRow,
    choice: Choice = OF_PLACES,
    timing: Timing | None = WEEKLY,
) -> Subscription:
    with service.database.open_work(person.id) as work:
        target = work.watches.target(
            Channel.EMAIL, f"{person.name}@mail.example", secret="", now=service.clock()
        )
        made = subscribe(
            work,
            target,
            choice,
            list_name=chosen.name,
            timing=timing,
            new_token=lambda: f"token-{person.id}",
            now=service.clock(),
        )
        work.commit()
    return made


async def change(
    client: httpx.AsyncClient, chosen: ListRow, now: Subscription, **fields: str
) -> None:
    """Fill in some fields of the form as it stands, and send it."""
    form = (await client.get(f"/lists/{chosen.id}/tell?told={now.id}")).text
    typed = as_it_stands(form, with_field="severity")
    typed |= {name: [value] for name, value in fields.items()}
    await client.post(f"/lists/{chosen.id}/tell", data=typed)


async def test_form_shows_what_was_chosen_and_keeps_all_that_is_not_touched(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)
    now = told(service, ada, chosen)

    page = (await client.get(f"/lists/{chosen.id}")).text
    await change(client, chosen, now, severity="major")

    assert f"/lists/{chosen.id}/tell?told={now.id}" in page
    (after,) = listpages.told(service.database, ada.id)
    assert after.min_severity is Severity.MAJOR
    assert after.topics == {Topic.PLACES}
    assert after.near_to == SMALL_LEEDS, "a larger town has the same name"
    assert after.timing == WEEKLY, "also the most an hour, which the form does not ask for"


async def test_another_place_is_looked_up(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)
    now = told(service, ada, chosen)

    await change(client, chosen, now, near="Leeds, GB")

    (after,) = listpages.told(service.database, ada.id)
    assert after.near == "within 30 miles of Leeds"
    assert after.near_to != SMALL_LEEDS


async def test_digest_is_ended_and_the_most_an_hour_stays(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)
    now = told(service, ada, chosen)

    await change(client, chosen, now, rhythm="at-once", quiet_from="", quiet_to="", critical="")

    (after,) = listpages.told(service.database, ada.id)
    assert after.hours == "at once, at most 5 an hour"


async def test_nobody_is_shown_what_somebody_else_is_told(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, CHANGES)
    ben = a_person(service, "ben")
    bens = a_list(service, ben, CHANGES)
    of_ben = told(service, ben, bens)

    for list_id in (chosen.id, bens.id):
        answer = await client.get(f"/lists/{list_id}/tell?told={of_ben.id}")

        assert answer.status_code == 404
