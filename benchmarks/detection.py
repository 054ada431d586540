"""How well and how fast changes are found.

    python -m benchmarks.detection [--edits 60000] [--seed 1] [--no-speed] [--records FOLDER]

Truth: seeded edits of real records; precision and recall for each kind. Speed: the site compare
against DeepDiff in the same run, and whole records (how time grows: ``benchmarks.growth``). Ends with status 1 when a
goal is missed.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.detection_speed import measure_speed
from benchmarks.edit_flat import FLAT_EDITORS
from benchmarks.edit_lists import LIST_EDITORS
from benchmarks.edit_noise import NOISES
from benchmarks.edit_parts import PART_EDITORS
from benchmarks.edit_places import PLACE_EDITORS
from benchmarks.edit_rules import RULE_EDITORS
from benchmarks.edits import Case, Editor, Truth, cases, loose
from monitor.detection import detect
from monitor.domain.changes import Difference
from monitor.registry.parse import decode_study

EDITORS: dict[str, Editor] = {
    **FLAT_EDITORS,
    **LIST_EDITORS,
    **PLACE_EDITORS,
    **PART_EDITORS,
    **RULE_EDITORS,
}
GOAL = 0.995
ENOUGH = 100


@dataclass(slots=True, kw_only=True)
class Report:
    """What was found of what was there, by kind."""

    cases: int = 0
    edits: int = 0
    no_ops: int = 0
    #: Changes reported where nothing but noise happened.
    from_no_ops: int = 0
    #: Cases in which a (kind, subject) stood twice.
    repeated: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    #: The first few failures in words.
    failures: list[str] = field(default_factory=list)

    def kinds(self) -> list[str]:
        """Return every kind seen."""
        return sorted({*self.right, *self.wrong, *self.missed})

    def precision(self, kind: str) -> float:
        """Return the share of reported changes that were there."""
        said = self.right[kind] + self.wrong[kind]
        return self.right[kind] / said if said else 1.0

    def recall(self, kind: str) -> float:
        """Return the share of changes there that were reported."""
        there = self.right[kind] + self.missed[kind]
        return self.right[kind] / there if there else 1.0

    def misses(self, *, enough: int = ENOUGH) -> list[str]:
        """Return the goals that were missed, in words."""
        found = [
            f"{kind}: precision {self.precision(kind):.4f}, recall {self.recall(kind):.4f}"
            for kind in self.kinds()
            if self.right[kind] + self.missed[kind] >= enough
            and min(self.precision(kind), self.recall(kind)) < GOAL
        ]
        if self.from_no_ops:
            found.append(f"{self.from_no_ops} changes reported where nothing happened")
        if self.repeated:
            found.append(f"{self.repeated} cases with a change told twice")
        return found


def real_folder() -> Path:
    """Return the folder of real records, from the environment or beside the project."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "registry" / "real"
    return Path(os.environ.get("TRIALWATCH_REAL_RECORDS", beside))


def read_records(folder: Path) -> list[bytes]:
    """Return every record of ``folder/records``, in the order of their numbers."""
    return [path.read_bytes() for path in sorted((folder / "records").glob("*.json"))]


def measure_truth(records: Sequence[bytes], *, edits: int, seed: int) -> Report:
    """Return how many of the seeded edits were found, and what was found that is none."""
    report = Report()
    for case in cases(records, EDITORS, NOISES, edits=edits, seed=seed):
        found = detect(decode_study(case.before), decode_study(case.after))
        _count(case, list(found), report)
    return report


def _count(case: Case, found: list[Difference], report: Report) -> None:
    report.cases += 1
    report.edits += len(case.edits)
    identities = {(difference.kind, difference.subject) for difference in found}
    report.repeated += len(identities) < len(found)
    if not case.truths:
        report.no_ops += 1
        report.from_no_ops += len(found)
    missing = []
    for truth in case.truths:
        named = (
            one for one in found if one.kind == truth.kind and truth.about in loose(one.subject)
        )
        hit = next(named, None) or next((one for one in found if _tells(one, truth)), None)
        if hit is None:
            missing.append(truth)
        else:
            found.remove(hit)
            report.right[truth.kind] += 1
    report.missed.update(truth.kind for truth in missing)
    report.wrong.update(difference.kind for difference in found)
    if missing or found:
        report.failures.append(_failure(case, missing, found))


def _tells(difference: Difference, truth: Truth) -> bool:
    if difference.kind != truth.kind:
        return False
    values = json.dumps([difference.before, difference.after], ensure_ascii=False)
    return truth.about in f"{loose(difference.subject)} {loose(values)}"


def _failure(case: Case, missing: list[Truth], found: list[Difference]) -> str:
    lines = [f"{case.nct_id} {', '.join(case.edits)}"]
    lines += [f"  missed {truth.kind}: {truth.about[:90]}" for truth in missing]
    lines += [f"  not there {one.kind}: {one.subject[:90]}" for one in found]
    return "\n".join(lines)


def print_truth(report: Report, *, failures: int) -> None:
    """Print the table of kinds and the first failures."""
    print(f"{report.edits:,} edits in {report.cases:,} cases, {report.no_ops:,} of them no change")
    print(f"changes from no-ops: {report.from_no_ops}; told twice: {report.repeated}")
    print(f"{'kind':34}{'there':>7}{'precision':>11}{'recall':>9}")
    for kind in report.kinds():
        there = report.right[kind] + report.missed[kind]
        print(f"{kind:34}{there:7}{report.precision(kind):11.4f}{report.recall(kind):9.4f}")
    for failure in report.failures[:failures]:
        print(failure)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--edits", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--failures", type=int, default=10, help="how many to print")
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--records", type=Path, default=real_folder())
    args = parser.parse_args()
    records = read_records(args.records)
    if not records:
        print(f"No records in {args.records}/records; say where with --records.", file=sys.stderr)
        return 2
    report = measure_truth(records, edits=args.edits, seed=args.seed)
    print_truth(report, failures=args.failures)
    missed = report.misses() + ([] if args.no_speed else measure_speed(args.records))
    for goal in missed:
        print(f"GOAL MISSED: {goal}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
