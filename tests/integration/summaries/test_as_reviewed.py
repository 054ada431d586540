"""What readers are told of real records is what it was when it was last read.

``said_of_trials.txt`` and ``said_of_changes.txt`` hold a mark of every section, rule and change
sentence, in their order: no word of a record. Whoever changes what is said, meaning to or not,
reads it here. A change that is meant: ``python -m benchmarks.reworded`` shows it, before and
after. Read that, then run this with ``TRIALWATCH_WRITE_GOLDEN=1``.
"""

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from benchmarks.reworded import Said, Told, changes, trials

pytestmark = pytest.mark.real_records

_HERE = Path(__file__).parent
_KINDS = {"trials": trials, "changes": changes}
#: So many tests share the work of each kind.
_SHARES = {"trials": 100, "changes": 60}


def _mark(said: Said) -> str:
    text = f"{said.of}\n{said.told}"
    return hashlib.sha256(text.encode()).hexdigest()[:4]


@cache
def _reviewed(kind: str) -> dict[str, list[str]]:
    lines = (_HERE / f"said_of_{kind}.txt").read_text(encoding="utf-8").splitlines()
    return {name: marks.split() for name, _, marks in (line.partition(": ") for line in lines)}


@cache
def _all(kind: str, folder: Path) -> list[tuple[str, Told]]:
    return _KINDS[kind](folder)


def _otherwise(name: str, told: Iterable[Said], reviewed: list[str]) -> list[str]:
    said = list(told)
    if len(said) != len(reviewed):
        return [f"{name}: {len(said)} things are said of it, {len(reviewed)} were reviewed"]
    return [
        f"{name}, {one.of}\n  record: {one.source or '-'}\n  now: {one.told}"
        for one, mark in zip(said, reviewed, strict=True)
        if _mark(one) != mark
    ]


@pytest.mark.parametrize(
    ("kind", "share"), [(kind, share) for kind, count in _SHARES.items() for share in range(count)]
)
def test_readers_are_told_what_was_reviewed(real_records: Path, kind: str, share: int) -> None:
    found: list[str] = []
    for name, told in _all(kind, real_records)[share :: _SHARES[kind]]:
        found += _otherwise(name, told(), _reviewed(kind).get(name, []))

    assert not found, "told otherwise: python -m benchmarks.reworded\n" + "\n".join(found[:5])


@pytest.mark.parametrize("kind", _KINDS)
def test_what_was_reviewed_is_all_there_is(real_records: Path, kind: str) -> None:
    if os.environ.get("TRIALWATCH_WRITE_GOLDEN"):
        lines = (
            f"{name}: {' '.join(map(_mark, told()))}\n" for name, told in _all(kind, real_records)
        )
        (_HERE / f"said_of_{kind}.txt").write_text("".join(lines), encoding="utf-8")
        _reviewed.cache_clear()

    assert list(_reviewed(kind)) == [name for name, _ in _all(kind, real_records)]
