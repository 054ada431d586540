"""A trial on paper: two sheets to take to the doctor, with every rule, large enough to read."""

from collections.abc import AsyncIterator

import pytest

from simulator.made import open_stories
from simulator.registry import Registry
from storage.engine import Database
from tests.browser.devtools import PAPERS, Browser
from tests.unit.web.site import a_service, take_in
from trialwatch.web.app import make_app
from trialwatch.web.serve import listen, serving

pytestmark = pytest.mark.browser

#: 9.5 points in pixels of the style sheet.
SMALLEST_PX = 9.5 * 96 / 72 - 0.01
_SMALLEST = """Math.min(...[...document.querySelectorAll('main *')]
    .filter(one => one.getClientRects().length && one.textContent.trim())
    .map(one => parseFloat(getComputedStyle(one).fontSize)))"""
#: Rules that are not shown, or not whole.
_LOST = """[...document.querySelectorAll('.rules > li')]
    .filter(one => !one.getClientRects().length
        || [...one.querySelectorAll('li')].some(part => !part.getClientRects().length)).length"""
_RULES = "document.querySelectorAll('.rules > li').length"


@pytest.fixture
async def trials(database: Database) -> AsyncIterator[list[str]]:
    """Addresses of the pages of all made-up trials."""
    view = Registry(open_stories()).view()
    held = {study.nct_id: view.raw(study) for _, study in view.scan()}
    service = a_service(database)
    await take_in(service, held)
    with listen("127.0.0.1:0") as listening:
        root = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with serving(make_app(service, None), listening):
            yield [f"{root}/trials/{nct_id}" for nct_id in held]


async def test_every_trial_prints_on_two_sheets_with_every_rule(
    browser: Browser, trials: list[str]
) -> None:
    rules = 0
    for url in trials:
        await browser.show(url, width=760)
        for name, paper in PAPERS.items():
            assert 1 <= await browser.sheets(paper) <= 2, (url, name)
        await browser.ask("Emulation.setEmulatedMedia", media="print")
        assert await browser.value(_LOST) == 0, url
        assert await browser.value(_SMALLEST) >= SMALLEST_PX, url
        rules += await browser.value(_RULES)
    assert rules > len(trials)


async def test_paper_names_what_it_leaves_out_and_where_it_stands(
    browser: Browser, trials: list[str]
) -> None:
    await browser.show(trials[0], width=760)
    assert "Not on this paper" not in await browser.words()

    await browser.ask("Emulation.setEmulatedMedia", media="print")

    said = await browser.words()
    assert "Not on this paper: what changed" in said
    assert trials[0].rpartition("/")[2] in said.partition("All of it: ")[2]
    assert "Versions kept" not in said
