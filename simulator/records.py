"""Raw study JSON: the release stamp, the few facts the server needs, one-line form.

Bytes go through untouched but for the stamp, as the registry's own do between two
releases in which nothing happened to a study.
"""

import json
import re
from typing import Any

_STAMP = re.compile(rb'("versionHolder"\s*:\s*")([^"]*)(")')
_STAMP_PATH = ("derivedSection", "miscInfoModule")


def stamped(raw: bytes, day: str) -> bytes:
    """Return ``raw`` with ``derivedSection.miscInfoModule.versionHolder`` set to ``day``.

    Only the stamp's own bytes change when the record carries one already.
    """
    found = _STAMP.search(raw)
    if found:
        return b"".join((raw[: found.start(2)], day.encode(), raw[found.end(2) :]))
    study = json.loads(raw)
    place = study
    for key in _STAMP_PATH:
        place = place.setdefault(key, {})
    place["versionHolder"] = day
    return dumps(study)


def unstamped(raw: bytes) -> bytes:
    """Return ``raw`` with an empty stamp, for comparing two releases' bytes."""
    return _STAMP.sub(rb"\1\3", raw, count=1)


def dumps(value: Any) -> bytes:
    """Write JSON as the registry does: UTF-8, no spaces, one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def one_line(raw: bytes) -> bytes:
    """Return a record on one line; bytes that are already on one stay as they are."""
    raw = raw.strip()
    return dumps(json.loads(raw)) if b"\n" in raw else raw


def status_of(study: dict[str, Any]) -> str:
    """Return ``overallStatus``, empty when the record has none."""
    return str(_status_module(study).get("overallStatus", ""))


def last_update_of(study: dict[str, Any]) -> str:
    """Return the date of the last posted update, empty when the record has none."""
    return str(_status_module(study).get("lastUpdatePostDateStruct", {}).get("date", ""))


def aliases_of(study: dict[str, Any]) -> tuple[str, ...]:
    """Return the numbers under which the study was known before a merger."""
    return tuple(_identification(study).get("nctIdAliases", ()))


def nct_id_of(study: dict[str, Any]) -> str:
    """Return the study's number, empty when the record has none."""
    return str(_identification(study).get("nctId", ""))


def _status_module(study: dict[str, Any]) -> dict[str, Any]:
    module: dict[str, Any] = study.get("protocolSection", {}).get("statusModule", {})
    return module


def _identification(study: dict[str, Any]) -> dict[str, Any]:
    module: dict[str, Any] = study.get("protocolSection", {}).get("identificationModule", {})
    return module
