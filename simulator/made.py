"""The made stories: trials that do not exist, to which everything happens.

``stories/calendar.json`` lists the release days. Each other file there is one story:
``title``, ``record`` (the study as of ``from``, 0 by default) and ``releases``: to a
release number either the JSON Patch steps that lead to it from the one before, or
``"gone"``, or ``"back"``. Long texts are written as lists of lines.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from simulator.patch import patched
from simulator.records import aliases_of, dumps, last_update_of, nct_id_of, stamped, status_of
from simulator.source import Calendar, Study
from simulator.versions import Version, VersionedStudies

#: Text fields that a story writes line by line.
_LINES = frozenset({"eligibilityCriteria", "briefSummary", "detailedDescription", "description"})


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


def _story(told: dict[str, Any], calendar: Calendar) -> Story:
    return Story(
        nct_id=nct_id_of(told["record"]),
        title=told["title"],
        versions=tuple(_versions(told, calendar)),
    )


def _versions(told: dict[str, Any], calendar: Calendar) -> Iterator[Version]:
    record = told["record"]
    first = told.get("from", 0)
    yield _version(record, first, calendar)
    for number, event in sorted(told["releases"].items(), key=lambda item: int(item[0])):
        if event == "gone":
            yield Version(since=int(number), study=None)
            continue
        record = record if event == "back" else patched(record, event)
        yield _version(record, int(number), calendar)


def _version(record: dict[str, Any], since: int, calendar: Calendar) -> Version:
    whole = _joined(record)
    raw = stamped(dumps(whole), calendar.day(since).isoformat())
    study = Study(
        nct_id=nct_id_of(whole),
        overall_status=status_of(whole),
        last_update_posted=last_update_of(whole),
        body=lambda: raw,
    )
    return Version(since=since, study=study, aliases=aliases_of(whole))


def _joined(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _joined(item, key) for key, item in value.items()}
    if isinstance(value, list):
        joined = name in _LINES and all(isinstance(item, str) for item in value)
        return "\n".join(value) if joined else [_joined(item) for item in value]
    return value
