"""``target``, ``replay`` and ``deliveries``: the operator's hand on webhooks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.stage import Stage, on_stage
from tests.servers.receiver import status

pytestmark = pytest.mark.acceptance

TRIAL = "NCT99000001"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A trial whose next release changes it, watched by a webhook."""
    async with on_stage(open_stories(), tmp_path) as stage:
        await stage.watch(TRIAL)
        await stage.check()
        yield stage


async def _hook(stage: Stage) -> dict[str, object]:
    listed = (await stage.run("target", "list", "--json")).objects
    return next(one for one in listed if one["channel"] == "webhook")


async def test_test_event_tells_whether_the_receiver_works(stage: Stage) -> None:
    number = str((await _hook(stage))["id"])

    [well] = (await stage.run("target", "test", number, "--json")).objects
    stage.hook.answer(status(500, b"oh dear"))
    bad = await stage.run("target", "test", stage.hook.url, status=1)

    assert (well["taken"], well["status"]) == (True, 204)
    assert "500" in bad.out
    assert "oh dear" in bad.out
    assert stage.messages[0]["type"] == "test.ping"


async def test_failed_message_is_seen_and_sent_again_under_its_id(stage: Stage) -> None:
    stage.hook.answer(status(500, b"<b>not now</b>", webhook_delivery="abort-message"))
    stage.registry.publish(6)
    await stage.check()
    await stage.run("deliver", status=1)

    shown = await stage.run("deliveries", TRIAL, "--attempts")
    [failed] = (await stage.run("deliveries", "--state", "failed", "--json")).objects
    assert "refused 500" in shown.out
    assert "<b>not now</b>" in shown.out
    again = await stage.run("replay", "--since", "2026-01-01", "--target", stage.hook.url, "--json")
    assert again.objects == [{"due_again": 1}]
    await stage.run("deliver")

    ids = [request.headers["webhook-id"] for request in stage.hook.requests]
    assert ids == [failed["id"], failed["id"]]
    assert stage.hook.requests[0].body == stage.hook.requests[1].body
    await stage.run("replay", "--since", "2026-01-01", status=1)
    await stage.run("replay", status=2)


async def test_target_is_set_rotated_and_switched_off_and_on(stage: Stage) -> None:
    number = str((await _hook(stage))["id"])

    chosen = await stage.run(
        "target", "set", number, "--type", "trial.status_changed", "--format", "cloudevents",
        "--json",
    )  # fmt: skip
    [rotated] = (await stage.run("target", "rotate", number, "--json")).objects
    off = await stage.run("target", "disable", number)
    on = await stage.run("target", "enable", number, "--json")

    assert chosen.objects[0]["types"] == ["trial.status_changed"]
    assert chosen.objects[0]["format"] == "cloudevents"
    assert str(rotated["secret"]).startswith("whsec_")
    assert rotated["secret"] != stage.secret
    assert "is disabled" in off.out
    assert on.objects[0]["state"] == "active"
    assert (await stage.run("target", "set", number, "--all", "--json")).objects[0]["types"] == []
    await stage.run("target", "rotate", number, status=1)
    await stage.run("target", "set", number, status=2)
    await stage.run("target", "set", number, "--type", "trial.eaten", status=2)
    await stage.run("target", "test", "99", status=1)


async def test_owner_is_told_by_mail_of_a_webhook_that_wants_no_more(stage: Stage) -> None:
    [ops] = (await stage.run("target", "notify", "ops@clinic.example", "--json")).objects
    assert ops["types"] == ["message.failing", "message.recovered", "target.disabled"]
    stage.hook.answer(status(410))
    stage.registry.publish(6)
    await stage.check()
    await stage.run("deliver", status=1)

    subjects = {mail["To"]: mail["Subject"] for mail in stage.mails}
    assert subjects["ops@clinic.example"].startswith("A webhook was switched off: http://127.0.0.1")
    assert (await _hook(stage))["state"] == "disabled"
