"""Damaged records and noise texts through all that reads them: nothing may crash, hang or swell.

    nice python -m benchmarks.fuzz [--records 10000] [--noise 1000] [--seed 1] [--folder FOLDER]
    python -m benchmarks.fuzz --only 1:record:4711          one case again, with its traceback

Every case comes from its seed and number alone. A record goes through reading, judging and
comparing with what it was made from, and one in ten through telling as well, which takes longer
than all the rest; a text through trees, alignment and facts. Allowed is an answer or an error of
ours. A line is printed every 25,000 cases, so that a run broken off is not lost. Ends with status
1 when anything else came of a case, when one took more than a second, or when memory grew without
end.
"""

import argparse
import json
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from benchmarks.detection import read_records, real_folder
from benchmarks.fuzz_mutations import mutated, noise
from monitor.detection import detect
from monitor.domain.changes import Difference
from monitor.domain.errors import TrialwatchError
from monitor.domain.trial import NctId
from monitor.eligibility.align import align
from monitor.eligibility.facts import facts
from monitor.eligibility.text import comparison_text
from monitor.eligibility.tree import parse
from monitor.registry.judge import implausible, unreadable
from monitor.registry.parse import decode_study
from monitor.registry.record import Study
from monitor.summaries.changes import tell
from simulator.made import stories

#: Of this process alone: other work on the machine does not count.
LONGEST_SECONDS = 1.0
_GIVEN_UP_AFTER = 30
#: Caches fill in the beginning; from then on memory may not grow by more than this.
_WARM_AFTER = 2_000
_MAX_GROWTH_BYTES = 200_000_000
_SAMPLED_EVERY = 500
_TOLD_EVERY = 25_000
#: How many of the records are put into words.
_SHARE_TOLD = 0.1
#: Larger records are fuzzed as well, but seldom: most of their bytes are results.
_SMALL_BYTES = 40_000
_TRIAL = NctId("NCT99000001")

#: Takes the source of chance of one case, and says in a word what became of it.
Work = Callable[[random.Random], str]


class HangError(RuntimeError):
    """A case did not end by itself."""


@dataclass(slots=True, kw_only=True)
class Findings:
    """What came of all cases."""

    outcomes: Counter[str] = field(default_factory=Counter)
    #: Case (``seed:number``) and traceback of each that ended in no error of ours.
    crashes: list[tuple[str, str]] = field(default_factory=list)
    slow: list[tuple[str, float]] = field(default_factory=list)
    slowest: tuple[str, float] = ("", 0.0)
    warm_bytes: int = 0
    most_bytes: int = 0

    def faults(self) -> list[str]:
        """Return what is wrong, in words."""
        found = [f"case {case}: {trace.splitlines()[-1]}" for case, trace in self.crashes]
        found += [f"case {case} took {seconds:.1f} s" for case, seconds in self.slow]
        if self.warm_bytes and self.most_bytes - self.warm_bytes > _MAX_GROWTH_BYTES:
            grown = (self.most_bytes - self.warm_bytes) / 1_000_000
            found.append(f"memory grew by {grown:.0f} MB after the first {_WARM_AFTER} cases")
        return found


def run(work: Work, *, cases: int, seed: int, name: str = "record") -> Findings:
    """Return what came of ``cases`` cases; none of them ends the run."""
    findings = Findings()
    for number in range(cases):
        _try(work, f"{seed}:{name}:{number}", findings)
        if number == _WARM_AFTER:
            findings.warm_bytes = resident_bytes()
        if number % _SAMPLED_EVERY == 0:
            findings.most_bytes = max(findings.most_bytes, resident_bytes())
        if number % _TOLD_EVERY == _TOLD_EVERY - 1:
            print(
                f"{name} {number + 1:,} of seed {seed}: {len(findings.crashes)} crashes", flush=True
            )
    return findings


