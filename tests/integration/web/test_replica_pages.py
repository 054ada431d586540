"""Pages and the interface for tools over a replica: what was changed is seen, whatever it does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text

from config.settings import load
from monitor.domain.people import ListRole, Scope
from monitor.domain.trial import NctId
from storage.resealing import use_keys
from tests.integration.replicas import Pair, until, until_true
from tests.unit.web.members import a_key, a_list, a_person, an_operator, share, signed_in
from tests.unit.web.site import CHANGES, QUIET, a_service, fill, visiting
from trialwatch.bootstrap import Service
from trialwatch.doctor import examine

pytestmark = pytest.mark.postgresql


@pytest.fixture
async def service(pair: Pair) -> Service:
    """A service with rows, whose pages may be read from the replica."""
    made = replace(a_service(pair.database), replicated=pair.reads)
    await fill(made)
    until(lambda: pair.read_from() == pair.replica.port)
    return made


@pytest.fixture
def asked(pair: Pair) -> Iterator[list[str]]:
    """Every statement that the replica is asked in a page's transaction."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        del connection, cursor, rest
        seen.append(statement)

    engine = pair.reads.replica.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/changes",
        f"/trials/{CHANGES}",
        f"/trials/{CHANGES}/timeline",
        f"/trials/{CHANGES}/compare",
        "/deliveries",
        "/changes.atom",
        "/api/v1/changes",
        "/api/v1/trials",
        "/api/v1/deliveries",
        "/api/v1/export/versions.jsonl",
        "/api/v1/lists/1",
    ],
)
async def test_what_is_shown_comes_from_the_replica(
    service: Service, asked: list[str], address: str
) -> None:
    async with visiting(service) as visitor:

        async def is_read_there() -> bool:
            assert (await visitor.get(address)).status_code == 200
            return bool(asked)

        await until_true(is_read_there)


async def test_who_is_there_is_asked_of_the_primary(service: Service, asked: list[str]) -> None:
    member = a_person(service, "ann")
    mine = a_list(service, member, CHANGES)
    async with signed_in(service, member) as visitor:
        tool = {"Authorization": f"Bearer {a_key(service, member, Scope.READ)}"}

        async def is_read_there() -> bool:
            assert (await visitor.get("/account")).status_code == 200
            await visitor.get(f"/lists/{mine.id}")
            await visitor.get("/api/v1/changes", headers=tool)
            return bool(asked)

        await until_true(is_read_there)

    kept_apart = ("sessions", "keys", "passwords", "links")
    assert not [one for one in asked if any(f"FROM {name}" in one for name in kept_apart)]


async def test_change_is_seen_at_once_while_the_replica_stands_still(
    service: Service, paused: Pair
) -> None:
    member = an_operator(service)
    mine = a_list(service, member, CHANGES, name="Lungs")
    tool = {"Authorization": f"Bearer {a_key(service, member, Scope.READ)}"}
    async with signed_in(service, member) as visitor:
        for number in range(99000010, 99000014):
            put = await visitor.post(f"/lists/{mine.id}/trials", data={"numbers": f"NCT{number}"})
            page = await visitor.get(f"/lists/{mine.id}")
            read = await visitor.get(f"/api/v1/lists/{mine.id}", headers=tool)

            assert put.status_code == 200
            assert f"NCT{number}" in page.text
            assert NctId(f"NCT{number}") in {one["nct_id"] for one in read.json()["trials"]}
    assert "behind" in paused.reads.replica.state.trouble


async def test_who_was_let_out_sees_nothing_more_while_the_replica_stands_still(
    service: Service, paused: Pair
) -> None:
    an_operator(service)
    owner, guest = a_person(service, "bea"), a_person(service, "cleo")
    shared = a_list(service, owner, QUIET, name="Shared")
    share(service, shared, guest, ListRole.READER)
    async with signed_in(service, guest) as visitor:
        before = await visitor.get(f"/trials/{QUIET}")
        with service.database.open_work() as work:
            work.lists.let_out(shared.id, guest.id, now=service.clock())
            work.commit()
        after = [
            await visitor.get(f"/trials/{QUIET}"),
            await visitor.get(f"/lists/{shared.id}"),
        ]
        listed = await visitor.get("/")

    assert before.status_code == 200
    assert [one.status_code for one in after] == [404, 404]
    assert QUIET not in listed.text
    assert paused.replica.port != paused.primary.port


async def test_operator_reads_of_a_dead_replica_on_page_and_in_figures(
    service: Service, pair: Pair
) -> None:
    async with visiting(service) as visitor:
        well = await visitor.get("/service")
        pair.replica.stop("immediate")
        try:
            page = await visitor.get("/service")
            home = await visitor.get("/")
            figures = (await visitor.get("/metrics")).text
        finally:
            pair.replica.start()

    assert "a replica, while it has all" in well.text
    assert "cannot be reached" in page.text
    assert "TRIALWATCH_READ_DATABASE_URL" in page.text
    assert home.status_code == 200
    samples = {
        sample.name: sample.value
        for family in text_string_to_metric_families(figures)
        for sample in family.samples
    }
    assert samples["trialwatch_replica_in_trouble"] == 1
    until(lambda: pair.read_from() == pair.replica.port)


async def test_doctor_tells_how_the_replica_stands(pair: Pair, tmp_path: Path) -> None:
    settings = load(
        {
            "TRIALWATCH_DATABASE_URL": pair.primary.url,
            "TRIALWATCH_READ_DATABASE_URL": pair.replica.url,
            "TRIALWATCH_SECRETS_KEY_FILE": str(tmp_path / "key"),
            "TRIALWATCH_REGISTRY_URL": "http://127.0.0.1:9/api/v2",
        }
    )
    until(lambda: pair.read_from() == pair.replica.port)

    async def is_told_to_be_well() -> bool:
        [found] = [one for one in await examine(settings) if one.check == "replica"]
        return "has all that the database has" in found.text

    await until_true(is_told_to_be_well)


async def test_sealed_values_are_opened_from_the_replica_too(
    pair: Pair, asked: list[str], tmp_path: Path
) -> None:
    pair.reads.use(use_keys(pair.database, tmp_path / "secrets.key"))
    service = replace(a_service(pair.database), replicated=pair.reads)
    await fill(service)
    until(lambda: pair.read_from() == pair.replica.port)
    async with visiting(service) as visitor:

        async def is_opened_there() -> bool:
            told = (await visitor.get("/api/v1/deliveries")).json()
            assert "https://hooks.example/..." in {one["address"] for one in told["deliveries"]}
            return bool(asked)

        await until_true(is_opened_there)
    with pair.database.reading() as connection:
        stored = connection.execute(text("SELECT address FROM targets")).scalars().all()
    assert not [address for address in stored if "geheim" in address]
