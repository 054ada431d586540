"""From registry to inbox, with the real command."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.stage import ALL, READER, Stage, on_stage

pytestmark = pytest.mark.acceptance

SUSPENDS = "NCT99000002"
BOOKKEEPING = "NCT99000010"
CONTRACT = {
    "nct_id",
    "from_version",
    "to_version",
    "kind",
    "subject",
    "before",
    "after",
    "severity",
    "sentence",
}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The made-up trials, nothing watched yet."""
    async with on_stage(open_stories(), tmp_path) as stage:
        yield stage


async def test_baseline_raises_nothing_and_a_quiet_poll_is_one_request(stage: Stage) -> None:
    await stage.watch(*ALL)

    assert await stage.check() == []
    stage.registry.requests.clear()
    assert await stage.check() == []

    assert [seen.status for seen in stage.registry.requests.all()] == [304]


async def test_changes_reach_inbox_and_webhook_verified(stage: Stage) -> None:
    await stage.watch(*ALL)
    await stage.check()

    found = [change for _ in range(6) for change in await stage.release()]

    assert all(set(change) == CONTRACT for change in found)
    identities = [tuple(change[key] for key in list(change)[:5]) for change in found]
    assert len(identities) == len(set(identities))
    told = {(c["nct_id"], c["to_version"]) for c in found if c["severity"] != "silent"}
    assert told
    hooked = [message["data"] for message in stage.messages]
    assert len(hooked) == len({request.headers["webhook-id"] for request in stage.hook.requests})
    gone_and_back = {(data["nct_id"], data["to_version"]) for data in hooked}
    assert told <= gone_and_back
    assert len(stage.mails) == len(hooked)
    assert {mail["To"] for mail in stage.mails} == {READER}
    assert len({mail["Message-ID"] for mail in stage.mails}) == len(stage.mails)


async def test_suspended_resumed_suspended_is_three_alerts(stage: Stage) -> None:
    await stage.watch(SUSPENDS)
    await stage.check()

    found = [change for _ in range(6) for change in await stage.release()]

    statuses = [(c["before"], c["after"]) for c in found if c["kind"] == "status"]
    assert statuses == [
        ("RECRUITING", "SUSPENDED"),
        ("SUSPENDED", "RECRUITING"),
        ("RECRUITING", "SUSPENDED"),
    ]
    subjects = [mail["Subject"] for mail in stage.mails]
    assert len(subjects) == 3
    assert all(SUSPENDS in subject for subject in subjects)


async def test_bookkeeping_alone_is_never_sent(stage: Stage) -> None:
    await stage.watch(BOOKKEEPING)
    await stage.check()

    for _ in range(6):
        await stage.release()

    assert not stage.mail.mails
    assert not stage.hook.requests


async def test_same_release_checked_twice_sends_nothing_twice(stage: Stage) -> None:
    await stage.watch(*ALL)
    await stage.check()
    await stage.release()
    sent = len(stage.mail.mails), len(stage.hook.requests)

    assert await stage.check() == []
    await stage.run("deliver", "--until-empty")

    assert (len(stage.mail.mails), len(stage.hook.requests)) == sent


async def test_one_click_in_the_mail_leads_to_the_right_subscription(stage: Stage) -> None:
    await stage.watch(SUSPENDS)
    await stage.check()
    await stage.release()
    await stage.release()

    [mail] = stage.mails[:1]

    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://watch.example/u/")
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    link = mail["List-Unsubscribe"].strip("<>")
    assert link in html.get_content()
    assert link.rpartition("/")[2] in plain.get_content().replace("\n", "")


async def test_unwatched_trial_is_polled_no_more_and_keeps_its_history(stage: Stage) -> None:
    await stage.watch(SUSPENDS)
    await stage.check()
    await stage.run("unwatch", SUSPENDS)
    stage.registry.publish_next()
    stage.registry.requests.clear()

    await stage.check()
    [shown] = (await stage.run("show", SUSPENDS, "--json")).objects

    assert stage.registry.requests.count("/api/v2/studies") == 0
    assert [version["version"] for version in shown["versions"]] == [1]


async def test_versions_compare_as_they_were_told(stage: Stage) -> None:
    await stage.watch(SUSPENDS)
    await stage.check()
    told = [change for _ in range(6) for change in await stage.release()]
    last = max(change["to_version"] for change in told)

    steps = []
    for number in range(1, last):
        ended = await stage.run("diff", SUSPENDS, str(number), str(number + 1), "--json")
        steps += ended.objects

    assert steps == told
    history = (await stage.run("history", SUSPENDS, "--json")).objects
    assert [change for version in history for change in version["changes"]] == told
