"""Countries by the names that people give them."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_WORD: Final = re.compile(r"\w+")
_OTHERS: Final = {"uk": "GB", "great britain": "GB", "england": "GB", "usa": "US"}


def folded(name: str) -> str:
    """Return a name without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return " ".join(_WORD.findall(letters.replace("'", "")))


def country_of(text: str) -> str | None:
    """Return the ISO 3166 code of a country by its code or name; None for none we know."""
    asked = folded(text)
    if asked.upper() in country_names():
        return asked.upper()
    return _OTHERS.get(asked) or _by_name().get(asked)


@cache
def country_names() -> Mapping[str, str]:
    """Return the English name of each country by its ISO 3166 code."""
    text = files("monitor.places").joinpath("countries.tsv").read_text("utf-8")
    return {line[:2]: line[3:] for line in text.splitlines()}


@cache
def _by_name() -> Mapping[str, str]:
    return {folded(name): code for code, name in country_names().items()}
