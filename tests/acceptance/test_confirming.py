"""An address is asked by one mail, hears nothing else, and everything once it agreed."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from simulator.made import open_stories
from storage.engine import open_database
from tests.acceptance.stage import READER, Stage, on_stage
from tests.unit.web.site import a_service, visiting

pytestmark = pytest.mark.acceptance

TRIAL = "NCT99000001"
_LINK = re.compile(r"https://watch\.example(/c/[\w-]{32})\s")
_SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A trial whose next release changes it, watched for somebody who is asked first."""
    async with on_stage(open_stories(), tmp_path) as stage:
        await stage.run("watch", TRIAL, "--email", READER, "--confirm")
        await stage.check()
        yield stage


async def _visit(stage: Stage, path: str) -> httpx.Response:
    """Look at the page and press its button."""
    database = open_database(f"sqlite:///{stage.folder}/trialwatch.db")
    try:
        async with visiting(a_service(database), peer="198.51.100.9") as reader:
            seen = _SEEN.search((await reader.get(path)).text)
            assert seen is not None
            return await reader.post(path, data={"seen": seen[1]})
    finally:
        database.close()


async def test_one_mail_asks_and_the_button_lets_the_rest_through(stage: Stage) -> None:
    await stage.run("deliver")
    stage.registry.publish(3)
    assert await stage.check()
    await stage.run("deliver")

    (asks,) = stage.mails
    plain = asks.get_body(("plain",))
    assert plain is not None
    link = _LINK.search(plain.get_content())
    assert link is not None
    [waits] = (await stage.run("target", "agreed", "--json")).objects
    assert (waits["agreed"], waits["address"]) == (False, READER)

    # The clock of the page stands in the past, and so the link has not expired for it.
    assert "You will get these mails" in (await _visit(stage, link[1])).text
    await stage.run("deliver")
    assert len(stage.mails) == 1

    stage.registry.publish(6)
    assert await stage.check()
    await stage.run("deliver")
    assert len(stage.mails) == 2
    [agreed] = (await stage.run("target", "agreed", "--json")).objects
    assert (agreed["how"], agreed["origin"]) == ("link", "198.51.100.9")
    assert TRIAL in agreed["text"]


async def test_setting_asks_everybody_and_again_only_now_and_then(stage: Stage) -> None:
    stage.settings["TRIALWATCH_CONFIRM_MAIL"] = "always"
    await stage.run("watch", TRIAL, "--email", "other@clinic.example")
    await stage.run("watch", TRIAL, "--email", "other@clinic.example")
    again = await stage.run("target", "ask", "other@clinic.example", "--json", status=1)
    await stage.run("deliver")

    assert again.objects == [{"target": 2, "asked": False, "reason": "too often"}]
    assert sorted(mail["To"] for mail in stage.mails) == ["other@clinic.example", READER]


async def test_relay_that_is_down_keeps_the_question(stage: Stage) -> None:
    stage.mail.trouble("GREETING", "421 4.3.2 later", "421 4.3.2 later")

    failed = await stage.run("deliver", "--json", status=1)

    assert [one["taken"] for one in failed.objects] == [False]
    assert failed.objects[0]["due_at"] is not None
    shown = await stage.run("target", "agreed")
    assert "the mail is to be sent" in shown.out
