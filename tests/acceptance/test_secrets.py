"""The keys of secrets as an operator meets them: made, rotated, lost, found again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.service import eventually, running_service
from tests.acceptance.stage import Stage, on_stage

pytestmark = pytest.mark.acceptance

TRIAL = "NCT99000001"
_LATER = 6


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A trial whose next release changes it, watched by mail and a webhook."""
    async with on_stage(open_stories(), tmp_path) as stage:
        await stage.watch(TRIAL)
        await stage.check()
        yield stage


def _keys(stage: Stage) -> Path:
    return stage.folder / "config" / "trialwatch" / "secrets.key"


async def test_first_command_makes_the_key_and_the_file_holds_no_secret(stage: Stage) -> None:
    raw = b"".join(path.read_bytes() for path in stage.folder.glob("trialwatch.db*"))

    assert _keys(stage).stat().st_mode & 0o777 == 0o600
    assert stage.secret.startswith("whsec_")
    assert stage.secret.removeprefix("whsec_").encode() not in raw
    assert stage.hook.url.encode() not in raw
    [shown] = (await stage.run("secrets", "show", "--json")).objects
    assert (shown["file"], shown["open"], shown["trouble"]) == (str(_keys(stage)), 0, "")
    assert [(key["secrets"], key["there"]) for key in shown["keys"]] == [(2, True)]


async def test_service_goes_on_signing_while_the_key_is_exchanged(stage: Stage) -> None:
    async with running_service(stage):
        rotated = await stage.run("secrets", "rotate", "--json")
        assert rotated.objects == [{"file": str(_keys(stage)), "sealed": 1, "forgotten": 0}]
        [gone] = (await stage.run("secrets", "rotate", "--forget", "--json")).objects
        assert gone["forgotten"] == 1

        stage.registry.publish(_LATER)
        await stage.check()
        await eventually(lambda: bool(stage.hook.requests), "the webhook arrives")

    assert stage.messages[0]["type"] == "trial.changed"


async def test_lost_key_holds_the_webhook_and_no_mail_until_it_is_back(stage: Stage) -> None:
    away = stage.folder / "away.key"
    _keys(stage).rename(away)
    stage.registry.publish(_LATER)
    await stage.check()

    await stage.run("deliver", status=1)

    assert len(stage.mails) == 1
    assert stage.hook.requests == []
    shown = await stage.run("deliveries", "--attempts")
    assert "put the key back, see `trialwatch secrets show`" in shown.out
    told = await stage.run("secrets", "show", status=1)
    assert "mail goes on" in told.out
    doctor = await stage.run("doctor", "--json", status=1)
    [found] = [one for one in doctor.objects if one["check"] == "secrets"]
    assert found["level"] == "bad"
    async with running_service(stage) as service:
        await eventually(lambda: service.has_said("secrets: The key file"), "the log says so")

    away.rename(_keys(stage))
    await stage.run("replay", "--since", "2020-01-01")
    await stage.run("deliver")

    assert len(stage.mails) == 1
    assert [one["type"] for one in stage.messages] == ["trial.changed"]


async def test_restore_says_which_key_is_not_here(stage: Stage) -> None:
    kept = stage.folder / "kept.backup"
    await stage.run("db", "backup", str(kept))
    stage.settings["TRIALWATCH_DATABASE_URL"] = f"sqlite:///{stage.folder}/beside.db"
    assert "key" not in (await stage.run("db", "restore", str(kept))).err

    stage.settings["TRIALWATCH_DATABASE_URL"] = f"sqlite:///{stage.folder}/elsewhere.db"
    stage.settings["TRIALWATCH_SECRETS_KEY_FILE"] = str(stage.folder / "nowhere.key")
    said = (await stage.run("db", "restore", str(kept))).err

    assert "Put back the file that is kept apart from the backups" in " ".join(said.split())
