"""Misbehaviour on request, as a client sees it on the wire."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from simulator.faults import Fault, FaultKind, fault_from
from simulator.made import open_stories
from simulator.serve import Running, running
from simulator.settings import Settings

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_an_error_status_comes_as_often_as_asked(
    client: httpx.AsyncClient, registry: Running, status: int
) -> None:
    registry.faults.ask("status", status=status, times=2)

    answers = [await client.get("/version") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].headers["content-type"].startswith("text/plain")
    assert "retry-after" not in answers[0].headers


async def test_too_many_requests_may_say_when_to_return(
    client: httpx.AsyncClient, registry: Running
) -> None:
    registry.faults.ask("status", status=429, retry_after="2")

    assert (await client.get("/version")).headers["retry-after"] == "2"


async def test_a_cut_body_cuts_the_connection(client: httpx.AsyncClient, registry: Running) -> None:
    registry.faults.ask("cut")

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        await client.get("/studies")

    assert (await client.get("/studies")).status_code == 200


async def test_a_reset_ends_before_the_first_byte(
    client: httpx.AsyncClient, registry: Running
) -> None:
    registry.faults.ask("reset")

    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await client.get("/studies")


async def test_a_hang_never_answers(client: httpx.AsyncClient, registry: Running) -> None:
    registry.faults.ask("hang")

    with pytest.raises(httpx.ReadTimeout):
        await client.get("/version", timeout=0.1)

    assert registry.requests.all()[-1].status == 0


async def test_stopping_does_not_wait_for_hanging_requests() -> None:
    arrived = asyncio.Event()

    def clock() -> datetime:
        arrived.set()
        return NOON

    async with httpx.AsyncClient() as client:
        async with running(open_stories(), settings=Settings(clock=clock)) as registry:
            registry.faults.ask("hang")
            asked = asyncio.ensure_future(client.get(f"{registry.url}/version", timeout=60))
            await arrived.wait()

        with pytest.raises(httpx.TransportError):
            await asked


async def test_a_drip_comes_in_crumbs_and_whole(
    client: httpx.AsyncClient, registry: Running
) -> None:
    registry.faults.ask("drip", seconds=0)

    async with client.stream("GET", "/version") as answer:
        crumbs = [crumb async for crumb in answer.aiter_raw()]

    assert len(crumbs) > 1
    assert b"dataTimestamp" in b"".join(crumbs)


@pytest.mark.parametrize(
    ("kind", "media_type", "content"),
    [
        ("html", "text/html", b"<html>"),
        ("garbage", "application/json", b"\x00\xfe"),
        ("empty", "application/json", b""),
        ("shape", "application/json", b'{"studies":{'),
        ("truncated", "application/json", b'{"studies":['),
    ],
)
async def test_a_lying_answer_says_200(
    client: httpx.AsyncClient, registry: Running, kind: str, media_type: str, content: bytes
) -> None:
    registry.faults.ask(kind)

    answer = await client.get("/studies")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.content.startswith(content)


async def test_truncated_json_is_complete_on_the_wire(
    client: httpx.AsyncClient, registry: Running
) -> None:
    whole = await client.get("/studies")
    registry.faults.ask("truncated")

    answer = await client.get("/studies")

    assert answer.content == whole.content[: len(whole.content) // 2]
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        answer.json()


@pytest.mark.parametrize("kind", ["huge", "bomb"])
async def test_a_huge_body_reaches_the_size_asked(
    client: httpx.AsyncClient, registry: Running, kind: str
) -> None:
    registry.faults.ask(kind, size=8 * 1024 * 1024)

    answer = await client.get("/studies")

    assert 7 * 1024 * 1024 < len(answer.content) <= 8 * 1024 * 1024
    assert len(answer.json()["studies"]) == 10
    assert int(answer.headers["content-length"]) < 200_000


async def test_bad_gzip_cannot_be_read(client: httpx.AsyncClient, registry: Running) -> None:
    registry.faults.ask("bad_gzip")

    with pytest.raises(httpx.DecodingError):
        await client.get("/studies")


async def test_a_shadow_has_lost_its_modules(client: httpx.AsyncClient, registry: Running) -> None:
    registry.faults.ask("shadow", nct_ids=["NCT99000001"])

    asked = {"filter.ids": "NCT99000001,NCT99000002"}
    studies = (await client.get("/studies", params=asked)).json()["studies"]

    modules = {
        one["protocolSection"]["identificationModule"]["nctId"]: set(one["protocolSection"])
        for one in studies
    }
    assert modules["NCT99000001"] == {"identificationModule", "statusModule"}
    assert "eligibilityModule" in modules["NCT99000002"]


async def test_a_shrunk_record_keeps_a_quarter(
    client: httpx.AsyncClient, registry: Running
) -> None:
    whole = (await client.get("/studies/NCT99000004")).json()["protocolSection"]
    registry.faults.ask("shrink")

    left = (await client.get("/studies/NCT99000004")).json()["protocolSection"]

    sites = left["contactsLocationsModule"]["locations"]
    assert len(sites) == 1
    assert len(whole["contactsLocationsModule"]["locations"]) == 7
    before, after = (len(one["eligibilityModule"]["eligibilityCriteria"]) for one in (whole, left))
    assert after < before / 2


async def test_a_missing_study_is_left_out(client: httpx.AsyncClient, registry: Running) -> None:
    registry.faults.ask("missing", nct_ids=["NCT99000001"], times=2)

    asked = {"filter.ids": "NCT99000001,NCT99000002"}
    listed = (await client.get("/studies", params=asked)).json()["studies"]
    single = await client.get("/studies/NCT99000001")

    assert len(listed) == 1
    assert single.status_code == 404


async def test_an_older_release_comes_stamps_and_all(
    client: httpx.AsyncClient, registry: Running
) -> None:
    old = await client.get("/version")
    registry.publish(2)
    registry.faults.ask("older", back=2)

    answer = await client.get("/version")

    assert answer.json() == old.json()
    assert answer.headers["etag"] == old.headers["etag"]
    assert (await client.get("/version")).json()["dataTimestamp"] == "2026-03-04T09:00:05"


async def test_single_studies_may_come_from_an_older_release(
    client: httpx.AsyncClient, registry: Running
) -> None:
    registry.publish(1)
    registry.faults.ask("older", nct_ids=["NCT99000001"], path="/studies")

    asked = {"filter.ids": "NCT99000001,NCT99000002"}
    answer = await client.get("/studies", params=asked)

    stamps = {
        one["protocolSection"]["identificationModule"]["nctId"]: one["derivedSection"][
            "miscInfoModule"
        ]["versionHolder"]
        for one in answer.json()["studies"]
    }
    assert stamps == {"NCT99000001": "2026-03-02", "NCT99000002": "2026-03-03"}
    assert answer.headers["etag"] == (await client.get("/version")).headers["etag"]


async def test_a_release_may_come_out_between_two_requests(
    client: httpx.AsyncClient, registry: Running
) -> None:
    registry.faults.ask("publish", path="/studies", after=1)

    tags = [(await client.get("/studies")).headers["etag"] for _ in range(3)]

    assert tags[0] != tags[1] == tags[2]
    assert registry.registry.release.number == 1


async def test_a_fault_strikes_only_what_it_is_meant_for(
    client: httpx.AsyncClient, registry: Running
) -> None:
    registry.faults.ask("status", path="/studies", query="NCT99000002", after=1, times=None)

    other_path = await client.get("/version")
    other_query = await client.get("/studies?filter.ids=NCT99000001")
    answers = [await client.get("/studies?filter.ids=NCT99000002") for _ in range(3)]

    assert other_path.is_success
    assert other_query.is_success
    assert [answer.status_code for answer in answers] == [200, 500, 500]


async def test_a_refused_request_uses_up_no_fault(
    client: httpx.AsyncClient, registry: Running
) -> None:
    registry.faults.ask("status")

    await client.get("/version", headers={"User-Agent": "curl/8.5.0"})

    assert len(registry.faults.pending()) == 1


async def test_faults_can_be_in_store_from_the_start() -> None:
    settings = Settings(faults=(Fault(kind=FaultKind.STATUS, status=502),))
    async with (
        running(open_stories(), settings=settings) as registry,
        httpx.AsyncClient() as client,
    ):
        statuses = [(await client.get(f"{registry.url}/version")).status_code for _ in range(2)]

    assert statuses == [502, 200]


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"kind": "explode"}, "`kind` must be one of"),
        ({}, "`kind` must be one of"),
        ({"kind": "cut", "speed": 3}, "`speed` is no part of a fault"),
        ({"kind": "status", "status": "429"}, "`status` has a value of the wrong type"),
        ({"kind": "status", "times": True}, "`times` has a value of the wrong type"),
        ({"kind": "shadow", "nct_ids": "NCT99000001"}, "`nct_ids` has a value of the wrong type"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(wish: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fault_from(wish)