def _try(work: Work, case: str, findings: Findings) -> None:
    start = time.process_time()
    try:
        with _time_limit(_GIVEN_UP_AFTER):
            outcome = work(random.Random(case))
    except TrialwatchError as error:
        outcome = type(error).__name__
    except Exception:  # noqa: BLE001 - whatever it is, finding it is the purpose
        outcome = "crash"
        findings.crashes.append((case, traceback.format_exc()))
    seconds = time.process_time() - start
    findings.outcomes[outcome] += 1
    findings.slowest = max(findings.slowest, (case, seconds), key=lambda entry: entry[1])
    if seconds > LONGEST_SECONDS:
        findings.slow.append((case, seconds))


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise HangError(f"no answer after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def resident_bytes() -> int:
    """Return the memory this process holds now; the most it ever held where that is not told."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


# --- what is done with each case ----------------------------------------------------------------


def made_records() -> list[bytes]:
    """Return every version of every made story."""
    versions = [version for story in stories() for version in story.versions]
    return [version.study.body() for version in versions if version.study]


def records_work(records: Sequence[bytes]) -> Work:
    """Return the work that damages one of ``records`` and compares it with what it was."""
    small = [raw for raw in records if len(raw) <= _SMALL_BYTES]

    def work(rng: random.Random) -> str:
        before = rng.choice(records if rng.random() < 0.02 else small)
        old = mutated(before, rng) if rng.random() < 0.1 else before
        return compare(old, mutated(before, rng), in_words=rng.random() < _SHARE_TOLD)

    return work


def compare(old: bytes, new: bytes, *, in_words: bool = True) -> str:
    """Do with two records what a poll does, and hold what comes of it to its promises."""
    for raw in (old, new):
        if unreadable(raw):
            return "unreadable"
    before, after = decode_study(old), decode_study(new)
    refused = implausible(before, after, old_bytes=len(old), new_bytes=len(new))
    differences = detect(before, after)
    assert len({(one.kind, one.subject) for one in differences}) == len(differences), "told twice"
    assert detect(after, after) == (), "differs from itself"
    if in_words:
        _told(differences, before, after)
    json.dumps([[one.before, one.after, one.notes] for one in differences]).encode()
    if refused:
        return "implausible"
    return "changed" if differences else "unchanged"


def _told(differences: Sequence[Difference], before: Study, after: Study) -> None:
    changes = tell(differences, before, after, nct_id=_TRIAL, from_version=1, to_version=2)
    assert len(changes) == len(differences), "not every difference is told"
    assert all(change.sentence.strip() for change in changes), "told without a word"


def texts_work(texts: Sequence[str]) -> Work:
    """Return the work that reads and aligns noise, some of it made of real texts."""

    def work(rng: random.Random) -> str:
        old, new = noise(rng, texts), noise(rng, texts)
        before, after = parse(old), parse(new)
        for doc in (before, after):
            assert "".join(span.of(doc.raw) for span in doc.spans()) == doc.raw, "characters lost"
        deltas = align(before, after)
        told = [rule.span for delta in deltas for rule in delta.old if rule.depth]
        assert len(told) == len(set(told)), "told twice"
        form = comparison_text(new)
        assert comparison_text(form) == form, "the form has another form"
        assert all(0 <= fact.start < fact.end <= len(form) for fact in facts(new)), "no such place"
        return "changed" if deltas else "unchanged"

    return work


def criteria_of(records: Sequence[bytes]) -> list[str]:
    """Return the rules of each record that has some."""
    modules = (json.loads(raw)["protocolSection"].get("eligibilityModule", {}) for raw in records)
    return [text for module in modules if (text := module.get("eligibilityCriteria"))]


def report(name: str, findings: Findings, seed: int) -> None:
    """Print what came of the cases, and the whole of the first few crashes."""
    total = findings.outcomes.total()
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in findings.outcomes.most_common())
    print(f"{name}: {total:,} cases of seed {seed}: {counts}")
    print(
        f"  crashes {len(findings.crashes)}, over {LONGEST_SECONDS:.0f} s {len(findings.slow)}, slowest "
        f"{findings.slowest[1] * 1_000:.0f} ms ({findings.slowest[0]}), memory "
        f"{findings.warm_bytes / 1e6:.0f} MB warm, {findings.most_bytes / 1e6:.0f} MB at most"
    )
    for case, trace in findings.crashes[:5]:
        print(f"  case {case}\n{trace}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=10_000, help="mutated records")
    parser.add_argument("--noise", type=int, default=1_000, help="noise texts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="SEED:record:NUMBER or SEED:noise:NUMBER, as printed")
    parser.add_argument("--folder", type=Path, default=real_folder())
    args = parser.parse_args()
    records = read_records(args.folder) + made_records()
    works = {"record": records_work(records), "noise": texts_work(criteria_of(records))}
    if args.only:
        print(works[args.only.split(":")[1]](random.Random(args.only)))
        return 0
    faults = []
    for name, cases in (("record", args.records), ("noise", args.noise)):
        findings = run(works[name], cases=cases, seed=args.seed, name=name)
        report(name, findings, args.seed)
        faults += findings.faults()
    for fault in faults:
        print(f"GOAL MISSED: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
