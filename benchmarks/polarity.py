"""Draw 200 rules and print by which words of the registry each was put on its side, to be read.

    python -m benchmarks.polarity [--seed 1] [--records FOLDER]

Half is drawn from all records; half from texts that do not have just the two usual headings, where
guessing would be needed if it were done. A line: number, record, side given, heading in the
registry's words (empty when there is none), rule. A heading that names no side stands after ``<``
and the last line above it that does, found in the text without the parser. The reading is in ``docs/benchmarks.md``.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.detection import real_folder
from monitor.eligibility.model import Section, SectionKind
from monitor.eligibility.tree import parse

DRAWN = 200
NOTHING_ABOVE = "NOTHING ABOVE"
_SHOWN = 110
_USUAL = re.compile(r"(?:key |main )?(?:inclusion|exclusion)(?: criteria)?", re.IGNORECASE)
_SIDE = re.compile(r"inclu|exclu|eligib|criteri", re.IGNORECASE)
_READ = frozenset({SectionKind.INCLUSION, SectionKind.EXCLUSION, SectionKind.RULES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A rule, the side it was put on, and the words over it."""

    record: str
    side: SectionKind
    words: str
    rule: str
    #: Its text has the two usual headings and no others.
    usual: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--records", type=Path, default=real_folder())
    args = parser.parse_args()
    for number, one in enumerate(draw(list(placed(args.records)), seed=args.seed), 1):
        print(f"{number:3} {one.record} {one.side:9} [{one.words}] {one.rule[:80]}")
    return 0


def draw(rules: list[Placed], *, seed: int) -> list[Placed]:
    """Return 200 rules, the odd half after the usual half."""
    rng = random.Random(seed)
    odd = [rule for rule in rules if not rule.usual]
    return rng.sample(rules, DRAWN // 2) + rng.sample(odd, DRAWN // 2)


def placed(folder: Path) -> Iterator[Placed]:
    """Yield every rule of every record in the folder."""
    for path in sorted((folder / "records").glob("*.json")):
        module = json.loads(path.read_bytes())["protocolSection"].get("eligibilityModule", {})
        raw = module.get("eligibilityCriteria", "")
        sections = [section for section in parse(raw).sections if section.kind in _READ]
        usual = all(_USUAL.fullmatch(section.label.strip(" :")) for section in sections)
        for section in sections:
            yield from _of(section, raw, record=path.stem, usual=usual)


def _of(section: Section, raw: str, *, record: str, usual: bool) -> Iterator[Placed]:
    words = " ".join(section.span.of(raw).split())[:_SHOWN]
    if not _SIDE.search(words) and section.kind is not SectionKind.RULES:
        words = f"{_last_naming_a_side(raw[: section.span.start])} < {words}"
    for rule in section.criteria:
        for node in rule.walk():
            yield Placed(record=record, side=section.kind, words=words, rule=node.text, usual=usual)


def _last_naming_a_side(above: str) -> str:
    named = [line.strip() for line in above.splitlines() if _SIDE.search(line)]
    return named[-1][:_SHOWN] if named else NOTHING_ABOVE


if __name__ == "__main__":
    sys.exit(main())
