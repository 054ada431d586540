"""The main job on a real PostgreSQL, and moving there from SQLite."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from simulator.made import open_stories
from tests.acceptance.service import rows_of, running_service, settled, swept
from tests.acceptance.stage import ALL, Stage, on_stage

pytestmark = [pytest.mark.acceptance, pytest.mark.postgresql]

#: Releases in which something happens to the made-up trials.
LAST = 6
_URL = "TRIALWATCH_DATABASE_URL"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The made-up trials, nothing watched yet, on SQLite until told otherwise."""
    async with on_stage(open_stories(), tmp_path) as stage:
        stage.settings["TRIALWATCH_POLL_EVERY"] = "1"
        yield stage


def _sent(stage: Stage) -> tuple[Counter[str], Counter[str]]:
    """Return how often each mail and each webhook arrived, by its id."""
    mails = Counter(mail["Message-ID"] for mail in stage.mails)
    return mails, Counter(request.headers["webhook-id"] for request in stage.hook.requests)


def _holds_each_once(stage: Stage, found: list[dict[str, Any]]) -> None:
    told = {(c["nct_id"], c["to_version"]) for c in found if c["severity"] != "silent"}
    mails, hooks = _sent(stage)
    assert {(m["data"]["nct_id"], m["data"]["to_version"]) for m in stage.messages} == told
    assert len(mails) == len(hooks)
    assert {*mails.values(), *hooks.values()} == {1}


async def test_main_job_end_to_end(stage: Stage, empty_postgresql_url: str) -> None:
    stage.settings[_URL] = empty_postgresql_url
    await stage.watch(*ALL)
    assert await stage.check() == []

    found = [change for _ in range(LAST) for change in await stage.release()]
    assert await stage.check() == []

    assert found
    _holds_each_once(stage, found)
    assert not list(stage.folder.glob("*.db")), "SQLite was used beside it"
    shown = [await stage.run("history", nct_id, "--json") for nct_id in ALL[:3]]
    history = [c for ended in shown for version in ended.objects for c in version["changes"]]
    assert history == [c for nct_id in ALL[:3] for c in found if c["nct_id"] == nct_id]


async def test_two_services_share_it(stage: Stage, empty_postgresql_url: str) -> None:
    stage.settings[_URL] = empty_postgresql_url
    await stage.watch(*ALL)
    await stage.check()

    async with running_service(stage) as one, running_service(stage) as other:
        with rows_of(stage) as rows:
            for _ in range(LAST):
                stage.registry.publish_next()
                await swept(stage, rows)
            await settled(stage, rows)
        statuses = await asyncio.gather(one.stop(), other.stop())

    assert list(statuses) == [0, 0]
    shown = [await stage.run("history", nct_id, "--json") for nct_id in ALL]
    found = [c for ended in shown for version in ended.objects for c in version["changes"]]
    _holds_each_once(stage, found)
    said = "".join([*one.said, *other.said])
    assert "ERROR" not in said
    assert "Traceback" not in said


async def test_watches_and_history_move_there_from_sqlite(
    stage: Stage, empty_postgresql_url: str
) -> None:
    await stage.watch(*ALL)
    await stage.check()
    found = [change for _ in range(2) for change in await stage.release()]
    # Of the third release the changes are found and nothing of them has been sent.
    stage.registry.publish_next()
    found += await stage.check()
    sent_before = _sent(stage)
    file = str(stage.folder / "all.backup")
    written = (await stage.run("db", "backup", file, "--json")).objects[0]["rows"]

    stage.settings[_URL] = empty_postgresql_url
    read = (await stage.run("db", "restore", file, "--json")).objects[0]["rows"]

    assert read == written
    assert await stage.check() == [], "the release was swept before the move"
    assert _sent(stage) == sent_before
    await stage.run("deliver", "--until-empty")
    found += [change for _ in range(LAST - 3) for change in await stage.release()]
    _holds_each_once(stage, found)
    again = (await stage.run("watch", ALL[0], "--webhook", stage.hook.url, "--json")).objects
    assert again[0]["secret"] == stage.secret


async def test_moving_there_goes_on_with_just_what_is_new(
    stage: Stage, empty_postgresql_url: str
) -> None:
    await stage.watch(*ALL)
    await stage.check()
    found = [change for _ in range(2) for change in await stage.release()]
    stage.registry.publish_next()
    found += await stage.check()
    sent_before = _sent(stage)
    file = f"sqlite:///{stage.folder / 'trialwatch.db'}"

    compared = (await stage.run("db", "move", file, empty_postgresql_url, "--json")).objects

    assert compared
    assert all(one["same"] for one in compared)
    stage.settings[_URL] = empty_postgresql_url
    assert await stage.check() == [], "the release was swept before the move"
    assert _sent(stage) == sent_before
    await stage.run("deliver", "--until-empty")
    found += [change for _ in range(LAST - 3) for change in await stage.release()]
    _holds_each_once(stage, found)


async def test_restore_refuses_a_database_that_holds_something(
    stage: Stage, empty_postgresql_url: str
) -> None:
    await stage.watch(*ALL[:2])
    file = str(stage.folder / "all.backup")
    await stage.run("db", "backup", file)
    stage.settings[_URL] = empty_postgresql_url
    await stage.watch(ALL[2])

    ended = await stage.run("db", "restore", file, status=1)

    assert "Traceback" not in ended.err
    assert [row["nct_id"] for row in (await stage.run("list", "--json")).objects] == [ALL[2]]


async def test_server_that_is_away_is_said_clearly_and_shows_no_password(stage: Stage) -> None:
    free = stage.mail.port
    stage.settings[_URL] = f"postgresql://somebody:hunter2@127.0.0.1:{free}/x?connect_timeout=3"

    ended = await stage.run("check", status=1)

    assert "TRIALWATCH_DATABASE_URL" in ended.err
    assert "hunter2" not in ended.err
    assert "Traceback" not in ended.err
