"""Making the operator's sign-in in a real browser, and signing in with it."""

from tests.acceptance.service import RunningService
from tests.browser.devtools import Browser

PASSWORD = "four made up words"
ADDRESS = "ada@clinic.example"
#: Where the mails say the pages are; the browser goes to where they really are.
ELSEWHERE = "http://127.0.0.1:1"


async def sign_up(browser: Browser, service: RunningService, width: int) -> None:
    """First run: the operator's sign-in is made, and is needed from then on."""
    await browser.show(f"{service.url}/account", width=width)
    await browser.press("Make a sign-in")
    await browser.type_in(email=ADDRESS, password=PASSWORD)
    await browser.press("Make my sign-in")
    assert "Trials being watched" in await browser.words()
    await browser.forget()
    await browser.show(f"{service.url}/lists", width=width)
    await browser.type_in(email=ADDRESS, password=PASSWORD)
    await browser.press("Sign in")
    assert "Watch lists" in await browser.words()
