"""The operator's question "why is nothing coming?" in a real browser, on a running service.

Each cause is there for real: a server that refuses, a setting that is missing, a part that does
not run. The operator signs in, presses the button and reads; on a phone too.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from simulator.made import open_stories
from tests.acceptance.service import RunningService, rows_of, running_service
from tests.acceptance.stage import Stage, on_stage
from tests.browser.axe import axe_source, violations
from tests.browser.causes import CAUSES, Cause
from tests.browser.devtools import OVERFLOW, Browser
from tests.browser.signing import ELSEWHERE, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.acceptance]

DESK, PHONE = 1200, 320
QUESTION = "Why is nothing coming?"
#: What the answer's first card says, where it is seen without moving the page.
_FIRST = """(() => {
    const card = document.querySelector('#why li');
    return card.getBoundingClientRect().bottom <= innerHeight ? card.innerText : 'too far down';
})()"""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Everything around a service that is not begun yet."""
    async with on_stage(open_stories(), tmp_path) as stage:
        stage.settings |= {"TRIALWATCH_POLL_EVERY": "1", "TRIALWATCH_WEB_URL": ELSEWHERE}
        yield stage


@asynccontextmanager
async def spoilt(stage: Stage, cause: Cause, browser: Browser) -> AsyncIterator[RunningService]:
    """A service in which nothing comes for this cause, and its operator signed in."""
    stage.settings |= cause.settings
    async with running_service(stage, cause.role) as service:
        await sign_up(browser, service, DESK)
        with rows_of(stage) as rows:
            await cause.seed(stage, rows)
        yield service


async def ask(browser: Browser, service: RunningService, *, width: int, scheme: str) -> str:
    """Press the button on the first page, and return what the answer begins with."""
    await browser.show(f"{service.url}/", width=width, scheme=scheme)
    answered = await browser.press(QUESTION)
    assert answered.complaints == []
    assert await browser.value(OVERFLOW) <= 0
    assert await violations(browser, axe_source()) == []
    return str(await browser.value(_FIRST))


def _on_its_own_database(request: pytest.FixtureRequest, stage: Stage, cause: Cause) -> None:
    """Parts that run apart share a PostgreSQL."""
    if cause.role != "run":
        url = request.getfixturevalue("empty_postgresql_url")
        stage.settings["TRIALWATCH_DATABASE_URL"] = url


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.postgresql] if cause.role != "run" else [])
        for name, cause in CAUSES.items()
    ],
)
async def test_operator_reads_why_nothing_comes_and_what_to_do(
    request: pytest.FixtureRequest, browser: Browser, stage: Stage, name: str
) -> None:
    cause = CAUSES[name]
    _on_its_own_database(request, stage, cause)
    async with spoilt(stage, cause, browser) as service:
        for width, scheme in ((DESK, "light"), (PHONE, "dark")):
            answer = await ask(browser, service, width=width, scheme=scheme)
            assert cause.words in answer
            assert cause.remedy in answer
        if cause.leads:
            await browser.press(cause.leads)
            assert cause.there in await browser.words()


async def test_asking_again_after_mending_finds_no_fault(browser: Browser, stage: Stage) -> None:
    cause = CAUSES["an address is switched off"]
    async with spoilt(stage, cause, browser) as service:
        assert cause.words in await ask(browser, service, width=PHONE, scheme="light")
        await browser.press(cause.leads)
        await browser.press("Switch on")
        await browser.show(f"{service.url}/service", width=PHONE)

        await browser.press("Ask again")

        assert cause.words not in await browser.words()
        assert await browser.value("document.querySelectorAll('#why .trouble').length") == 0
