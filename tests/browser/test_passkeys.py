"""A passkey's whole way in a real browser with a device that Chromium plays: added, used, taken off.

Chromium makes passkeys for a page on ``localhost`` without https; its device makes real keys.
https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage.engine import Database
from tests.browser.axe import axe_source, violations
from tests.browser.devtools import OVERFLOW, Browser
from tests.unit.web.members import OPERATORS, PASSWORD, an_operator
from tests.unit.web.site import a_service
from trialwatch.web.app import make_app
from trialwatch.web.serve import listen, serving

pytestmark = pytest.mark.browser

#: A device that is always there and always finds its owner's finger to be right.
_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def browser(browser: Browser) -> Browser:
    """A browser that plays devices."""
    await browser.ask("WebAuthn.enable")
    return browser


@pytest.fixture
async def site(database: Database) -> AsyncIterator[str]:
    """The pages' address, by the name that they are told to have."""
    with listen("127.0.0.1:0") as listening:
        url = f"http://localhost:{listening.getsockname()[1]}"
        service = a_service(database, WEB_URL=url)
        an_operator(service)
        async with serving(make_app(service, None), listening):
            yield url


async def a_device(browser: Browser) -> str:
    """Plug a device in."""
    told = await browser.ask("WebAuthn.addVirtualAuthenticator", options=_DEVICE)
    return str(told["authenticatorId"])


async def credentials(browser: Browser, device: str) -> list[dict[str, Any]]:
    """Return what the device holds."""
    told = await browser.ask("WebAuthn.getCredentials", authenticatorId=device)
    found: list[dict[str, Any]] = told["credentials"]
    return found


async def sign_in(browser: Browser, site: str, width: int) -> None:
    await browser.show(f"{site}/sign-in?next=/account", width=width)
    await browser.type_in(email=OPERATORS, password=PASSWORD)
    await browser.press("Sign in")
    assert "Passkeys" in await browser.words()


async def add(browser: Browser, name: str) -> None:
    await browser.type_in(**{"passkey-name": name})
    await browser.press("Add a passkey")
    assert name in await browser.words()


async def alerted(browser: Browser) -> str:
    """Press the button of a passkey, and return what the page says where that leads nowhere."""
    return str(
        await browser.value_of_promise(
            "new Promise((done) => { const form = document.querySelector('form[data-passkey]');"
            " const said = form.querySelector('[role=alert]');"
            " new MutationObserver(() => said.textContent && done(said.textContent))"
            ".observe(said, {childList: true});"
            " form.querySelector('button').click(); })"
        )
    )


@pytest.mark.parametrize("width", [320, 1200])
async def test_passkey_is_added_signs_in_and_is_taken_off(
    browser: Browser, site: str, width: int
) -> None:
    device = await a_device(browser)
    await sign_in(browser, site, width)

    await add(browser, "blue phone")
    (made,) = await credentials(browser, device)
    await browser.press("Sign out")
    entered = await browser.press("Sign in with a passkey")

    assert "Trials being watched" in await browser.words()
    assert entered.complaints == []
    assert made["isResidentCredential"] is True
    assert made["rpId"] == "localhost"
    assert (await credentials(browser, device))[0]["signCount"] > made["signCount"]
    sight = await browser.show(f"{site}/account", width=width)
    assert sight.complaints == []
    assert await browser.value(OVERFLOW) <= 0
    assert "blue phone" in await browser.words()
    await browser.press("Take off")
    assert "blue phone" not in await browser.words()
    await browser.press("Sign out")
    await browser.press("Sign in with a passkey")
    assert "not known here, or was taken off" in await browser.words()


async def test_device_holds_one_passkey_of_a_person_and_another_device_another(
    browser: Browser, site: str
) -> None:
    first = await a_device(browser)
    await sign_in(browser, site, 1200)
    await add(browser, "phone")

    await browser.type_in(**{"passkey-name": "again"})
    said = await alerted(browser)

    assert said == "This device has a passkey of yours for these pages already."
    await browser.ask("WebAuthn.removeVirtualAuthenticator", authenticatorId=first)
    await a_device(browser)
    await add(browser, "key ring")
    assert "phone" in await browser.words()


async def test_device_that_does_not_find_its_owner_is_told_in_words(
    browser: Browser, site: str
) -> None:
    device = await a_device(browser)
    await browser.ask("WebAuthn.setUserVerified", authenticatorId=device, isUserVerified=False)
    await sign_in(browser, site, 1200)
    await browser.type_in(**{"passkey-name": "phone"})

    said = await alerted(browser)

    assert said.startswith("Nothing was done: it was cancelled")
    assert (
        await browser.value("document.querySelector('form[data-passkey] button').disabled") is False
    )


async def test_pages_reached_by_another_name_say_where_passkeys_work(
    browser: Browser, site: str
) -> None:
    await browser.show(f"{site.replace('localhost', '127.0.0.1')}/sign-in", width=1200)

    said = await browser.words()

    assert f"Passkeys of these pages work at {site} alone." in said
    assert "Sign in with a passkey" not in said


async def test_pages_work_without_javascript(browser: Browser, site: str) -> None:
    await browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    await browser.show(f"{site}/sign-in", width=1200)

    said = await browser.words()

    assert "Signing in with a passkey needs JavaScript" in said
    assert "Sign in with a passkey" not in said


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_the_pages_with_passkeys(
    browser: Browser, site: str, scheme: str
) -> None:
    await a_device(browser)
    await sign_in(browser, site, 1200)
    await add(browser, "phone")
    source = axe_source()

    for page in ("/account", "/sign-in"):
        for width in (320, 1200):
            await browser.show(f"{site}{page}", width=width, scheme=scheme)
            assert (
                await browser.value("document.querySelector('form[data-passkey]').hidden") is False
            )
            assert await violations(browser, source) == [], page
            assert await browser.value(OVERFLOW) <= 0
