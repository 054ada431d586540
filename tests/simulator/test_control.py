"""Releases, the journal and the controls of a running stand-in."""

import asyncio
import signal
import sys
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from simulator.made import open_stories
from simulator.serve import Running, running, running_in_thread
from simulator.settings import Settings
from simulator.source import SourceError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def test_publishing_moves_the_data_stamp(
    client: httpx.AsyncClient, registry: Running
) -> None:
    release = registry.publish_next()

    assert release.timestamp == "2026-03-03T09:00:05"
    assert (await client.get("/version")).json()["dataTimestamp"] == release.timestamp


async def test_quiet_releases_follow_on_weekdays(registry: Running) -> None:
    registry.publish(6)

    days = [registry.publish_next().day for _ in range(5)]

    assert days[0] == date(2026, 3, 11)
    assert days[3] == date(2026, 3, 16)
    assert all(day.weekday() < 5 for day in days)


async def test_a_quiet_release_moves_the_stamp_alone(
    client: httpx.AsyncClient, registry: Running
) -> None:
    registry.publish(6)
    before = await client.get("/studies?pageSize=1000")
    registry.publish_next()

    after = await client.get("/studies?pageSize=1000")

    assert after.content == before.content.replace(
        b'"versionHolder":"2026-03-10"', b'"versionHolder":"2026-03-11"'
    )
    assert after.content != before.content


async def test_a_release_is_chosen_by_its_date(registry: Running) -> None:
    assert registry.publish(date(2026, 3, 8)).day == date(2026, 3, 6)
    with pytest.raises(SourceError, match="no release on or before"):
        registry.publish(date(2026, 3, 1))


async def test_the_journal_tells_what_was_asked() -> None:
    settings = Settings(clock=lambda: NOON)
    async with (
        running(open_stories(), settings=settings) as registry,
        httpx.AsyncClient(base_url=registry.url) as client,
    ):
        await client.get("/studies?filter.ids=NCT99000001", headers={"If-None-Match": '"x"'})
        await client.get("/studies/NCT12345678")
        seen = registry.requests.all("/studies")

    assert [(one.path, one.query, one.status) for one in seen] == [
        ("/studies", "filter.ids=NCT99000001", 200),
        ("/studies/NCT12345678", "", 404),
    ]
    assert seen[0].at == NOON
    assert seen[0].if_none_match == '"x"'
    assert "python-httpx" in seen[0].user_agent


async def test_controls_work_over_http(client: httpx.AsyncClient, registry: Running) -> None:
    control = f"{registry.root}/control"

    release = await client.post(f"{control}/release")
    chosen = await client.post(f"{control}/release", json={"release": "2026-03-05"})
    await client.post(f"{control}/faults", json={"kind": "status", "status": 429, "times": 3})
    refused = await client.get("/version")
    journal = await client.get(f"{control}/requests", params={"path": "/version"})
    pending = await client.get(f"{control}/faults")
    reset = await client.post(f"{control}/reset")

    assert release.json()["dataTimestamp"] == "2026-03-03T09:00:05"
    assert chosen.json()["release"] == 3
    assert refused.status_code == 429
    assert [one["status"] for one in journal.json()] == [429]
    assert [one["kind"] for one in pending.json()] == ["status"]
    assert reset.json()["release"] == 0
    assert (await client.get("/version")).json()["dataTimestamp"] == "2026-03-02T09:00:05"
    assert registry.requests.count() == 1


@pytest.mark.parametrize("body", ['{"kind":"explode"}', "[]", "not json"])
async def test_a_wrong_control_is_refused_with_a_reason(
    client: httpx.AsyncClient, registry: Running, body: str
) -> None:
    answer = await client.post(f"{registry.root}/control/faults", content=body)

    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_controls_need_no_user_agent(client: httpx.AsyncClient, registry: Running) -> None:
    answer = await client.get(f"{registry.root}/control/release", headers={"User-Agent": ""})

    assert answer.json()["release"] == 0


def test_a_thread_of_its_own_answers_and_stops() -> None:
    with running_in_thread(open_stories()) as registry:
        answer = httpx.get(f"{registry.url}/version")

    assert answer.status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{registry.url}/version")


def test_a_taken_port_is_told_to_the_caller() -> None:
    with (
        running_in_thread(open_stories()) as first,
        pytest.raises(OSError, match="address already in use"),
        running_in_thread(open_stories(), first.port),
    ):
        pytest.fail("the port is taken")


_PROGRAM = """
from datetime import timedelta
from simulator.serve import run
from simulator.sources import open_source

def tell(running, release):
    print(running.url, release.timestamp, flush=True)

run(open_source("stories"), port=0, every=timedelta(milliseconds=50), announce=tell)
"""


async def test_running_for_good_publishes_and_stops_on_a_signal() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-c", _PROGRAM,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    lines = [(await process.stdout.readline()).decode().split() for _ in range(3)]
    process.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(process.communicate(), timedelta(seconds=20).total_seconds())

    assert [stamp for _, stamp in lines] == [f"2026-03-0{day}T09:00:05" for day in (2, 3, 4)]
    assert lines[0][0].endswith("/api/v2")
    assert process.returncode == 0
    assert errors == b""
