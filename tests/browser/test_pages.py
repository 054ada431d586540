"""The pages in a real browser: nothing breaks, nothing calls elsewhere, nothing runs over."""

from collections.abc import AsyncIterator
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from monitor.alerting.publishing import publish
from monitor.domain.watches import DEFAULT_LIST
from storage import queries
from storage.engine import Database
from storage.tables import subscriptions
from tests.browser.axe import axe_source, violations
from tests.browser.devtools import OVERFLOW, Browser
from tests.fakes.registry import FakeRegistry
from tests.unit.web.site import CHANGES, EVIL, QUIET, UNSEEN, a_service, fill, sited, titled
from trialwatch.web.app import make_app
from trialwatch.web.serve import listen, serving

pytestmark = pytest.mark.browser

PAGES = (
    *("/", "/changes", f"/trials/{CHANGES}", f"/trials/{UNSEEN}", "/deliveries"),
    *(
        "/lists",
        "/lists/1",
        "/lists/1/tell",
        "/lists/1/search",
        "/targets",
        "/service",
        "/people",
        "/account",
    ),
    *("/welcome", "/sign-in"),
    *(
        "/deliveries/EMAIL",
        "/deliveries/WEBHOOK",
        "/deliveries/EMAIL/html",
        "/u/unknown",
        "/u/TOKEN",
    ),
    *(f"/trials/{CHANGES}/{page}" for page in ("compare", "timeline", "rules", "places")),
    *(f"/trials/{CHANGES}/rules?rule=I.1", f"/trials/{UNSEEN}/timeline", "/l/made-up-key"),
    *(f"/trials/{QUIET}", f"/trials/{QUIET}/places"),
    "/lists/1/public",
)


@pytest.fixture
async def site(database: Database) -> AsyncIterator[dict[str, str]]:
    """Every page by the name it has in PAGES."""
    service = a_service(database)
    await fill(service, FakeRegistry({CHANGES: titled(CHANGES, EVIL), QUIET: sited(QUIET)}))
    with service.open_work() as work:
        publish(work, DEFAULT_LIST, new_token=lambda: "made-up-key")
        work.commit()
    with database.reading() as connection:
        token = connection.scalar(select(subscriptions.c.token).order_by(subscriptions.c.id))
    ids = {row.channel.name: row.id for row in queries.deliveries(database)}
    with listen("127.0.0.1:0") as listening:
        root = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with serving(make_app(service, None), listening):
            yield {
                page: root
                + page.replace("EMAIL", ids["EMAIL"])
                .replace("WEBHOOK", ids["WEBHOOK"])
                .replace("TOKEN", str(token))
                for page in PAGES
            }


def _asked(requests: list[str]) -> set[str]:
    """Return which hosts were asked; the browser draws its own form controls from data: URLs."""
    return {urlsplit(one).netloc for one in requests if not one.startswith("data:")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1200])
async def test_pages_fit_and_complain_of_nothing_and_call_nowhere_else(
    browser: Browser, site: dict[str, str], width: int, scheme: str
) -> None:
    for page, url in site.items():
        sight = await browser.show(url, width=width, scheme=scheme)

        assert sight.complaints == [], page
        assert _asked(sight.requests) == {urlsplit(url).netloc}, page
        assert await browser.value(OVERFLOW) <= 0, page


_HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
_LANDMARKS = "['header','main','footer'].map(name => document.querySelectorAll(name).length)"
_NAMELESS = """[...document.querySelectorAll('a,button,iframe,table')].filter(one =>
    !(one.textContent.trim() || one.title || one.getAttribute('aria-label'))).length"""
_TWICE = """(() => { const seen = {}; let twice = 0;
    for (const link of document.querySelectorAll('main a'))
        if ((seen[link.textContent.trim()] ??= link.href) !== link.href) twice++;
    return twice })()"""


async def test_pages_are_built_so_that_they_can_be_heard(
    browser: Browser, site: dict[str, str]
) -> None:
    for page, url in site.items():
        if page.endswith("/html"):
            continue
        await browser.show(url, width=1200)

        levels = await browser.value(_HEADINGS)
        assert levels.count(1) == 1, page
        assert levels[0] == 1, page
        steps = [after - before for before, after in pairwise(levels)]
        assert max(steps, default=0) <= 1, (page, levels)
        assert await browser.value(_LANDMARKS) == [1, 1, 1], page
        assert await browser.value("document.documentElement.lang") == "en", page
        assert await browser.value(_NAMELESS) == 0, page
        assert await browser.value(_TWICE) == 0, page


#: WCAG 2.2, 1.4.3: the ratio of each text's colour to the colour behind it.
_FAINT = """(() => {
    const numbers = text => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = one => { for (; one; one = one.parentElement) {
        const colour = numbers(getComputedStyle(one).backgroundColor);
        if (colour.length < 4 || colour[3] > 0) return colour; } return [255, 255, 255]; };
    const faint = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        if (!texts.currentNode.textContent.trim()) continue;
        const one = texts.currentNode.parentElement;
        const pair = [light(numbers(getComputedStyle(one).color)), light(behind(one))].sort();
        const [dark, bright] = pair[0] < pair[1] ? pair : [pair[1], pair[0]];
        const ratio = (bright + 0.05) / (dark + 0.05);
        if (ratio < 4.5) faint.push([ratio, one.outerHTML.slice(0, 80)]);
    }
    return faint })()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_enough(
    browser: Browser, site: dict[str, str], scheme: str
) -> None:
    for page, url in site.items():
        await browser.show(url, width=1200, scheme=scheme)

        assert await browser.value(_FAINT) == [], page


async def test_titles_from_the_registry_run_no_script(
    browser: Browser, site: dict[str, str]
) -> None:
    sight = await browser.show(site["/"], width=1200)

    assert "<script>alert" in await browser.value("document.body.innerText")
    assert await browser.value("document.scripts.length") == 0
    assert sight.complaints == []


async def test_keyboard_finds_the_way_past_the_head(browser: Browser, site: dict[str, str]) -> None:
    await browser.show(site["/"], width=1200)

    for key in ("keyDown", "keyUp"):
        await browser.ask("Input.dispatchKeyEvent", type=key, key="Tab", windowsVirtualKeyCode=9)

    assert await browser.value("document.activeElement.textContent") == "Skip to the content"
    assert await browser.value("document.activeElement.getBoundingClientRect().left") >= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_every_page(
    browser: Browser, site: dict[str, str], scheme: str
) -> None:
    source = axe_source()
    wrong = {}
    for page, url in site.items():
        if page.endswith("/html"):
            # A mail, which is shown in a frame and judged as a message.
            continue
        await browser.show(url, width=1200, scheme=scheme)
        found = await violations(browser, source)
        if found:
            wrong[page] = found

    assert wrong == {}


async def test_a_page_that_somebody_cannot_use_is_noticed(browser: Browser) -> None:
    await browser.show("data:text/html,<p style='color:%23ccc;background:%23fff'>Pale", width=800)

    found = await violations(browser, axe_source())

    assert {one.partition(":")[0] for one in found} >= {"color-contrast", "html-has-lang"}
