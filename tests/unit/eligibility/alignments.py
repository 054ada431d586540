"""The file of pairs of texts with what was told of each by eye."""

from collections.abc import Iterator
from pathlib import Path

from monitor.eligibility.align import align
from monitor.eligibility.deltas import CriterionDelta
from monitor.eligibility.tree import parse

_FILE = Path(__file__).with_name("alignments.txt")


def told_alignments() -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield name, old text, new text and expected lines of each case in ``alignments.txt``."""
    for case in _FILE.read_text(encoding="utf-8").split("### ")[1:]:
        name, *lines = case.splitlines()
        old, new, told = ([line[2:] for line in lines if line.startswith(sign)] for sign in "-+>")
        yield name, "\n".join(old), "\n".join(new), told


def told(old: str, new: str) -> list[str]:
    """Return what became of the rules, a line each."""
    return [_line(delta) for delta in align(parse(old), parse(new))]


def _line(delta: CriterionDelta) -> str:
    sides = [", ".join(f"{r.path} {r.text!r}" for r in side) for side in (delta.old, delta.new)]
    facts = f"{delta.op.value} {delta.similarity} {delta.direction.value}"
    return f"{facts}: {sides[0] or '-'} => {sides[1] or '-'} ({'; '.join(delta.reasons)})"
