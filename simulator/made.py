"""The made stories: trials that do not exist, to which everything happens.

``stories/calendar.json`` lists the release days. Each other file there is one story:
``title``, ``record`` (the study as of release ``from``, 0 by default) and ``releases``,
which gives to a release number ``"gone"``, ``"back"``, or JSON Patch ``steps`` from the
record before; with ``submitted`` the steps are the sponsor's update of that day, without
they are the registry's own doing. Long texts are written as lists of lines. Contacts and
site statuses stand in every record here and are served only while the registry shows them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from simulator.patch import patched
from simulator.records import nct_id_of, status_of
from simulator.source import Calendar
from simulator.versions import Version, VersionedStudies, version_of

#: Text fields that a story writes line by line.
_LINES = frozenset({"eligibilityCriteria", "briefSummary", "detailedDescription", "description"})
_CONTACTS_SHOWN = frozenset({"RECRUITING", "UNKNOWN"})
#: The parts of a record in the registry's order; patches append theirs at the end.
_SECTIONS = (
    *("protocolSection", "resultsSection", "annotationSection"),
    *("documentSection", "derivedSection", "hasResults"),
)
_Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One made trial."""

    nct_id: str
    #: What happens to it, in a few words.
    title: str
    versions: tuple[Version, ...]


@cache
def stories() -> tuple[Story, ...]:
    """Return all made stories, by number."""
    calendar = _calendar()
    folder = files("simulator").joinpath("stories")
    texts = [file.read_text("utf-8") for file in folder.iterdir() if file.name.startswith("NCT")]
    told = [_story(json.loads(text), calendar) for text in texts]
    return tuple(sorted(told, key=lambda story: story.nct_id))


def open_stories() -> VersionedStudies:
    """Return a source that serves the made stories."""
    return VersionedStudies(_calendar(), {story.nct_id: story.versions for story in stories()})


def _calendar() -> Calendar:
    text = files("simulator").joinpath("stories", "calendar.json").read_text("utf-8")
    return Calendar(tuple(date.fromisoformat(day) for day in json.loads(text)))


def _story(told: _Record, calendar: Calendar) -> Story:
    return Story(
        nct_id=nct_id_of(told["record"]),
        title=told["title"],
        versions=tuple(_versions(told, calendar)),
    )


def _versions(told: _Record, calendar: Calendar) -> Iterator[Version]:
    record = told["record"]
    first = told.get("from", 0)
    yield _version(record, first, calendar)
    for number, event in sorted(told["releases"].items(), key=lambda item: int(item[0])):
        if event == "gone":
            yield Version(since=int(number), study=None)
            continue
        if event != "back":
            record = _updated(record, event, calendar.day(int(number)))
        yield _version(record, int(number), calendar)


def _updated(record: _Record, event: _Record, day: date) -> _Record:
    updated: _Record = patched(record, event["steps"])
    if "submitted" in event:
        status = updated["protocolSection"]["statusModule"]
        status["lastUpdateSubmitDate"] = event["submitted"]
        status["lastUpdatePostDateStruct"] = {"date": day.isoformat(), "type": "ACTUAL"}
    return updated


def _version(record: _Record, since: int, calendar: Calendar) -> Version:
    shown = _as_shown(_joined(record))
    whole = {name: shown[name] for name in _SECTIONS if name in shown}
    return version_of(whole, since=since, day=calendar.day(since))


def _as_shown(record: _Record) -> _Record:
    """Hide what the registry shows only of trials that recruit."""
    if status_of(record) in _CONTACTS_SHOWN:
        return record
    places = record["protocolSection"]["contactsLocationsModule"]
    places.pop("centralContacts", None)
    for site in places["locations"]:
        site.pop("status", None)
        site.pop("contacts", None)
    return record


def _joined(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _joined(item, key) for key, item in value.items()}
    if isinstance(value, list):
        joined = name in _LINES and all(isinstance(item, str) for item in value)
        return "\n".join(value) if joined else [_joined(item) for item in value]
    return value
