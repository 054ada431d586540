"""What tests over real records share: reading them, and judging a line of text."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monitor.registry.parse import decode_study
from monitor.registry.record import Study

#: What stands between quotation marks are the study's own words.
QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_NUMBER = re.compile(r"\d+(?:,\d{3})+|\d+")
_FAULTS = {
    "enumeration": re.compile(r"\b[A-Z]{2,}[A-Z0-9]*(?:_[A-Z0-9]+)+\b|\bPHASE\d\b"),
    "missing value": re.compile(r"\b(?:null|nan)\b|\bNone\b(?! of\b)"),
    "stray mark": re.compile(r"(?<!\.)\.\.(?!\.)|\?\.|\( | \)|,\.|;;|,,"),
}
_FAULTS_ANYWHERE = {
    "backslash": re.compile(r"\\"),
    "double space": re.compile(r" {2}"),
    "web address": re.compile(r"https?://|www\.", re.IGNORECASE),
    "line break": re.compile(r"[\n\r\t]"),
}


def studies(folder: Path) -> Iterator[tuple[str, bytes, Study]]:
    """Yield the name, bytes and record of each study in a folder."""
    for path in sorted(folder.glob("*.json")):
        raw = path.read_bytes()
        yield path.stem, raw, decode_study(raw)


def faults_in(line: str) -> list[str]:
    """Return what is wrong with the form of a line."""
    own = QUOTED.sub('"..."', line)
    found = [name for name, fault in _FAULTS_ANYWHERE.items() if fault.search(line)]
    return found + [name for name, fault in _FAULTS.items() if fault.search(own)]


def numbers_in(text: str) -> set[int]:
    """Return the whole numbers of a text, ``1,200`` being one."""
    return {int(number.replace(",", "")) for number in _NUMBER.findall(text)}


def numbers_of(raw: bytes) -> set[int]:
    """Return every number a record holds, and every count that can be made of its lists."""
    record = json.loads(raw)
    return numbers_in(json.dumps(record)) | set(_counts(record)) | _site_counts(record)


def _counts(value: Any) -> Iterator[int]:
    if isinstance(value, list):
        yield len(value)
    members = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    for member in members:
        yield from _counts(member)


def _site_counts(record: dict[str, Any]) -> set[int]:
    module = record.get("protocolSection", {}).get("contactsLocationsModule", {})
    places = module.get("locations", [])
    if isinstance(places, dict):
        places = [places]
    countries = Counter(place.get("country") for place in places)
    statuses = Counter(place.get("status") for place in places)
    return {len(countries), *countries.values(), *statuses.values()}
