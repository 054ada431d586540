"""Schedulers, workers and pages as processes of their own on a real PostgreSQL."""

import asyncio
import contextlib
import re
import signal
import time
from collections import Counter

import httpx
import psycopg
import pytest

from storage import queries
from storage.fencing import LEAD
from tests.acceptance.service import (
    RunningService,
    eventually,
    rows_of,
    running_service,
    settled,
    swept,
)
from tests.acceptance.stage import Stage

pytestmark = [pytest.mark.acceptance, pytest.mark.postgresql]

LAST = 6
ROLES = ("serve", "scheduler", "worker")
#: The longest that a change of leader may take.
TAKEOVER_SECONDS = 5.0
_LEADS = "this process leads: it sweeps"
_LED = "this process leads no more"


def _ask(stage: Stage, query: str, *values: object) -> list[tuple[int, ...]]:
    with psycopg.connect(stage.settings["TRIALWATCH_DATABASE_URL"], autocommit=True) as one:
        return one.execute(query.encode(), values).fetchall()


def _leaders(stage: Stage) -> list[int]:
    """Return the sessions that hold the lead of this test's schema."""
    query = (
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s AND"
        " objid = (hashtext(current_schema())::bigint & 4294967295)::oid"
    )
    return [row[0] for row in _ask(stage, query, LEAD)]


def _listeners(stage: Stage) -> list[int]:
    query = (
        "SELECT pid FROM pg_stat_activity"
        " WHERE query LIKE 'LISTEN%%' || md5(current_schema()) || '%%'"
    )
    return [row[0] for row in _ask(stage, query)]


def _cut(stage: Stage, sessions: list[int]) -> None:
    _ask(stage, "SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", sessions)


async def _takeover(stage: Stage, former: int) -> float:
    """Return the seconds until another session leads; never more than one does."""
    begun = time.monotonic()
    while True:
        leaders = _leaders(stage)
        assert len(leaders) <= 1
        if leaders and leaders != [former]:
            return time.monotonic() - begun
        assert time.monotonic() - begun < 3 * TAKEOVER_SECONDS
        await asyncio.sleep(0.02)


async def _first_and_second(
    stage: Stage, stack: contextlib.AsyncExitStack
) -> tuple[RunningService, RunningService, int]:
    """Start the leader, then one that stands by."""
    leader = await stack.enter_async_context(running_service(stage, "scheduler"))
    await eventually(lambda: leader.has_said(_LEADS), "the first leads")
    second = await stack.enter_async_context(running_service(stage, "scheduler"))
    (session,) = _leaders(stage)
    return leader, second, session


async def _finds_the_next_release(stage: Stage) -> None:
    stage.registry.publish_next()
    with rows_of(stage) as rows:
        await swept(stage, rows)


async def test_another_scheduler_takes_over_from_a_killed_one(stage: Stage) -> None:
    async with contextlib.AsyncExitStack() as stack:
        leader, second, session = await _first_and_second(stage, stack)

        leader.process.kill()

        assert await _takeover(stage, session) < TAKEOVER_SECONDS
        await _finds_the_next_release(stage)
        assert await second.stop() == 0


async def test_another_scheduler_takes_over_when_the_connection_is_cut(stage: Stage) -> None:
    async with contextlib.AsyncExitStack() as stack:
        leader, second, session = await _first_and_second(stage, stack)

        _cut(stage, [session])

        assert await _takeover(stage, session) < TAKEOVER_SECONDS
        await eventually(lambda: leader.has_said(_LED), "the former leader stops")
        await _finds_the_next_release(stage)
        statuses = await asyncio.gather(leader.stop(), second.stop())

    assert list(statuses) == [0, 0]


async def test_another_scheduler_takes_over_from_one_that_hangs(stage: Stage) -> None:
    async with contextlib.AsyncExitStack() as stack:
        leader, second, session = await _first_and_second(stage, stack)

        leader.process.send_signal(signal.SIGSTOP)

        try:
            assert await _takeover(stage, session) < TAKEOVER_SECONDS
            await eventually(lambda: second.has_said(_LEADS), "the second leads")
        finally:
            leader.process.send_signal(signal.SIGCONT)
        await eventually(lambda: leader.has_said(_LED), "the former leader stops")
        await _finds_the_next_release(stage)
        assert await leader.stop() == 0


async def test_leader_that_stops_gives_way_at_once(stage: Stage) -> None:
    async with contextlib.AsyncExitStack() as stack:
        leader, second, session = await _first_and_second(stage, stack)

        stopping = asyncio.create_task(leader.stop())

        assert await _takeover(stage, session) < TAKEOVER_SECONDS
        assert await stopping == 0
        await eventually(lambda: second.has_said(_LEADS), "the second leads")


