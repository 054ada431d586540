"""Is anything that the service runs with known to be at fault? ``python -m supply.audit SOURCE``.

SOURCE holds advisories as osv.dev publishes them, one JSON a record: a folder, a ZIP file, or the
address of such a ZIP. Status 0 only when every record was read and none is about a version we pin;
1 for a known fault; 2 when the question could not be answered, which is not a yes.
"""

import io
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

from packaging.version import InvalidVersion, Version

from supply.lock import Pinned, normalised, pinned

#: Advisories appear daily; a source that has had none for so long is an old copy.
STALE_AFTER: Final = timedelta(days=30)
_TIMEOUT_SECONDS: Final = 60


class NoAnswerError(Exception):
    """The advisories cannot be read, so nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One known fault in one package we pin."""

    package: Pinned
    id: str
    summary: str
    #: Versions without it, as the advisory names them.
    fixed: tuple[str, ...]


def records(source: str) -> Iterator[Mapping[str, Any]]:
    """Yield every advisory.

    Raises:
        NoAnswerError: The source cannot be reached or read.
    """
    try:
        for name, content in _files(source):
            try:
                yield json.loads(content)
            except ValueError as error:
                raise NoAnswerError(f"{source}: {name} is not JSON") from error
    except (OSError, URLError, zipfile.BadZipFile) as error:
        raise NoAnswerError(f"{source} cannot be read: {error}") from error


def _files(source: str) -> Iterator[tuple[str, bytes]]:
    if source.startswith(("https://", "http://")):
        with urlopen(source, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310  # the two schemes above
            yield from _zipped(io.BytesIO(answer.read()))
    elif Path(source).is_dir():
        for path in sorted(Path(source).rglob("*.json")):
            yield path.name, path.read_bytes()
    else:
        with Path(source).open("rb") as file:
            yield from _zipped(io.BytesIO(file.read()))


def _zipped(file: io.BytesIO) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield name, archive.read(name)


def audit(
    packages: Iterable[Pinned], advisories: Iterable[Mapping[str, Any]], *, now: datetime
) -> tuple[Fault, ...]:
    """Return the known faults of pinned packages.

    Raises:
        NoAnswerError: There are no advisories, or none of late.
    """
    by_name = {package.name: package for package in packages}
    newest: datetime | None = None
    found: list[Fault] = []
    for record in advisories:
        changed = datetime.fromisoformat(record["modified"])
        newest = changed if newest is None else max(newest, changed)
        if "withdrawn" not in record:
            found += _faults(record, by_name)
    if newest is None:
        raise NoAnswerError("the source holds no advisory")
    if newest < now - STALE_AFTER:
        raise NoAnswerError(f"the newest advisory is of {newest:%Y-%m-%d}: this is an old copy")
    return tuple(sorted(found, key=lambda fault: (fault.package.name, fault.id)))


def _faults(record: Mapping[str, Any], by_name: Mapping[str, Pinned]) -> Iterator[Fault]:
    for affected in record.get("affected", []):
        about = affected.get("package", {})
        package = by_name.get(normalised(about.get("name", "")))
        if about.get("ecosystem") != "PyPI" or package is None or not _hits(affected, package):
            continue
        events = [event for one in affected.get("ranges", []) for event in one.get("events", [])]
        yield Fault(
            package=package,
            id=record["id"],
            summary=record.get("summary") or record.get("details", "")[:100],
            fixed=tuple(event["fixed"] for event in events if "fixed" in event),
        )


def _hits(affected: Mapping[str, Any], package: Pinned) -> bool:
    """Tell whether the pinned version is meant: named, or within a range.

    Source: https://ossf.github.io/osv-schema/, section "Evaluation".
    """
    version = Version(package.version)
    if any(version == _version(one) for one in affected.get("versions", [])):
        return True
    ranges = (one for one in affected.get("ranges", []) if one.get("type") == "ECOSYSTEM")
    return any(_within(version, one.get("events", [])) for one in ranges)


def _within(version: Version, events: Sequence[Mapping[str, str]]) -> bool:
    inside = False
    for kind, at in sorted(_moments(events), key=lambda moment: (moment[1], moment[0])):
        if kind == "introduced" and at <= version:
            inside = True
        elif (kind == "fixed" and at <= version) or (kind == "last_affected" and at < version):
            inside = False
    return inside


def _moments(events: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, Version]]:
    for event in events:
        for kind, text in event.items():
            # Zero stands for before everything; what cannot be read is no reason to feel safe.
            at = Version("0.dev0") if text == "0" else _version(text)
            if at is None:
                at = Version("0.dev0") if kind == "introduced" else Version("99999999")
            yield kind, at


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def main(arguments: Sequence[str]) -> int:
    """Say what was found; return the status."""
    packages = pinned()
    if len(arguments) != 1:
        sys.stderr.write("Not audited: name one source, a folder, a ZIP file or its address.\n")
        return 2
    try:
        faults = audit(packages, records(arguments[0]), now=datetime.now(UTC))
    except NoAnswerError as error:
        sys.stderr.write(f"Not audited: {error}.\n")
        return 2
    for fault in faults:
        mended = f"; mended in {', '.join(fault.fixed)}" if fault.fixed else ""
        sys.stdout.write(
            f"{fault.package.name} {fault.package.version}: {fault.id} {fault.summary}{mended}\n"
        )
    sys.stdout.write(f"{len(packages)} packages, {len(faults)} known faults.\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
