"""What all tests in a real browser begin with."""

from collections.abc import AsyncIterator

import pytest

from tests.browser.devtools import Browser, browsing, chromium
from tests.conftest import unavailable


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser of this test's own."""
    executable = chromium()
    if executable is None:
        unavailable("no Chromium to look at pages and mails with (apt-get install chromium)")
        return
    async with browsing(executable) as browser:
        yield browser
