"""Where postcodes are, without asking anybody.

Of some countries the first part of a code is known and enough: it is cut to that, and the place
is called by what is left, so that a street's own code is kept nowhere. Data and licence:
``LICENSE.md`` beside this file; made by ``scripts/postcodes.py``.
"""

import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from monitor.domain.errors import PlaceNotFoundError
from monitor.places.countries import country_names, country_of

_LONGEST: Final = 12
_DIGIT: Final = re.compile(r"[0-9]")
_NOT_OF_A_CODE: Final = re.compile(r"[\s.-]")
#: ``LS1 4AP``: what comes after the first part.
_BRITISH_REST: Final = re.compile(r"(?<=[A-Z0-9]{2})[0-9][A-Z]{2}$")
#: ``L-1009``, ``SE-111 22``: the country before a code of digits.
_LETTERS_BEFORE: Final = re.compile(r"([A-Z]{1,2})([0-9]+)")
_BY_LETTER: Final[Mapping[str, str]] = {
    "A": "AT",
    "B": "BE",
    "D": "DE",
    "E": "ES",
    "F": "FR",
    "I": "IT",
    "L": "LU",
    "S": "SE",
}
#: Parts of a country whose postcodes stand under a code of their own.
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "FI": ("AX",),
    "FR": ("GF", "GP", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"),
    "GB": ("GG", "IM", "JE"),
    "NO": ("SJ",),
    "US": ("AS", "GU", "MP", "PR", "VI"),
}
#: Codes of which a part is kept, where the rest has letters that tell them from other codes.
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    "CA": re.compile(r"[A-Z][0-9][A-Z](?:[0-9][A-Z][0-9])?"),
    "IE": re.compile(r"[A-Z][0-9][0-9W](?:[A-Z0-9]{4})?"),
    "MT": re.compile(r"[A-Z]{3}(?:[0-9]{4})?"),
    "NL": re.compile(r"[0-9]{4}(?:[A-Z]{2})?"),
}
_MOST_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Postcode:
    """A postcode, or the part of one that is known."""

    code: str
    #: ISO 3166 code.
    country: str
    latitude: float
    longitude: float

    @property
    def shown(self) -> str:
        """Its name so that it is found by it again."""
        return f"{self.code}, {self.country}"


@dataclass(frozen=True, slots=True)
class _Section:
    """Where a country's lines stand in the file."""

    begin: int
    end: int
    #: Signs that are kept of a code, and those of a whole one; 0 where lengths differ.
    kept: int
    whole: int


def looks_like_one(text: str) -> bool:
    """Tell whether a text could be a postcode: short, with a digit in it."""
    code = text.split(",", maxsplit=1)[0].strip()
    return bool(_DIGIT.search(code)) and len(code) <= _LONGEST


def find_postcode(text: str) -> Postcode:
    """Return what a postcode means: ``10115, DE``, ``LS1 4AP``, ``02139-4307, United States``.

    Raises:
        PlaceNotFoundError: It is not known, or its country is not, or it is one in several.
    """
    asked, _, named = (part.strip() for part in text.partition(","))
    code = _NOT_OF_A_CODE.sub("", asked.upper())
    if named:
        return _in_country(asked, code, named)
    found = _anywhere(code)
    if not found:
        raise PlaceNotFoundError(
            f"No postcode {asked[:_LONGEST]!r} is known in any of the {len(_sections())} countries"
            " whose postcodes are known here: give a town near it, with its country (Leeds, GB)"
        )
    if len(found) > 1:
        raise PlaceNotFoundError(
            f"{asked!r} is a postcode of {_listed(found)}: say which, as in {found[0].shown}"
        )
    if code.isdecimal():
        # It may be one of a country whose codes are not known here as well.
        raise PlaceNotFoundError(
            f"{asked!r} could be a postcode of several countries: write its country too, as in"
            f" {found[0].shown}"
        )
    return found[0]


def _anywhere(code: str) -> list[Postcode]:
    """Return what a code is in each country, those with the most codes first.

    What stands under a country and under a part of it counts for the part.
    """
    found = {country: each for country in _sections() for each in _look(country, code)}
    for country, parts in _PARTS.items():
        if country in found and any(part in found for part in parts):
            del found[country]
    sizes = {country: section.begin - section.end for country, section in _sections().items()}
    return sorted(found.values(), key=lambda each: sizes[each.country])


def _listed(found: Sequence[Postcode]) -> str:
    names = [f"{country_names()[each.country]} ({each.country})" for each in found]
    more = len(names) - _MOST_SHOWN
    if more > 1:
        names = [*names[:_MOST_SHOWN], f"{more} more countries"]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _in_country(asked: str, code: str, named: str) -> Postcode:
    country = country_of(named)
    if country is None:
        raise PlaceNotFoundError(
            f"{named[:60]!r} is no country that is known here: write a postcode and its country, as"
            " in 10115, DE"
        )
    name = country_names()[country]
    those = [part for part in (country, *_PARTS.get(country, ())) if part in _sections()]
    if not those:
        raise PlaceNotFoundError(
            f"Postcodes of {name} are not known here: give a town near it, or degrees"
        )
    found = next((each for part in those for each in _look(part, code)), None)
    if found is None:
        raise PlaceNotFoundError(
            f"No postcode {asked[:_LONGEST]!r} of {name} is known here: give a town near it"
        )
    return found


def _look(country: str, code: str) -> Iterator[Postcode]:
    section = _sections()[country]
    kept = _kept(country, code)
    if not kept:
        return
    where = _text().find(b"\n%s " % kept.encode("ascii", "replace"), section.begin, section.end)
    if where < 0:
        return
    latitude = longitude = 0
    end = _text().index(b"\n", where + 1)
    for line in _text()[section.begin + 1 : end].split(b"\n"):
        _, north, east = line.split(b" ")
        latitude, longitude = latitude + int(north), longitude + int(east)
    yield Postcode(code=kept, country=country, latitude=latitude / 100, longitude=longitude / 100)


def _kept(country: str, code: str) -> str:
    """Return the part of a code that a country's lines hold; empty where it is none of it."""
    section = _sections()[country]
    if not section.whole:
        return _BRITISH_REST.sub("", code)
    lettered = _LETTERS_BEFORE.fullmatch(code)
    if lettered and country in {lettered[1], _BY_LETTER.get(lettered[1])}:
        code = lettered[2]
    if country in _SHAPES and not _SHAPES[country].fullmatch(code):
        return ""
    return code[: section.kept] if len(code) in {section.kept, section.whole} else ""


@cache
def _text() -> bytes:
    packed = files("monitor.places").joinpath("postcodes.txt.gz").read_bytes()
    return gzip.decompress(packed)


@cache
def _sections() -> Mapping[str, _Section]:
    heads = list(re.finditer(rb"^=([A-Z]{2}) (\d+) (\d+)$", _text(), re.MULTILINE))
    ends = [head.start() for head in heads[1:]] + [len(_text())]
    return {
        head[1].decode(): _Section(head.end(), end, int(head[2]), int(head[3]))
        for head, end in zip(heads, ends, strict=True)
    }
