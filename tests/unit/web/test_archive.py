"""Everything of oneself in one file: whole, and nothing of anybody else."""

import io
import json
import zipfile

import pytest

from monitor.domain.people import ListRole, Person
from monitor.domain.trial import NctId
from storage import archive
from storage.engine import Database
from storage.tables import metadata
from tests.unit.web.members import a_key, a_list, a_person, share, signed_in
from tests.unit.web.site import CHANGES, a_service
from tests.unit.web.told import tell_and_change
from trialwatch.bootstrap import Service
from trialwatch.exporting.archive import archived


@pytest.fixture
def service(database: Database) -> Service:
    return a_service(database)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        assert whole.testzip() is None
        return {name: whole.read(name) for name in whole.namelist()}


def test_each_table_is_archived_or_named_with_its_reason() -> None:
    given = set(archive.tables_of(1))

    assert given | set(archive.NOBODYS) == set(metadata.tables)
    assert given & set(archive.NOBODYS) == set()


def test_no_column_that_opens_a_door_is_given() -> None:
    columns = {
        f"{table}.{name}" for table in archive.tables_of(1) for name in archive.columns_of(table)
    }
    known = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
    }

    assert set(archive.WITHHELD) <= known
    telling = ("secret", "token", "digest", "password")
    assert {name for name in columns if any(word in name for word in telling)} == {
        "targets.old_secret_until"
    }


async def test_archive_holds_what_is_ones_own(service: Service, ada: Person) -> None:
    await tell_and_change(service, ada, a_list(service, ada, CHANGES))
    key = a_key(service, ada)
    async with signed_in(service, ada) as client:
        answer = await client.get("/account/archive.zip")

    files = opened(answer.content)
    rows = {
        name.removesuffix(".jsonl"): [json.loads(line) for line in text.splitlines()]
        for name, text in files.items()
        if name.endswith(".jsonl")
    }
    assert answer.headers["content-type"] == "application/zip"
    assert [row["email"] for row in rows["subscribers"]] == [ada.email]
    filled = ("watch_lists", "watches", "targets", "subscriptions", "deliveries", "api_keys")
    assert all(rows[name] for name in filled)
    assert rows["sessions"]
    assert set(rows) == set(archive.tables_of(ada.id))
    assert all(f"{name}.csv" in files for name in rows)
    assert key.encode() not in b"".join(files.values())


async def test_archive_holds_nothing_of_anybody_else(service: Service, ada: Person) -> None:
    bob = a_person(service, "bob")
    shared = a_list(service, ada, CHANGES)
    share(service, shared, bob, ListRole.EDITOR)
    await tell_and_change(service, ada, shared)

    files = opened(b"".join(archived(service.database, bob.id, now=service.clock())))

    rows = {name: text for name, text in files.items() if name.endswith(".jsonl") and text}
    assert set(rows) == {"subscribers.jsonl", "list_members.jsonl"}
    assert b"ada" not in b"".join(rows.values())


def test_long_tables_are_read_page_by_page(service: Service, ada: Person) -> None:
    for number in range(3):
        a_list(service, ada, name=f"List {number}")
    with service.database.open_work(ada.id) as work:
        for number in range(1200):
            work.watches.add(NctId(f"NCT99{number:06}"), list_name="List 0", now=service.clock())
        work.commit()

    numbers = [row["nct_id"] for row in archive.rows(service.database, ada.id, "watches")]

    assert len(numbers) == len(set(numbers)) == 1200
