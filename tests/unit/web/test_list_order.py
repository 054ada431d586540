"""A list's trials in another order: by plain links, told to screen readers, page by page."""

import re

import httpx
import pytest
from sqlalchemy import update

from monitor.domain.people import Person
from monitor.domain.trial import NctId
from storage.engine import Database
from storage.tables import trials
from tests.unit.web.members import a_key, a_list
from tests.unit.web.site import a_service
from trialwatch.bootstrap import Service

MANY = [NctId(f"NCT9900{number:04}") for number in range(1, 103)]


@pytest.fixture
def service(database: Database) -> Service:
    return a_service(database)


def _numbers(page: str) -> list[str]:
    return re.findall(r'<tr id="(NCT\d+)"', page)


def _titled(service: Service, **titles: str) -> None:
    with service.database.writing() as connection:
        for nct_id, title in titles.items():
            one = update(trials).where(trials.c.nct_id == nct_id)
            connection.execute(one.values(brief_title=title, overall_status="RECRUITING"))
        connection.commit()


async def test_list_is_sorted_by_a_link_and_says_so_to_screen_readers(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, *MANY[:3])
    _titled(service, NCT99000001="Late", NCT99000003="Early")
    path = f"/lists/{chosen.id}"

    usual = (await client.get(path)).text
    by_title = (await client.get(f"{path}?sort=title")).text
    by_change = (await client.get(f"{path}?sort=changed")).text

    assert f'<a href="{path}?sort=title">title</a>' in usual
    assert _numbers(usual) == MANY[:3]
    assert '<th scope="col" aria-sort="ascending">Trial</th>' in usual
    assert _numbers(by_title) == [MANY[2], MANY[0], MANY[1]]
    assert '<th scope="col" aria-sort="ascending">Title</th>' in by_title
    assert f'<a href="{path}">number</a>' in by_title
    assert '<th scope="col" aria-sort="descending">Changed</th>' in by_change
    for page in (usual, by_title, by_change):
        assert page.count("aria-sort") == 1


@pytest.mark.parametrize("sort", ["", "nothing", "TITLE", "title;--", "<script>"])
async def test_order_that_there_is_not_is_the_usual_one(
    service: Service, client: httpx.AsyncClient, ada: Person, sort: str
) -> None:
    chosen = a_list(service, ada, *MANY[:2])

    answer = await client.get(f"/lists/{chosen.id}", params={"sort": sort})

    assert answer.status_code == 200
    assert _numbers(answer.text) == MANY[:2]


async def test_order_and_tag_go_along_to_the_next_page(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, *MANY)
    _titled(service, **{number: f"Trial {999 - place}" for place, number in enumerate(MANY)})
    path = f"/lists/{chosen.id}"

    first = (await client.get(f"{path}?sort=title")).text
    (following,) = re.findall(rf'href="({path}\?sort=title&amp;after=NCT\d+)"', first)
    second = (await client.get(following.replace("&amp;", "&"))).text

    assert [*_numbers(first), *_numbers(second)] == MANY[::-1]
    assert "&amp;after=" not in second


async def test_links_keep_order_and_tag_apart_from_markup(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, *MANY[:2])
    path = f"/lists/{chosen.id}"
    for number in MANY[:2]:
        await client.post(f"{path}/trials/{number}/note", data={"note": "", "tags": "lung"})

    page = (await client.get(f"{path}?sort=status&tag=lung")).text

    assert f'<a href="{path}?tag=lung&amp;sort=title">title</a>' in page
    assert f'<a href="{path}?sort=status">all trials</a>' in page
    assert f'<a href="{path}?tag=lung">number</a>' in page


async def test_tool_sorts_and_goes_on_after_the_last(
    service: Service, client: httpx.AsyncClient, ada: Person
) -> None:
    chosen = a_list(service, ada, *MANY[:3])
    _titled(service, NCT99000001="Late", NCT99000003="Early")
    key = {"Authorization": f"Bearer {a_key(service, ada)}"}
    path = f"/api/v1/lists/{chosen.id}?sort=title&limit=2"

    first = (await client.get(path, headers=key)).json()
    second = (await client.get(f"{path}&after={first['next']}", headers=key)).json()
    wrong = await client.get(f"/api/v1/lists/{chosen.id}?sort=colour", headers=key)

    numbers = [one["nct_id"] for page in (first, second) for one in page["trials"]]
    assert numbers == [MANY[2], MANY[0], MANY[1]]
    assert second["next"] is None
    assert first["trials"][0]["changed_in"] is None
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "sort"
