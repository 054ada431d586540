"""What readers are told of real records is what it was when it was last read.

``said_of_trials.txt`` and ``said_of_changes.txt`` hold a mark of every section, rule and change
sentence, in their order: no word of a record. Whoever changes what is said, meaning to or not,
reads it here. A change that is meant: ``python -m benchmarks.reworded`` shows it, before and
after. Read that, then run this with ``TRIALWATCH_WRITE_GOLDEN=1`` and ``-n0``.
"""

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from benchmarks.reworded import Records, Said, changes, said_of, trials

pytestmark = pytest.mark.real_records

_HERE = Path(__file__).parent
_KINDS = {"trials": trials, "changes": changes}
#: So many tests share the work of each kind.
_SHARES = {"trials": 100, "changes": 60}


def _mark(said: Said) -> str:
    text = f"{said.of}\n{said.source}\n{said.told}"
    return hashlib.sha256(text.encode()).hexdigest()[:4]


@cache
def _all(kind: str, folder: Path) -> list[tuple[str, Records]]:
    return _KINDS[kind](folder)


def _marks_in(kind: str) -> dict[str, list[str]]:
    lines = (_HERE / f"said_of_{kind}.txt").read_text(encoding="utf-8").splitlines()
    return {name: marks.split() for name, _, marks in (line.partition(": ") for line in lines)}


@pytest.fixture(scope="session")
def reviewed(real_records: Path) -> dict[str, dict[str, list[str]]]:
    """The marks of what was read, by kind and name; written anew where that is asked for."""
    if os.environ.get("TRIALWATCH_WRITE_GOLDEN"):
        for kind in _KINDS:
            lines = (
                f"{name}: {' '.join(map(_mark, said_of(records)))}\n"
                for name, records in _all(kind, real_records)
            )
            (_HERE / f"said_of_{kind}.txt").write_text("".join(lines), encoding="utf-8")
    return {kind: _marks_in(kind) for kind in _KINDS}


def _otherwise(name: str, told: Iterable[Said], marks: list[str]) -> list[str]:
    said = list(told)
    if len(said) != len(marks):
        return [f"{name}: {len(said)} things are said of it, {len(marks)} were reviewed"]
    return [
        f"{name}, {one.of}\n  record: {one.source or '-'}\n  now: {one.told}"
        for one, mark in zip(said, marks, strict=True)
        if _mark(one) != mark
    ]


@pytest.mark.parametrize(
    ("kind", "share"), [(kind, share) for kind, count in _SHARES.items() for share in range(count)]
)
def test_readers_are_told_what_was_reviewed(
    real_records: Path, reviewed: dict[str, dict[str, list[str]]], kind: str, share: int
) -> None:
    found: list[str] = []
    for name, records in _all(kind, real_records)[share :: _SHARES[kind]]:
        found += _otherwise(name, said_of(records), reviewed[kind].get(name, []))

    assert not found, "told otherwise: python -m benchmarks.reworded\n" + "\n".join(found[:5])


@pytest.mark.parametrize("kind", _KINDS)
def test_what_was_reviewed_is_all_there_is(
    real_records: Path, reviewed: dict[str, dict[str, list[str]]], kind: str
) -> None:
    assert list(reviewed[kind]) == [name for name, _ in _all(kind, real_records)]
