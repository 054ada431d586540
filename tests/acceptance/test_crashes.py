"""SIGKILL at every point of sweep and delivery: nothing lost, nothing false, repeats bounded."""

import asyncio
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from simulator.made import open_stories
from storage import queries
from storage.engine import open_database
from tests.acceptance.forked import forked
from tests.acceptance.killing import begin
from tests.acceptance.stage import ALL, Stage, on_stage
from tests.servers.receiver import Behaviour
from tests.servers.smtp import Hold

pytestmark = pytest.mark.acceptance

#: Passing through the last release at once changes most trials in one sweep.
LAST = 6
#: Sends under way at once in crashing.py.
IN_FLIGHT = 4
#: Longer than a lease.
LATER = 60.0

#: (point, which passing of it): each is a run that dies there.
DEATHS = [
    ("release.after", 1),
    ("release.after", 2),
    ("fetch.before", 1),
    ("fetch.after", 1),
    ("fetch.after", 2),
    ("fetch.before", 3),
    ("look.after", 1),
    *[("commit.before", nth) for nth in (1, 2, 3, 4, 5, 6, 7, 8)],
    *[("commit.after", nth) for nth in (1, 2, 3, 4, 5, 6, 7, 8)],
    ("send.before", 1),
    ("send.before", 9),
    ("send.after", 1),
    ("send.after", 5),
    ("send.after", 12),
]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The made-up trials, their baseline taken, the last release out."""
    async with on_stage(open_stories(), tmp_path) as stage:
        await stage.watch(*ALL)
        await stage.check()
        stage.registry.publish(LAST)
        # One trial slips out of every batch and is found when it is looked at by itself.
        stage.registry.faults.ask(
            "missing", nct_ids=["NCT99000005"], path="/studies", query="filter.ids", times=None
        )
        yield stage


async def _work(stage: Stage, point: str, nth: int, skew: float) -> int:
    arguments = (point, str(nth), str(skew))
    ended = await forked("crashing", arguments, environment=stage.environment, folder=stage.folder)
    return ended.status


async def _truth(stage: Stage) -> list[dict[str, object]]:
    """Return what a run that nobody kills finds, worked out on a copy of the database."""
    copy = stage.folder / "truth"
    copy.mkdir()
    for file in stage.folder.glob("trialwatch.db*"):
        shutil.copy(file, copy / file.name)
    kept, stage.folder = stage.folder, copy
    try:
        return await stage.check()
    finally:
        stage.folder = kept


def _stored_changes(stage: Stage) -> list[Mapping[str, object]]:
    """Return every change on record, read from the database itself."""
    database = open_database(f"sqlite:///{stage.folder / 'trialwatch.db'}")
    try:
        alerts = queries.newest_alerts(database, limit=1000)
    finally:
        database.close()
    return [change.contract() for alert in alerts for change in alert.changes]


async def _hold_against(stage: Stage, truth: list[dict[str, object]]) -> None:
    history = _stored_changes(stage)
    key = lambda change: (change["nct_id"], change["to_version"], change["kind"], change["subject"])  # noqa: E731
    assert sorted(map(key, history)) == sorted(map(key, truth)), "changes lost, false or doubled"
    told = {(c["nct_id"], c["to_version"]) for c in truth if c["severity"] != "silent"}
    hooked = Counter(request.headers["webhook-id"] for request in stage.hook.requests)
    mailed = Counter(mail["Message-ID"] for mail in stage.mails)
    assert {(m["data"]["nct_id"], m["data"]["to_version"]) for m in stage.messages} == told
    assert len(hooked) == len(mailed) == len(told), "an alert was lost, or made twice"
    repeats = sum(hooked.values()) - len(hooked) + sum(mailed.values()) - len(mailed)
    assert repeats <= IN_FLIGHT
    same = {mail["Message-ID"]: bytes(mail) for mail in stage.mails}
    assert all(bytes(mail) == same[mail["Message-ID"]] for mail in stage.mails)


@pytest.mark.parametrize(("point", "nth"), DEATHS)
async def test_killed_run_is_made_good_by_the_next(stage: Stage, point: str, nth: int) -> None:
    truth = await _truth(stage)

    died = await _work(stage, point, nth, 0)
    ended = await _work(stage, "none", 0, LATER)

    assert (died, ended) == (-signal.SIGKILL, 0)
    await _hold_against(stage, truth)


async def test_kill_after_the_bytes_left_repeats_the_mail_under_its_id(stage: Stage) -> None:
    truth = await _truth(stage)
    hold = Hold()
    stage.mail.trouble("END", hold)
    process = asyncio.create_task(_work_until(stage, hold.reached))
    await process

    assert await _work(stage, "none", 0, LATER) == 0

    await _hold_against(stage, truth)
    assert max(Counter(mail["Message-ID"] for mail in stage.mails).values()) == 2


async def test_kill_while_a_receiver_thinks_repeats_the_webhook_under_its_id(
    stage: Stage,
) -> None:
    truth = await _truth(stage)
    reached = asyncio.Event()
    stage.hook.answer(_think(reached))
    await _work_until(stage, reached)

    assert await _work(stage, "none", 0, LATER) == 0

    await _hold_against(stage, truth)
    ids = Counter(request.headers["webhook-id"] for request in stage.hook.requests)
    assert max(ids.values()) == 2


def _think(reached: asyncio.Event) -> Behaviour:
    """Take the request, say so to the test, and never answer."""

    async def wait(_: asyncio.StreamWriter) -> None:
        reached.set()
        await asyncio.Event().wait()

    return wait


async def _work_until(stage: Stage, reached: asyncio.Event) -> None:
    """Start the work, and kill it as soon as ``reached`` is set."""
    process = await begin(stage)
    await reached.wait()
    process.kill()
    await process.wait()


async def test_lease_of_a_killed_process_is_waited_out_by_the_command(stage: Stage) -> None:
    await _work(stage, "send.before", 1, 0)

    ended = await stage.run("deliver", "--until-empty", "--json")

    assert {one["state"] for one in ended.objects} == {"delivered"}
    left = (await stage.run("deliveries", "--state", "pending", "--json")).objects
    assert left == []
