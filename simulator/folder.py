"""A folder of records or of version histories, replayed by date.

``NCT########.json`` holds one study; a folder ``NCT########`` holds its versions as
``YYYY-MM-DD__anything.json``; both may lie in folders named ``records`` and
``history``. A ``timeline.jsonl`` beside them says which file was out on which day.
Files are read again when asked for; only paths and a few facts stay in memory.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from simulator.records import aliases_of, last_update_of, nct_id_of, one_line, status_of
from simulator.source import NCT_ID, Calendar, SourceError, Study
from simulator.versions import Version, VersionedStudies

_STAMP_LENGTH = len("YYYY-MM-DD")
_UNDATED = date.min


def open_folder(folder: Path) -> VersionedStudies:
    """Return the studies of a folder, with the union of their dates as calendar.

    A record without history counts from the first release on.

    Raises:
        SourceError: Not a folder, no study in it, or a file that is not a study.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder; name one that holds NCT########.json files")
    dated = _dated_files(folder)
    if not dated:
        raise SourceError(f"{folder} holds no study; files must be named NCT########.json")
    calendar = Calendar(tuple(sorted(_days(dated.values()))) or (_newest_stamp(dated),))
    return VersionedStudies(
        calendar, {nct_id: tuple(_versions(days, calendar)) for nct_id, days in dated.items()}
    )


#: A trial's files by the day from which each counts.
_Days = dict[date, Path]


def _dated_files(folder: Path) -> dict[str, _Days]:
    dated: dict[str, _Days] = {}
    for file in _files(folder, "records"):
        dated[file.stem] = {_UNDATED: file}
    for trial in _trial_folders(folder):
        days = {_day_of(file): file for file in sorted(trial.glob("*.json"))}
        if days:
            dated[trial.name] = _with_newest_record(days, dated.get(trial.name, {}))
    timeline = folder / "timeline.jsonl"
    if timeline.is_file():
        dated.update(_timeline(timeline))
    return dated


def _files(folder: Path, inner: str) -> Iterator[Path]:
    for place in (folder, folder / inner):
        for file in sorted(place.glob("NCT*.json")):
            if NCT_ID.fullmatch(file.stem):
                yield file


def _trial_folders(folder: Path) -> Iterator[Path]:
    if NCT_ID.fullmatch(folder.name):
        yield folder
    for place in (folder, folder / "history"):
        for trial in sorted(place.glob("NCT*/")):
            if NCT_ID.fullmatch(trial.name):
                yield trial


def _day_of(file: Path) -> date:
    try:
        return date.fromisoformat(file.name[:_STAMP_LENGTH])
    except ValueError as error:
        raise SourceError(f"{file} has no date; name versions YYYY-MM-DD__anything.json") from error


def _with_newest_record(days: _Days, record: _Days) -> _Days:
    if _UNDATED in record:
        stamp = _stamp_of(_read(record[_UNDATED]))
        if stamp and date.fromisoformat(stamp) > max(days):
            return {**days, date.fromisoformat(stamp): record[_UNDATED]}
    return days


def _timeline(timeline: Path) -> dict[str, _Days]:
    dated: dict[str, _Days] = {}
    for number, line in enumerate(timeline.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            dated[entry["nct"]] = {
                date.fromisoformat(seen["versionHolder"]): timeline.parent / seen["file"]
                for seen in entry["seq"]
            }
        except (KeyError, TypeError, ValueError) as error:
            raise SourceError(
                f"{timeline}, line {number}: expected nct and seq of versionHolder and file"
            ) from error
    return dated


def _days(files: Iterable[_Days]) -> set[date]:
    return {day for days in files for day in days if day != _UNDATED}


def _newest_stamp(dated: Mapping[str, _Days]) -> date:
    stamps = (_stamp_of(_read(days[_UNDATED])) for days in dated.values())
    known = [date.fromisoformat(stamp) for stamp in stamps if stamp]
    if not known:
        raise SourceError("no record carries a versionHolder, so no release can be dated")
    return max(known)


def _versions(days: _Days, calendar: Calendar) -> Iterator[Version]:
    last_file = None
    for day, file in sorted(days.items()):
        if file == last_file:
            continue
        last_file = file
        since = 0 if day == _UNDATED else bisect_right(calendar.known, day) - 1
        facts = _facts(file)
        study = Study(
            nct_id=facts.nct_id,
            overall_status=facts.overall_status,
            last_update_posted=facts.last_update_posted,
            body=partial(_body, file),
        )
        yield Version(since=since, study=study, aliases=facts.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    nct_id: str
    overall_status: str
    last_update_posted: str
    aliases: tuple[str, ...]


def _facts(file: Path) -> _Facts:
    study = _read(file)
    named = file.stem if NCT_ID.fullmatch(file.stem) else file.parent.name
    if nct_id_of(study) != named:
        raise SourceError(f"{file} holds {nct_id_of(study) or 'no study'}, not {named}")
    return _Facts(
        nct_id=named,
        overall_status=status_of(study),
        last_update_posted=last_update_of(study),
        aliases=aliases_of(study),
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        study = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise SourceError(f"{file} is no study in JSON: {error}") from error
    if not isinstance(study, dict):
        raise SourceError(f"{file} is no study in JSON: it holds a {type(study).__name__}")
    return study


def _body(file: Path) -> bytes:
    return one_line(file.read_bytes())


def _stamp_of(study: dict[str, Any]) -> str:
    misc = study.get("derivedSection", {}).get("miscInfoModule", {})
    return str(misc.get("versionHolder", ""))
