"""What would readers be told otherwise? Every sentence of real records, before and after.

    python -m benchmarks.reworded [REVISION] [--most 60]

Writes every summary and every change sentence of the real records with the code of REVISION
(``HEAD``), then with the code that is here, and prints what differs: the record's own words, what
was said, what is said. To be read before ``TRIALWATCH_WRITE_GOLDEN=1 pytest -n0
tests/integration/summaries/test_as_reviewed.py`` marks the new words as reviewed.

Changes are those of the real histories, both ways, those between every sixth record and the one
after it, which have nothing to do with each other, and seeded edits: every kind is told.
"""

import argparse
import io
import itertools
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.detection import EDITORS
from benchmarks.edit_noise import NOISES
from benchmarks.edits import cases
from monitor.detection.detect import detect
from monitor.domain.trial import NctId
from monitor.registry.parse import decode_study
from monitor.summaries.changes import tell
from monitor.summaries.headlines import headline, short_list, summary_line
from monitor.summaries.trial import write_summary

_ROOT = Path(__file__).resolve().parents[1]
_SIBLING = _ROOT.parent / "shared" / "registry" / "real"
#: Every such record is also told as if the one after it were its next version, and is edited.
_STRANGERS = 6
_EDITS = 4_000


class Said(NamedTuple):
    """Something that is said to readers."""

    #: Where: a section's id, a rule's path, a change's kind and subject.
    of: str
    #: The record's own words, where there are such.
    source: str
    told: str


#: One record, or the record before and the one after.
Records = tuple[bytes, ...]


def said_of(records: Records) -> Iterator[Said]:
    """Yield all that is said of a record, or of what changed from one to the other."""
    numbered = _of_trial(*records) if len(records) == 1 else _of_change(*records)
    for number, said in enumerate(numbered):
        # No two rules share a path and no two changes a subject; sections only by their ids.
        yield said._replace(of=f"{number} {said.of}")


def _of_trial(raw: bytes) -> Iterator[Said]:
    """Yield sections, rules, words to know, facts."""
    summary = write_summary(decode_study(raw), version=1)
    for section in summary.sections:
        yield Said(section.id, "", "\n".join((section.title, *section.sentences)))
    for rule in summary.eligibility:
        told = (*rule.plain, rule.method, *rule.flags)
        yield Said(rule.path, rule.source, "\n".join(told))
    words = (f"{word.term}: {word.meaning}" for word in summary.words_to_know)
    yield Said("words", "", "\n".join(words))
    yield Said("facts", "", json.dumps(dict(summary.facts), sort_keys=True))


def _of_change(old: bytes, new: bytes) -> Iterator[Said]:
    """Yield the lines of a mail's head, and every change."""
    before, after = decode_study(old), decode_study(new)
    changes = tell(
        detect(before, after),
        before,
        after,
        nct_id=NctId(after.nct_id),
        from_version=1,
        to_version=2,
    )
    lines = (headline(changes), *map(str, short_list(changes)), summary_line(changes))
    yield Said("headline", "", "\n".join(lines))
    for change in changes:
        told = (change.sentence, change.meaning, change.severity.name)
        yield Said(f"{change.kind} {change.subject}", "", "\n".join(told))


def trials(folder: Path) -> list[tuple[str, Records]]:
    """Return every newest record by its number."""
    paths = sorted((folder / "records").glob("NCT*.json"))
    return [(path.stem, (path.read_bytes(),)) for path in paths]


