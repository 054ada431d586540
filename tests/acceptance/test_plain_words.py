"""What the commands say of mistakes and of what they did: words, and what to do next."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.stage import READER, Stage, on_stage

pytestmark = pytest.mark.acceptance

TRIAL = "NCT99000001"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with on_stage(open_stories(), tmp_path) as stage:
        zone = ("--digest", "daily@07:00", "--timezone", "Europe/Berlin")
        await stage.run("watch", TRIAL, "--email", READER, *zone)
        yield stage


async def test_replay_of_nothing_we_know_says_so(stage: Stage) -> None:
    ended = await stage.run("replay", "nope", status=2)

    assert "There is no delivery 'nope'" in ended.err


async def test_targets_are_listed_with_their_hours(stage: Stage) -> None:
    [target] = (await stage.run("target", "list", "--json")).objects

    assert target["hours"] == ["watched: daily at 07:00 (Europe/Berlin)"]
    assert "watched: daily at 07:00 (Europe/Berlin)" in (await stage.run("target", "list")).out


async def test_backup_says_in_words_what_it_wrote(stage: Stage) -> None:
    written = await stage.run("db", "backup", "all.backup")

    assert "all.backup holds everything: 1 trials, 1 targets, " in written.out
    assert "{" not in written.out


async def test_mail_server_without_a_sender_names_the_missing_setting(stage: Stage) -> None:
    stage.settings["TRIALWATCH_SMTP_URL"] = "smtp://mail.example.org:587"
    stage.settings["TRIALWATCH_MAIL_FROM"] = ""

    ended = await stage.run("deliver", status=2)

    assert "TRIALWATCH_MAIL_FROM is missing" in ended.err
