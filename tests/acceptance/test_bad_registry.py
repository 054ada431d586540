"""A registry that is away or lies: told in words, nothing lost."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from simulator.made import open_stories, stories
from simulator.serve import running
from simulator.source import Source
from simulator.versions import VersionedStudies
from tests.acceptance.stage import Ended, Stage, on_stage

pytestmark = pytest.mark.acceptance

SUSPENDS = "NCT99000002"
#: Asks for more patience than a command has, so it ends at once.
AN_HOUR = {"status": 503, "retry_after": "3600"}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The made-up trials, nothing watched yet."""
    async with on_stage(open_stories(), tmp_path) as stage:
        yield stage


@pytest.fixture
async def watching(stage: Stage) -> Stage:
    """One trial watched, its baseline taken, the release out in which it changes."""
    await stage.watch(SUSPENDS)
    await stage.check()
    stage.registry.publish_next()
    return stage


def assert_told(ended: Ended, *words: str) -> None:
    """Hold that a person was told on standard error, and tools read no change."""
    assert "Traceback" not in ended.err
    for word in words:
        assert word in ended.err.replace("\n", " "), ended.err
    assert ended.out == ""


async def assert_found_and_told_once(stage: Stage) -> None:
    """Hold that a good answer makes good whatever was before."""
    stage.registry.faults.clear()
    found = await stage.check()
    first = next((c["kind"], c["before"], c["after"]) for c in found)
    assert first == ("status", "RECRUITING", "SUSPENDED")
    await stage.run("deliver", "--until-empty")
    assert len(stage.mails) == len(stage.messages) == 1


# --- the registry ---


async def test_registry_that_is_away_is_told_and_asked_again(watching: Stage) -> None:
    usual = watching.registry
    async with running(open_stories()) as away:
        pass
    watching.registry = away

    ended = await watching.run("check", "--json", status=1)
    listed = await watching.run("list", "--json")
    asked = await watching.run("doctor", status=1)

    assert_told(ended, f"The registry (127.0.0.1:{away.port})", "asked 5 times", "tried again")
    assert "The registry could not be asked" in listed.err
    assert listed.objects[0]["latest_version"] == 1
    assert "BAD  registry" in asked.out
    watching.registry = usual
    await assert_found_and_told_once(watching)
    assert "could not be asked" not in (await watching.run("list")).err


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html"},
        {"kind": "garbage"},
        {"kind": "cut"},
        {"kind": "truncated"},
        {"kind": "empty"},
        {"kind": "shape"},
        {"kind": "reset"},
        {"kind": "bad_gzip"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 429, "retry_after": "1"},
    ],
    ids=lambda fault: fault["kind"],
)
@pytest.mark.parametrize("path", ["/version", "/studies"])
async def test_answer_that_cannot_be_read_is_asked_for_again(
    watching: Stage, fault: dict[str, Any], path: str
) -> None:
    watching.registry.faults.ask(**fault, path=path)

    await assert_found_and_told_once(watching)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "status", "status": 403}, ("403", "Nothing was checked", "trialwatch doctor")),
        ({"kind": "status", **AN_HOUR}, ("503", "rest of 3600 s", "Nothing was checked")),
        ({"kind": "status", "status": 404}, ("404", "TRIALWATCH_REGISTRY_URL")),
        ({"kind": "status", "status": 400}, ("calls the request", "Nothing was checked")),
    ],
)
@pytest.mark.parametrize("path", ["/version", "/studies"])
async def test_registry_that_refuses_is_told_and_nothing_is_lost(
    watching: Stage, fault: dict[str, Any], words: tuple[str, ...], path: str
) -> None:
    watching.registry.faults.ask(**fault, path=path, times=None)

    ended = await watching.run("check", "--json", status=1)

    assert_told(ended, *words)
    assert watching.registry.requests.count(f"/api/v2{path}") <= 2
    await watching.run("deliver", "--until-empty")
    assert not watching.mails
    await assert_found_and_told_once(watching)


@pytest.mark.parametrize("kind", ["shadow", "shrink"])
async def test_shadow_of_a_record_is_kept_aside_and_never_compared(
    watching: Stage, kind: str
) -> None:
    watching.registry.faults.ask(kind, nct_ids=[SUSPENDS], path="/studies", times=None)

    ended = await watching.run("check", "--json", status=1)

    assert f"{SUSPENDS}: the record was kept aside and not compared" in ended.err
    assert f"trialwatch check --believe {SUSPENDS}" in ended.err
    assert not [c for c in ended.objects if not c["kind"].startswith("record.")]
    watching.registry.faults.clear()
    watching.registry.publish_next()
    found = await watching.check()
    assert ("status", "RECRUITING", "SUSPENDED") in [
        (change["kind"], change["before"], change["after"]) for change in found
    ]


def _another_under_its_name() -> Source:
    """The stories, with one trial's records served under another's number."""
    told = {story.nct_id: story.versions for story in stories()}
    return VersionedStudies(open_stories().calendar, told | {SUSPENDS: told["NCT99000001"]})


async def test_record_of_another_trial_is_never_taken_for_this_one(watching: Stage) -> None:
    good = watching.registry
    async with running(_another_under_its_name()) as lying:
        lying.publish(good.registry.release.number)
        watching.registry = lying
        ended = await watching.run("check", "--json", status=1)

    assert_told(ended, SUSPENDS)
    shown = (await watching.run("show", SUSPENDS, "--json")).objects[0]
    assert [version["version"] for version in shown["versions"]] == [1]
    watching.registry = good
    await assert_found_and_told_once(watching)


async def test_older_release_is_no_news_and_hides_none(watching: Stage) -> None:
    watching.registry.faults.ask("older", path="/", times=None)
    assert await watching.check() == []

    await assert_found_and_told_once(watching)
    watching.registry.faults.ask("older", path="/", times=None)
    ended = await watching.run("check", "--json", status=1)
    watching.registry.faults.clear()

    assert "is older than the one held" in ended.err
    assert await watching.check() == []
    await watching.run("deliver", "--until-empty")
    assert len(watching.mails) == len(watching.messages) == 1
    history = (await watching.run("history", SUSPENDS, "--json")).objects
    assert [version["version"] for version in history] == [1, 2]