def changes(folder: Path) -> list[tuple[str, Records]]:
    """Return pairs of records by name: before and after."""
    pairs: list[tuple[str, Records]] = []
    for trial in sorted((folder / "history").iterdir()):
        versions = [(path.stem, path.read_bytes()) for path in sorted(trial.glob("*.json"))]
        for (stem, old), (_, new) in itertools.pairwise(versions):
            name = f"{trial.name} {stem}"
            pairs += [(f"{name} onward", (old, new)), (f"{name} back", (new, old))]
    records = [path.read_bytes() for path in sorted((folder / "records").glob("NCT*.json"))]
    strangers = list(itertools.pairwise(records))[::_STRANGERS]
    pairs += [(f"strangers {number}", pair) for number, pair in enumerate(strangers)]
    edited = cases(records[::_STRANGERS], EDITORS, NOISES, edits=_EDITS, seed=1)
    return pairs + [
        (f"edited {number} {case.nct_id}", (case.before, case.after))
        for number, case in enumerate(edited)
    ]


def _write() -> None:
    """Read records from the standard input, a line each, and write what is said of them."""
    for line in sys.stdin:
        name, records = json.loads(line)
        told = said_of(tuple(record.encode() for record in records))
        print(json.dumps([name, list(told)]))


def _written_by(tree: Path, asked: str) -> dict[str, dict[str, Said]]:
    """Return what the code of a tree says of the records, by record and place in it."""
    run = subprocess.run(
        [sys.executable, "-P", str(Path(__file__)), "--write"],
        env={**os.environ, "PYTHONPATH": str(tree)},
        input=asked,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        sys.exit(f"the code in {tree} could not write:\n{run.stderr}")
    told = {}
    for line in run.stdout.splitlines():
        name, pieces = json.loads(line)
        told[name] = {one.of: one for one in (Said(*piece) for piece in pieces)}
    return told


def _both(folder: Path, revision: str) -> tuple[dict[str, dict[str, Said]], ...]:
    """Return what is said by the code of the revision, and by the code that is here."""
    asked = "".join(
        json.dumps([name, [record.decode() for record in records]]) + "\n"
        for name, records in trials(folder) + changes(folder)
    )
    with tempfile.TemporaryDirectory() as place:
        pack = ["git", "-C", str(_ROOT), "archive", revision]
        packed = subprocess.run(pack, check=True, capture_output=True)
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tree:
            tree.extractall(place, filter="data")
        then = _written_by(Path(place), asked)
    return then, _written_by(_ROOT, asked)


def _differences(folder: Path, revision: str) -> dict[str, list[str]]:
    """Return what is told otherwise, and where; the same words of many records once."""
    then, now = _both(folder, revision)
    found: dict[str, list[str]] = {}
    for name in sorted(then.keys() | now.keys()):
        before, after = then.get(name, {}), now.get(name, {})
        for of in dict.fromkeys((*before, *after)):
            if before.get(of) != after.get(of):
                shown = _shown(before.get(of), after.get(of))
                found.setdefault(shown, []).append(f"{name}, {of}")
    return found


def _shown(before: Said | None, after: Said | None) -> str:
    source = (after or before or Said("", "", "")).source
    old, new = (one.told.splitlines() if one else [] for one in (before, after))
    # Lines that only changed their order are shown all.
    same = set(old) == set(new)
    return "\n".join(
        (
            *([f"    record: {source}"] if source else []),
            *(f"    before: {line}" for line in old if same or line not in new),
            *(f"    now:    {line}" for line in new if same or line not in old),
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("revision", nargs="?", default="HEAD")
    parser.add_argument("--most", type=int, default=60, help="differences to print")
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        _write()
        return
    folder = Path(os.environ.get("TRIALWATCH_REAL_RECORDS") or _SIBLING)
    if not (folder / "records").is_dir():
        sys.exit(f"no real records in {folder}; set TRIALWATCH_REAL_RECORDS")
    found = _differences(folder, asked.revision)
    for shown, places in list(found.items())[: asked.most]:
        more = f", and {len(places) - 1} more" if places[1:] else ""
        print(f"{places[0]}{more}\n{shown}\n")
    count = sum(map(len, found.values()))
    print(f"{count} places, {len(found)} ways: told otherwise than by {asked.revision}")


if __name__ == "__main__":
    main()
