"""Every mail there is, in a real browser: everybody can read it, on a phone and in the dark."""

from pathlib import Path
from typing import Final

import pytest

from tests.browser.axe import axe_source, violations
from tests.browser.caniemail import unsupported
from tests.browser.devtools import OVERFLOW, Browser
from trialwatch.gallery.page import write_gallery
from trialwatch.gallery.pieces import Piece, pieces

pytestmark = pytest.mark.browser

#: What some mail programs do not show, and why the mail is as good without.
HARMLESS: Final = {
    "css-at-media": "the mail is one column as wide as there is room; only its rims are wider",
    "css-at-media-prefers-color-scheme": "such programs show the light colours, or turn them over",
    "css-border-radius": "the button has square corners",
    "css-display-none": "the first sentence, which stands below too, is seen above as well",
    "css-max-height": "the hidden first line is hidden by display and mso-hide too",
    "css-overflow": "the hidden first line is hidden by display and mso-hide too",
    "css-overflow-wrap": "word-wrap and word-break beside it say the same",
    "css-word-wrap": "word-break beside it says the same",
    "css-word-break": "word-wrap beside it says the same; the rest have words that fit",
    "html-aria-labelledby": "the table stands right under the heading that names it",
    "html-body": "what the body looks like, the outermost table says again",
    "html-role": "a table that lays out is read as a table",
    "html-style": "the styles stand in each element too",
}
_SMALLEST: Final = """Math.min(...[...document.querySelectorAll('p,li,th,td,h1,h2,h3,a')]
    .filter(one => one.textContent.trim())
    .map(one => parseFloat(getComputedStyle(one).fontSize)))"""
_IMAGES: Final = "[...document.images].filter(one => !one.alt).length"


@pytest.fixture(scope="module")
def shown() -> tuple[Piece, ...]:
    return tuple(pieces())


@pytest.fixture(scope="module")
def mails(shown: tuple[Piece, ...], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    made = tmp_path_factory.mktemp("gallery")
    assert write_gallery(shown, made) == len(shown)
    return sorted(made.glob("*.html"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_read_every_mail(
    browser: Browser, mails: list[Path], scheme: str
) -> None:
    source = axe_source()
    wrong = {}
    for file in mails:
        await browser.show(file.as_uri(), width=700, scheme=scheme)
        # A mail stands inside the page of a mail program, which has them: axe wants the parts of a site (one main, one banner) where a mail has none.
        found = [one for one in await violations(browser, source) if not _is_of_sites(one, file)]
        if found:
            wrong[file.name] = found

    assert wrong == {}


def _is_of_sites(violation: str, file: Path) -> bool:
    is_mail = file.name != "index.html"
    return is_mail and violation.partition(":")[0] in {"landmark-one-main", "region"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_mail_fits_a_phone(browser: Browser, mails: list[Path], scheme: str) -> None:
    for file in mails:
        sight = await browser.show(file.as_uri(), width=320, scheme=scheme)

        assert await browser.value(OVERFLOW) <= 0, file.name
        assert await browser.value(_SMALLEST) >= 14, file.name
        assert await browser.value("document.documentElement.lang") == "en", file.name
        assert await browser.value(_IMAGES) == 0, file.name
        assert all(one.startswith("file:") for one in sight.requests), file.name


def test_no_mail_needs_what_a_mail_program_does_not_show(shown: tuple[Piece, ...]) -> None:
    missing = {
        feature: lacking
        for piece in shown
        if piece.html is not None
        for feature, lacking in unsupported(piece.html).items()
        if feature not in HARMLESS
    }

    assert missing == {}


def test_what_mail_programs_do_not_show_is_noticed() -> None:
    found = unsupported(
        '<p style="display:flex;gap:4px;made-up: 1"><style>p{position:fixed}</style>'
    )

    assert {"css-gap", "css-position", "css-made-up"} <= set(found)
    assert found["css-made-up"] == {"not measured"}
