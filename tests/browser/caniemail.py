"""Which features of HTML and CSS each mail program shows, as caniemail.com has measured.

https://www.caniemail.com, the data of the npm package ``caniemail`` (MIT), installed by ``npm ci``
beside this file. Nothing of the package is run.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from tests.conftest import unavailable

_DATA: Final = Path(__file__).with_name("node_modules") / "caniemail" / "data" / "caniemail.json"
#: Mail programs that our mails are made for.
CLIENTS: Final = ("gmail", "outlook", "apple-mail", "yahoo", "samsung-email", "thunderbird")
#: The feature that a property is part of, where its name does not say.
_PART_OF: Final[Mapping[str, str]] = {
    **{f"border-{side}": "border" for side in ("top", "right", "bottom", "left", "color")},
    **{f"padding-{side}": "padding" for side in ("top", "right", "bottom", "left")},
    "font-family": "font",
}
#: Properties that every program has shown for so long that nobody measures them, or that only
#: one program reads and all others pass over.
_UNMEASURED: Final = frozenset({"color", "mso-hide"})
_HTML: Final[Mapping[str, str]] = {
    **dict.fromkeys(("ul", "ol", "li"), "lists"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "h1-h6"),
    **{tag: tag for tag in ("strong", "p", "div", "style", "body", "table", "img", "span")},
    **{name: name for name in ("role", "lang", "dir", "width", "align", "aria-labelledby")},
    **{name: name for name in ("cellpadding", "cellspacing", "height", "valign")},
}
#: Features known by a word that stands somewhere.
_BY_WORD: Final[Mapping[str, str]] = {
    "css-at-media": "@media",
    "css-at-media-prefers-color-scheme": "prefers-color-scheme",
    "css-display-none": "display:none",
}
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_RULE: Final = re.compile(r"([\w-]+)\s*:\s*([^;{}]+)")


def unsupported(html: str) -> dict[str, set[str]]:
    """Return which features of a mail some of the programs do not show: feature to programs."""
    measured = _measured()
    missing: dict[str, set[str]] = {}
    for feature in _features(html):
        lacking = _lacking(measured[feature]) if feature in measured else {"not measured"}
        if lacking:
            missing[feature] = lacking
    return missing


@cache
def _measured() -> dict[str, Any]:
    if not _DATA.is_file():
        unavailable("no caniemail to judge mails with (npm ci --prefix tests/browser)")
    data = json.loads(_DATA.read_text(encoding="utf-8"))["data"]
    return {feature["slug"]: feature["stats"] for feature in data}


def _lacking(stats: Mapping[str, Mapping[str, Mapping[str, str]]]) -> set[str]:
    """Return the programs whose newest version measured does not show a feature at all."""
    return {
        f"{client} {platform}"
        for client in CLIENTS
        for platform, versions in stats.get(client, {}).items()
        if list(versions.values())[-1].startswith("n")
    }


def _features(html: str) -> set[str]:
    tags = _Tags()
    tags.feed(html)
    sheets = "".join(_STYLE.findall(html))
    css = {_of_property(name) for name in _properties(";".join([sheets, *tags.styles]))}
    by_word = {feature for feature, word in _BY_WORD.items() if word in html}
    return css | by_word | tags.features


def _properties(css: str) -> Iterator[str]:
    without_queries = re.sub(r"@media[^{]*", "", css)
    found = {match[1] for match in _RULE.finditer(without_queries)}
    yield from sorted(found - _UNMEASURED)


def _of_property(name: str) -> str:
    return f"css-{_PART_OF.get(name, name)}"


class _Tags(HTMLParser):
    """Collects styles and the tags and attributes that are measured."""

    def __init__(self) -> None:
        super().__init__()
        self.styles: list[str] = []
        self.features: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name in (tag, *(name for name, _ in attrs)):
            if name in _HTML:
                self.features.add(f"html-{_HTML[name]}")
        self.styles += [value or "" for name, value in attrs if name == "style"]
