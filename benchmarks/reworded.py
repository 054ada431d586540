"""What would readers be told otherwise? Every sentence of real records, before and after.

    python -m benchmarks.reworded [REVISION] [--most 60]

Writes every summary and every change sentence of the real records with the code of REVISION
(``HEAD``), then with the code that is here, and prints what differs: the record's own words, what
was said, what is said. To be read before ``TRIALWATCH_WRITE_GOLDEN=1 pytest
tests/integration/summaries/test_as_reviewed.py`` marks the new words as reviewed.

Changes are those of the real histories, both ways, those between records that have nothing to do
with each other, and edits: so every kind is told, with every value that records really hold.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
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
#: Every such record is also told as if the one after it were its next version.
_STRANGERS = 6
_EDITS = 4_000


class Said(NamedTuple):
    """Something that is said to readers."""

    #: Where: a section's id, a rule's path, a change's kind and subject.
    of: str
    #: The record's own words, where there are such.
    source: str
    told: str


#: Writes what is said.
Told = Callable[[], Iterator[Said]]


def said_of_trial(path: Path) -> Iterator[Said]:
    """Yield all that is said of a record: sections, rules, words to know, facts."""
    summary = write_summary(decode_study(path.read_bytes()), version=1)
    for section in summary.sections:
        yield Said(section.id, "", "\n".join((section.title, *section.sentences)))
    for rule in summary.eligibility:
        told = (*rule.plain, rule.method, *rule.flags)
        yield Said(rule.path, rule.source, "\n".join(told))
    words = (f"{word.term}: {word.meaning}" for word in summary.words_to_know)
    yield Said("words", "", "\n".join(words))
    yield Said("facts", "", json.dumps(dict(summary.facts), sort_keys=True))


def said_of_change(old: bytes, new: bytes) -> Iterator[Said]:
    """Yield all that is said of what changed from one record to the other."""
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


def trials(folder: Path) -> list[tuple[str, Told]]:
    """Return every newest record by its number, and how to write what is said of it."""
    paths = sorted((folder / "records").glob("NCT*.json"))
    return [(path.stem, partial(said_of_trial, path)) for path in paths]


def changes(folder: Path) -> list[tuple[str, Told]]:
    """Return pairs of records by name, and how to write what is said to have changed."""
    pairs: list[tuple[str, Told]] = []
    for trial in sorted((folder / "history").iterdir()):
        for old, new in itertools.pairwise(sorted(trial.glob("*.json"))):
            name = f"{trial.name} {old.stem}"
            pairs += [
                (f"{name} onward", partial(said_of_change, old.read_bytes(), new.read_bytes())),
                (f"{name} back", partial(said_of_change, new.read_bytes(), old.read_bytes())),
            ]
    records = [path.read_bytes() for path in sorted((folder / "records").glob("NCT*.json"))]
    strangers = list(itertools.pairwise(records))[::_STRANGERS]
    pairs += [
        (f"strangers {number}", partial(said_of_change, old, new))
        for number, (old, new) in enumerate(strangers)
    ]
    edited = cases(records[::_STRANGERS], EDITORS, NOISES, edits=_EDITS, seed=1)
    return pairs + [
        (f"edited {number} {case.nct_id}", partial(said_of_change, case.before, case.after))
        for number, case in enumerate(edited)
    ]


def _write(folder: Path) -> None:
    for name, told in trials(folder) + changes(folder):
        print(json.dumps([name, list(told())]))


def _written_by(tree: Path, folder: Path) -> dict[str, dict[str, Said]]:
    """Return what the code of a tree says, by record and place in it."""
    run = subprocess.run(
        [sys.executable, "-P", str(Path(__file__)), "--write", str(folder)],
        env={**os.environ, "PYTHONPATH": str(tree)},
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
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place) / "then"
        git = ["git", "-C", str(_ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), revision], check=True)
        try:
            then = _written_by(tree, folder)
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)
    return then, _written_by(_ROOT, folder)


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
    return "\n".join(
        (
            *([f"    record: {source}"] if source else []),
            *(f"    before: {line}" for line in old if line not in new),
            *(f"    now:    {line}" for line in new if line not in old),
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("revision", nargs="?", default="HEAD")
    parser.add_argument("--most", type=int, default=60, help="differences to print")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        _write(asked.write)
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
