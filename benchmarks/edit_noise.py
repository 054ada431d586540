"""Edits that are no change: order, markup, spelling of signs, bookkeeping."""

import html
import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

Json = Any
Noise = Callable[[Json, random.Random], None]

#: Fields whose texts are markup of several lines.
_MARKUP = frozenset(
    {"briefSummary", "detailedDescription", "eligibilityCriteria", "whyStopped", "studyPopulation"}
)
#: Lists whose order means nothing.
_UNORDERED = frozenset(
    {
        "conditions",
        "keywords",
        "locations",
        "contacts",
        "centralContacts",
        "collaborators",
        "references",
        "seeAlsoLinks",
        "otherNames",
        "interventionNames",
        "armGroupLabels",
        "interventions",
        "overallOfficials",
        "phases",
        "whoMasked",
        "stdAges",
        "infoTypes",
        "removedCountries",
    }
)
_CODES = re.compile(r"[A-Z0-9_]+|\d{4}(-\d\d){0,2}|https?://\S+|\S+@\S+")
_SAFE_ESCAPE = re.compile(r"\\?([<>\[\]~^])")
_OLD_COUNTRY = {
    "South Korea": "Korea, Republic of",
    "Russia": "Russian Federation",
    "Turkey (Türkiye)": "Turkey",
    "Czechia": "Czech Republic",
}


def _holders(value: Json) -> Iterator[tuple[dict[str, Json], str]]:
    """Yield each object and key under ``value`` that holds a text or a list of texts."""
    if isinstance(value, list):
        for item in value:
            yield from _holders(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield value, key
            yield from _holders(item)


def _each_text(change: Callable[[str, random.Random], str], *, markup: bool = False) -> Noise:
    def noise(study: Json, rng: random.Random) -> None:
        for holder, key in list(_holders(study["protocolSection"])):
            text = holder[key]
            if isinstance(text, str) and not _CODES.fullmatch(text) and rng.random() < 0.7:
                holder[key] = change(text, rng) if not markup or key in _MARKUP else text

    return noise


def _spaced(text: str, rng: random.Random) -> str:
    return (
        "".join(
            rng.choice((" ", " ", " ", "  ", "\u00a0")) if sign == " " and place else sign
            for place, sign in enumerate(text)
        )
        if "\n" not in text
        else text.replace("\n\n", "\n\n\n") + " "
    )


def _signs(text: str, rng: random.Random) -> str:
    if rng.random() < 0.5:
        return text.replace("≥", ">=").replace("≤", "<=").replace("\u00b5", "\u03bc")
    text = re.sub(r"\\?>\\?=", "≥", re.sub(r"\\?<\\?=", "≤", text))
    return text.replace("\u03bc", "\u00b5")


def _escaped(text: str, rng: random.Random) -> str:
    return _SAFE_ESCAPE.sub(r"\\\1" if rng.random() < 0.5 else r"\1", text)


def _bulleted(text: str, rng: random.Random) -> str:
    mark = rng.choice(("- ", "• "))
    return re.sub(r"^(\s*)\* ", lambda found: found[1] + mark, text, flags=re.MULTILINE)


def _renumbered(text: str, _rng: random.Random) -> str:
    return re.sub(r"^(\s*\d+)\\?\. ", r"\1) ", text, flags=re.MULTILINE)


def _shuffled(study: Json, rng: random.Random) -> None:
    for holder, key in list(_holders(study)):
        if key in _UNORDERED and isinstance(holder[key], list):
            rng.shuffle(holder[key])


def _bookkeeping(study: Json, rng: random.Random) -> None:
    misc = study.setdefault("derivedSection", {}).setdefault("miscInfoModule", {})
    misc["versionHolder"] = f"2026-11-{rng.randint(10, 28)}"
    misc["submissionTracking"] = {"estimatedResultsFirstSubmitDate": "2027-01-31"}


def _mesh(study: Json, rng: random.Random) -> None:
    derived = study.setdefault("derivedSection", {})
    if rng.random() < 0.5:
        derived.pop("conditionBrowseModule", None)
    derived["interventionBrowseModule"] = {"meshes": [{"id": "D000001", "term": "Made Up"}]}


def _geo(study: Json, rng: random.Random) -> None:
    for place in study["protocolSection"].get("contactsLocationsModule", {}).get("locations", []):
        place["geoPoint"] = {"lat": rng.uniform(-80, 80), "lon": rng.uniform(-180, 180)}


def _old_countries(study: Json, _rng: random.Random) -> None:
    for place in study["protocolSection"].get("contactsLocationsModule", {}).get("locations", []):
        place["country"] = _OLD_COUNTRY.get(place.get("country"), place.get("country"))
        if place["country"] is None:
            del place["country"]


def _key_order(study: Json, rng: random.Random) -> None:
    modules = list(study["protocolSection"].items())
    rng.shuffle(modules)
    study["protocolSection"] = dict(modules)


NOISES: dict[str, Noise] = {
    "noise.order": _shuffled,
    "noise.bookkeeping": _bookkeeping,
    "noise.mesh": _mesh,
    "noise.geo": _geo,
    "noise.old_countries": _old_countries,
    "noise.key_order": _key_order,
    "noise.decomposed": _each_text(lambda text, _rng: unicodedata.normalize("NFD", text)),
    "noise.entities": _each_text(lambda text, _rng: html.escape(text, quote=False)),
    "noise.spaces": _each_text(_spaced),
    "noise.signs": _each_text(_signs),
    "noise.escapes": _each_text(_escaped, markup=True),
    "noise.line_ends": _each_text(lambda text, _rng: text.replace("\n", "\r\n"), markup=True),
    "noise.bullets": _each_text(_bulleted, markup=True),
    "noise.numbers": _each_text(_renumbered, markup=True),
}