async def test_only_the_leader_sweeps(stage: Stage) -> None:
    async with contextlib.AsyncExitStack() as stack:
        leader, second, _ = await _first_and_second(stage, stack)

        await _finds_the_next_release(stage)
        await _finds_the_next_release(stage)
        await leader.stop()
        await eventually(lambda: second.has_said(_LEADS), "the second leads")

        assert leader.has_said("release ")
        assert not second.has_said("release "), "nothing was left to it"
        await second.stop()


async def test_roles_together_send_everything_once(stage: Stage) -> None:
    async with contextlib.AsyncExitStack() as stack:
        begun = [
            await stack.enter_async_context(running_service(stage, role))
            for role in (*ROLES, "scheduler", "worker", "run")
        ]
        with rows_of(stage) as rows:
            for _ in range(LAST):
                stage.registry.publish_next()
                await swept(stage, rows)
            await settled(stage, rows)
        health = await begun[0].health()
        statuses = await asyncio.gather(*(one.stop() for one in begun))

    assert statuses == [0] * len(begun)
    assert health.status_code == 200
    said = "".join(line for one in begun for line in one.said)
    assert "ERROR" not in said
    assert "Traceback" not in said
    _each_once(stage)


def _each_once(stage: Stage) -> None:
    with rows_of(stage) as rows:
        alerts = queries.newest_alerts(rows, limit=1000)
    found = [change.contract() for alert in alerts for change in alert.changes]
    told = {(c["nct_id"], c["to_version"]) for c in found if c["severity"] != "silent"}
    mails = Counter(mail["Message-ID"] for mail in stage.mails)
    hooks = Counter(request.headers["webhook-id"] for request in stage.hook.requests)
    assert told
    assert {(m["data"]["nct_id"], m["data"]["to_version"]) for m in stage.messages} == told
    assert len(mails) == len(hooks)
    assert {*mails.values(), *hooks.values()} == {1}


async def _until_it_arrives(stage: Stage) -> float:
    """Store a delivery in another process; return the seconds until its webhook is here."""
    before = len(stage.hook.requests)
    stage.registry.publish_next()
    assert await stage.check()
    stored = time.monotonic()
    await eventually(lambda: len(stage.hook.requests) > before, "the webhook arrives")
    return time.monotonic() - stored


async def test_worker_wakes_when_a_delivery_is_stored(stage: Stage) -> None:
    async with running_service(stage, "worker") as worker:
        await eventually(lambda: bool(_listeners(stage)), "the worker listens")
        # A wake-up comes before the process that stored the delivery has ended.
        waits = [await _until_it_arrives(stage) for _ in range(4)]
        assert await worker.stop() == 0

    assert sorted(waits)[1] < 0.3, waits


async def test_worker_goes_on_by_looking_when_it_hears_nothing(stage: Stage) -> None:
    async def keep_cutting() -> None:
        while True:
            _cut(stage, _listeners(stage))
            await asyncio.sleep(0.01)

    async with running_service(stage, "worker") as worker:
        cutting = asyncio.create_task(keep_cutting())
        await eventually(lambda: worker.has_said("hears no wake-ups"), "it hears nothing")
        assert await _until_it_arrives(stage) < 10
        cutting.cancel()
        await eventually(lambda: bool(_listeners(stage)), "the worker listens again")
        assert await worker.stop() == 0

    assert not worker.has_said("Traceback")


@pytest.mark.parametrize(("role", "tick"), [("scheduler", "sweep"), ("worker", "deliver")])
async def test_role_without_pages_answers_for_its_health(
    stage: Stage, role: str, tick: str
) -> None:
    stage.settings["TRIALWATCH_HEALTH_BIND"] = "127.0.0.1:0"
    async with running_service(stage, role) as one:
        address = re.search(r"Health on (http://\S+)/health", "".join(one.said))
        assert address
        async with httpx.AsyncClient(base_url=address[1]) as client:
            await _ended_well(client, tick)
            assert (await client.get("/alive")).json() == {"ok": True}
            assert (await client.get("/")).status_code == 404, "no pages"
        assert await one.stop() == 0


async def _ended_well(client: httpx.AsyncClient, tick: str) -> None:
    """Wait until a tick has ended well."""
    begun = time.monotonic()
    while tick not in (health := (await client.get("/health")).json())["ticks"]:
        assert time.monotonic() - begun < 30, health
        await asyncio.sleep(0.05)
    assert health["ok"] is True


async def test_health_that_cannot_be_served_is_told(stage: Stage) -> None:
    stage.settings["TRIALWATCH_HEALTH_BIND"] = stage.registry.root.removeprefix("http://")

    ended = await stage.run("worker", status=1)

    assert "Health cannot be served on" in ended.err
    assert "set TRIALWATCH_HEALTH_BIND to another one" in ended.err


@pytest.mark.parametrize("role", ROLES)
async def test_role_refuses_a_file(stage: Stage, role: str) -> None:
    del stage.settings["TRIALWATCH_DATABASE_URL"]

    ended = await stage.run(role, status=1)

    assert "works on PostgreSQL alone" in ended.err
    assert "trialwatch run" in ended.err
    assert "Traceback" not in ended.err
