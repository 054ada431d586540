"""A family's whole way, in a real browser on a running service: from nothing to a first alert.

First run, a pasted list, being told with a preview, a release, the mail and where its link leads,
a comparison, a webhook's test, sending again, and the way out of the mail without signing in.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.service import (
    RunningService,
    eventually,
    rows_of,
    running_service,
    settled,
    swept,
)
from tests.acceptance.stage import Stage, on_stage
from tests.browser.devtools import Browser
from tests.browser.signing import ADDRESS, ELSEWHERE, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.acceptance]

SUSPENDS = "NCT99000002"


@pytest.fixture(params=[320, 1200])
def width(request: pytest.FixtureRequest) -> int:
    """A phone and a desk."""
    wide: int = request.param
    return wide


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A service that knows nothing yet. It is reached as it is, without a proxy before it."""
    async with on_stage(open_stories(), tmp_path) as stage:
        stage.settings["TRIALWATCH_POLL_EVERY"] = "1"
        yield stage


async def ask_for_alerts(browser: Browser) -> None:
    """A list by pasting, and being told of it after a look at what that would have sent."""
    await browser.type_in(name="Breast cancer", numbers=f"Trial\n{SUSPENDS}\nNCT12")
    await browser.press("Make the list")
    said = await browser.words()
    assert "1 trial was put on the list" in said
    assert "NCT12" in said
    await browser.press("Tell me of this list")
    await browser.type_in(address=ADDRESS)
    await browser.press("Show what this would have sent")
    assert "Nothing that is known here would have been sent" in await browser.words()
    await browser.press("Tell me")
    assert f"Email to {ADDRESS}" in await browser.words()


async def test_from_nothing_to_a_first_alert_and_out_again(
    browser: Browser, stage: Stage, width: int
) -> None:
    stage.settings["TRIALWATCH_WEB_URL"] = ELSEWHERE
    async with running_service(stage) as service:
        await sign_up(browser, service, width)
        await ask_for_alerts(browser)
        with rows_of(stage) as rows:
            await swept(stage, rows)
            stage.registry.publish_next()
            await settled(stage, rows)
        await eventually(lambda: bool(stage.mails), "the mail arrives")
        await _follow_the_mail(browser, stage, service, width)
        await _set_up_a_webhook(browser, stage, service, width)
        await _leave_by_the_mail(browser, stage, service, width)


async def _follow_the_mail(
    browser: Browser, stage: Stage, service: RunningService, width: int
) -> None:
    mail = stage.mails[-1]
    assert mail["To"] == ADDRESS
    page = next(path for path in _paths(stage) if path.startswith("/trials/"))
    sight = await browser.show(f"{service.url}{page}", width=width)
    assert sight.complaints == []
    said = await browser.words()
    assert SUSPENDS in said
    assert "critical" in said.lower()
    compared = await browser.show(f"{service.url}{page}/compare?from=1&to=2", width=width)
    assert compared.complaints == []
    told = await browser.words()
    assert "The study team now gives a reason for stopping" in told
    assert "while changes in heart rhythm seen in 3 participants are reviewed" in told
    await browser.show(f"{service.url}/deliveries", width=width)
    assert "delivered" in await browser.words()


async def _set_up_a_webhook(
    browser: Browser, stage: Stage, service: RunningService, width: int
) -> None:
    await browser.show(f"{service.url}/targets", width=width)
    await browser.type_in(address=stage.hook.url)
    await browser.press("Add")
    assert "whsec_" in await browser.words()
    await browser.press("Send a test")
    assert "the test was taken (204)" in await browser.words()
    await browser.press("Send again what failed")
    assert "Nothing had failed there" in await browser.words()


async def _leave_by_the_mail(
    browser: Browser, stage: Stage, service: RunningService, width: int
) -> None:
    await browser.forget()
    way_out = next(path for path in _paths(stage) if path.startswith("/u/"))
    await browser.show(f"{service.url}{way_out}", width=width)
    assert "Stop these mails?" in await browser.words()
    await browser.press("Stop these mails")
    said = await browser.words()
    assert "You are unsubscribed" in said
    assert "Breast cancer" in said


def _paths(stage: Stage) -> list[str]:
    """Paths of our pages in the text of the newest mail, in their order."""
    body = stage.mails[-1].get_body(("plain",))
    assert body is not None
    return re.findall(f"{re.escape(ELSEWHERE)}(/\\S+)", body.get_content())
