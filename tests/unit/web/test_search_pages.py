"""Searches by the pages, against a registry on loopback."""

from collections.abc import AsyncIterator

import httpx
import pytest

from monitor.domain.people import ListRole, Person
from simulator.made import open_stories
from simulator.serve import running
from storage import listpages, searchviews
from storage.engine import Database
from storage.lists import ListRow
from tests.unit.web.members import a_list, a_person, an_operator, share, signed_in
from tests.unit.web.site import a_service
from trialwatch.bootstrap import Service
from trialwatch.outside import registry_of
from trialwatch.web.registry import MOST_AN_HOUR, Asking


@pytest.fixture
async def service(database: Database) -> AsyncIterator[Service]:
    async with running(open_stories()) as registry:
        yield a_service(database, REGISTRY_URL=registry.url, REGISTRY_RATE="0")


@pytest.fixture
def chosen(service: Service, ada: Person) -> ListRow:
    return a_list(service, ada)


ASTHMA = {"condition": "asthma"}


async def test_search_is_tried_kept_shown_and_removed(
    service: Service, client: httpx.AsyncClient, ada: Person, chosen: ListRow
) -> None:
    path = f"/lists/{chosen.id}/search"

    tried = (await client.post(f"{path}/try", data=ASTHMA)).text
    assert searchviews.all_searches(service.database, of=ada.id) == ()
    kept = await client.post(path, data=ASTHMA | {"follow": "1"})
    (search,) = searchviews.all_searches(service.database, of=ada.id)
    shown = (await client.get(f"/searches/{search.id}")).text
    listed = (await client.get(f"/lists/{chosen.id}")).text

    assert "trial now" in tried or "trials now" in tried
    assert "NCT99000001" in tried
    assert kept.status_code == 303
    assert search.follow
    assert search.trials >= 1
    assert "NCT99000001" in shown
    assert "condition &#34;asthma&#34;" in listed
    await client.post(f"/lists/{chosen.id}/searches/{search.id}/remove")
    assert searchviews.all_searches(service.database, of=ada.id) == ()


async def test_trials_that_it_finds_now_are_put_on_the_list_when_asked(
    service: Service, client: httpx.AsyncClient, chosen: ListRow
) -> None:
    form = (await client.get(f"/lists/{chosen.id}/search")).text
    await client.post(f"/lists/{chosen.id}/search", data=ASTHMA)
    without = listpages.trials_on(service.database, chosen.id)
    await client.post(f"/lists/{chosen.id}/search", data=ASTHMA | {"found": "1", "name": "Again"})
    on_it = {trial.nct_id for trial in listpages.trials_on(service.database, chosen.id)}

    assert without == ()
    assert "NCT99000001" in on_it
    assert 'name="found" value="1" checked' in form
    assert 'value="RECRUITING" checked' not in form


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "search"),
        ({"age": "old"}, "age"),
        ({"condition": "asthma", "phases": "9"}, "phase"),
        ({"address": "https://example.org/search?cond=asthma"}, "ClinicalTrials.gov"),
        ({"condition": "asthma", "name": "n" * 81}, "1 to 80"),
    ],
)
async def test_what_cannot_be_asked_is_said_and_nothing_is_kept(
    service: Service, client: httpx.AsyncClient, chosen: ListRow, form: dict[str, str], words: str
) -> None:
    answer = await client.post(f"/lists/{chosen.id}/search", data=form)

    assert answer.status_code == 422
    assert words in answer.text
    assert 'role="alert"' in answer.text
    assert searchviews.all_searches(service.database) == ()


async def test_registry_that_is_away_is_said(
    database: Database,
) -> None:
    service = a_service(database, REGISTRY_URL="http://127.0.0.1:9/api/v2", REGISTRY_RATE="0")
    an_operator(service)
    ada = a_person(service, "ada")
    chosen = a_list(service, ada)
    async with signed_in(service, ada) as client:
        answer = await client.post(f"/lists/{chosen.id}/search/try", data=ASTHMA)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


async def test_searches_of_others_are_not_there(
    service: Service, client: httpx.AsyncClient, ada: Person, chosen: ListRow
) -> None:
    await client.post(f"/lists/{chosen.id}/search", data=ASTHMA)
    (search,) = searchviews.all_searches(service.database, of=ada.id)
    mo = a_person(service, "mo")
    others = a_list(service, mo)
    async with signed_in(service, mo) as stranger:
        codes = [
            (await stranger.get(f"/searches/{search.id}")).status_code,
            (await stranger.get(f"/lists/{chosen.id}/search")).status_code,
            (await stranger.post(f"/lists/{others.id}/searches/{search.id}/remove")).status_code,
        ]
        share(service, chosen, mo, ListRole.READER)
        reader = [
            (await stranger.get(f"/searches/{search.id}")).status_code,
            (await stranger.get(f"/lists/{chosen.id}/search")).status_code,
        ]

    assert codes == [404, 404, 404]
    assert reader == [200, 403]


async def test_one_person_asks_so_many_times_an_hour_and_others_still_may(
    service: Service, client: httpx.AsyncClient, ada: Person, chosen: ListRow
) -> None:
    path = f"/lists/{chosen.id}/search/try"
    for _ in range(MOST_AN_HOUR):
        assert (await client.post(path, data=ASTHMA)).status_code == 200
    refused = await client.post(path, data=ASTHMA)
    kept = await client.post(f"/lists/{chosen.id}/search", data=ASTHMA)

    assert (refused.status_code, kept.status_code) == (422, 422)
    assert "searches an hour are the most" in refused.text
    assert searchviews.all_searches(service.database, of=ada.id) == ()


async def test_pages_share_one_client_where_one_is_given(service: Service, ada: Person) -> None:
    async with registry_of(service) as registry:
        asking = Asking(service, registry)
        async with asking.open() as first, asking.open() as second:
            assert first is second is registry
    async with Asking(service).open() as own:
        assert own is not registry
    assert ada.id
