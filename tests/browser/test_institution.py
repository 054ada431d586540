"""Signing in by an institution in a real browser: out to its provider, back, and out again."""

from collections.abc import AsyncIterator

import pytest

from storage.engine import Database
from tests.browser.axe import axe_source, violations
from tests.browser.devtools import OVERFLOW, Browser
from tests.integration.web.institutions import a_service_of
from tests.servers.issuer import IssuerServer, issuer_server
from tests.unit.web.members import a_list, a_person
from tests.unit.web.site import CHANGES, QUIET
from trialwatch.web.app import make_app
from trialwatch.web.serve import listen, serving

pytestmark = pytest.mark.browser

_BUTTON = "Sign in with Example University"


@pytest.fixture
async def provider() -> AsyncIterator[IssuerServer]:
    async with issuer_server() as running:
        yield running


@pytest.fixture
def browser(provider: IssuerServer, browser: Browser) -> Browser:
    """A browser, gone before the provider that it keeps connections to."""
    del provider
    return browser


@pytest.fixture
async def site(database: Database, provider: IssuerServer) -> AsyncIterator[str]:
    """The pages by the name they are told to have; the provider is another site to a browser."""
    with listen("127.0.0.1:0") as listening:
        url = f"http://localhost:{listening.getsockname()[1]}"
        service = a_service_of(database, provider, WEB_URL=url)
        a_list(service, a_person(service, "ada"), CHANGES, QUIET)
        async with serving(make_app(service, None), listening):
            yield url


@pytest.mark.parametrize("width", [320, 1200])
async def test_member_goes_to_the_institution_and_comes_back_signed_in(
    browser: Browser, site: str, provider: IssuerServer, width: int
) -> None:
    page = "/lists/1"
    await browser.show(f"{site}{page}", width=width)
    assert await browser.value("location.pathname + location.search") == f"/sign-in?next={page}"

    entered = await browser.press(_BUTTON)

    assert any(one.startswith(f"{provider.issuer}/authorize?") for one in entered.requests)
    assert entered.complaints == []
    assert await browser.value("location.href") == f"{site}{page}"
    assert "Robots" in await browser.words()
    await browser.show(f"{site}/account", width=width)
    assert "Your institution" in await browser.words()
    assert await browser.value(OVERFLOW) <= 0
    await browser.press("Sign out")
    assert _BUTTON in await browser.words()


async def test_stranger_is_told_so_and_finds_the_other_ways(
    browser: Browser, site: str, provider: IssuerServer
) -> None:
    provider.person |= {"sub": "eve-1", "email": "eve@example.org"}
    await browser.show(f"{site}/sign-in", width=1200)

    await browser.press(_BUTTON)

    assert await browser.value("document.querySelector('[role=alert]').innerText") != ""
    assert await browser.value("document.getElementById('password') !== null")
    await browser.show(f"{site}/account", width=1200)
    assert "Sign in" in await browser.words()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_the_button_and_the_order_of_a_list(
    browser: Browser, site: str, scheme: str
) -> None:
    source = axe_source()
    await browser.show(f"{site}/sign-in", width=320, scheme=scheme)
    assert await violations(browser, source) == []
    await browser.press(_BUTTON)

    for page in ("/account", "/lists/1", "/lists/1?sort=title", "/lists/1?sort=changed"):
        for width in (320, 1200):
            await browser.show(f"{site}{page}", width=width, scheme=scheme)
            assert await violations(browser, source) == [], (page, width)
            assert await browser.value(OVERFLOW) <= 0, (page, width)
