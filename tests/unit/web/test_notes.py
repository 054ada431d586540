"""Notes and tags on the pages and for tools: who reads and writes them, and where they are not."""

import logging

import httpx
import pytest

from monitor.domain.notes import LONGEST_NOTE, Note
from monitor.domain.people import ListRole, Person
from storage.engine import Database
from storage.lists import ListRow
from tests.unit.web.members import a_key, a_list, a_person, share, signed_in
from tests.unit.web.site import CHANGES, QUIET, a_service, visiting
from tests.unit.web.told import tell_and_change
from trialwatch.bootstrap import Service

EVIL = "<script>alert('note')</script> & \"travel\""
ESCAPED = "&lt;script&gt;alert(&#39;note&#39;)&lt;/script&gt; &amp; &#34;travel&#34;"


@pytest.fixture
def service(database: Database) -> Service:
    return a_service(database)


@pytest.fixture
def chosen(service: Service, ada: Person) -> ListRow:
    return a_list(service, ada, CHANGES, QUIET)


async def write(client: httpx.AsyncClient, chosen: ListRow, **typed: str) -> httpx.Response:
    return await client.post(f"/lists/{chosen.id}/trials/{CHANGES}/note", data=typed)


async def test_note_stands_on_list_and_trial_escaped(
    client: httpx.AsyncClient, chosen: ListRow
) -> None:
    answer = await write(client, chosen, text=EVIL, tags="Lung phase-3")

    assert answer.headers["location"] == f"/lists/{chosen.id}#{CHANGES}"
    for page in (f"/lists/{chosen.id}", f"/trials/{CHANGES}"):
        text = (await client.get(page)).text
        assert ESCAPED in text, page
        assert "<script" not in text, page
        assert f'<a href="/lists/{chosen.id}?tag=lung">#lung</a>' in text, page


async def test_list_is_narrowed_to_a_tag(client: httpx.AsyncClient, chosen: ListRow) -> None:
    await write(client, chosen, tags="lung")

    narrowed = (await client.get(f"/lists/{chosen.id}?tag=Lung")).text
    none = (await client.get(f"/lists/{chosen.id}?tag=%22%3E%3Cscript%3E")).text

    assert f'id="{CHANGES}"' in narrowed
    assert f'id="{QUIET}"' not in narrowed
    assert "No trial of the list has this tag" in none
    assert "<script" not in none


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": "x" * (LONGEST_NOTE + 1)}, "at most 2,000"),
        ({"text": "mine", "tags": "<b>"}, "A tag is one word"),
    ],
)
async def test_what_cannot_be_kept_is_shown_again_with_the_reason(
    client: httpx.AsyncClient, chosen: ListRow, typed: dict[str, str], words: str
) -> None:
    answer = await write(client, chosen, **typed)

    assert answer.status_code == 422
    assert words in answer.text
    assert typed["text"] in answer.text


async def test_readers_read_and_editors_write(
    service: Service, client: httpx.AsyncClient, chosen: ListRow
) -> None:
    await write(client, chosen, text="From Ada")
    for name, role in (("ed", ListRole.EDITOR), ("rea", ListRole.READER)):
        share(service, chosen, a_person(service, name), role)
    with service.database.open_snapshot() as work:
        ed, rea = (work.people.with_email(f"{name}@example.org") for name in ("ed", "rea"))

    async with signed_in(service, rea) as reader:
        page = (await reader.get(f"/trials/{CHANGES}")).text
        refused = await write(reader, chosen, text="From Rea")
    async with signed_in(service, ed) as editor:
        taken = await write(editor, chosen, text="From Ed")

    assert "From Ada" in page
    assert f"/trials/{CHANGES}/note" not in page
    assert (refused.status_code, taken.status_code) == (403, 303)


async def test_trial_that_is_not_on_the_list_takes_no_note(
    client: httpx.AsyncClient, chosen: ListRow
) -> None:
    path = f"/lists/{chosen.id}/trials/NCT99000009/note"

    assert (await client.get(path)).status_code == 404
    assert (await client.post(path, data={"text": "x"})).status_code == 404


async def test_strangers_read_notes_only_when_the_owner_says_so(
    service: Service, client: httpx.AsyncClient, chosen: ListRow, ada: Person
) -> None:
    await tell_and_change(service, ada, chosen)
    await write(client, chosen, text="Ask Ben", tags="lung")
    path = f"/lists/{chosen.id}/public"
    await client.post(path)
    with service.database.open_snapshot() as work:
        token = work.public_links.token_of(chosen.id)
    pages = ("", "/changes.atom", "/changes.json", "/dates.ics")

    async def seen() -> list[str]:
        async with visiting(service, peer="198.51.100.7", host="watch.example") as stranger:
            texts = [(await stranger.get(f"/l/{token}{page}")).text for page in pages]
        return [page for page, text in zip(pages, texts, strict=True) if "Ask Ben" in text]

    assert await seen() == []
    await client.post(f"{path}/notes", data={"shown": "1"})
    assert await seen() == [""]
    await client.post(f"{path}/notes")
    assert await seen() == []


async def test_feeds_of_a_list_hold_no_note(
    service: Service, client: httpx.AsyncClient, chosen: ListRow, ada: Person
) -> None:
    await tell_and_change(service, ada, chosen)
    await write(client, chosen, text="Ask Ben", tags="lung")

    for form in ("atom", "json"):
        answer = await client.get(f"/lists/{chosen.id}/changes.{form}")
        assert answer.status_code == 200
        assert "Ask Ben" not in answer.text


async def test_nothing_of_a_note_is_logged(
    client: httpx.AsyncClient, chosen: ListRow, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "trialwatch")
    await write(client, chosen, text="Ask Ben", tags="lung")
    await write(client, chosen, text="Ask Ben", tags="<lung>")

    assert "Ask Ben" not in caplog.text
    assert "lung" not in caplog.text


async def test_tool_writes_one_part_and_the_other_stays(
    service: Service, chosen: ListRow, ada: Person
) -> None:
    path = f"/api/v1/lists/{chosen.id}/trials/{CHANGES}"
    async with visiting(service, peer="203.0.113.5", host="watch.example") as tool:
        tool.headers["authorization"] = f"Bearer {a_key(service, ada)}"
        first = await tool.patch(path, json={"note": "Ask Ben", "tags": ["Lung"]})
        second = await tool.patch(path, json={"note": ""})
        wrong = await tool.patch(path, json={"tags": ["a b", "<b>"]})
        tagged = (await tool.get(f"/api/v1/lists/{chosen.id}?tag=lung")).json()
        read = (await tool.get(path)).json()

    assert first.json() == {"nct_id": CHANGES, "note": "Ask Ben", "tags": ["lung"]}
    assert second.json() == read == {"nct_id": CHANGES, "note": "", "tags": ["lung"]}
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "tags")
    assert [one["nct_id"] for one in tagged["trials"]] == [CHANGES]
    with service.database.open_snapshot() as work:
        assert work.notes.get(chosen.id, CHANGES) == Note(tags=("lung",))
