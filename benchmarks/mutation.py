"""Would the tests notice? Small faults in detection and eligibility, one at a time.

    nice python -m benchmarks.mutation [--mutants 300] [--seed 1] [--jobs 2]
    python -m benchmarks.mutation --only monitor/detection/dates.py:dates_between:4

A fixed sample of all mutants, each as likely as any other, so that large functions have more.
The tests are collected once. Each mutant lives in a forked process of its own: the function's
code is exchanged there before any test has run, then the tests that reach the function run,
cheapest first, until one fails. What takes five times as long as it should counts as killed.
Prints the share killed with its 95 % interval, and who survived. Ends with 1 below the goal.
"""

import argparse
import gc
import os
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings

from benchmarks.mutants import Mutant, mutants_of, mutated_code

GOAL = 0.85
PACKAGES = (Path("monitor/detection"), Path("monitor/eligibility"))
TESTS = (
    "tests/unit/detection",
    "tests/unit/eligibility",
    "tests/property/test_detection_laws.py",
    "tests/property/test_eligibility_trees.py",
    "tests/integration/detection",
)
#: Left out: the first starts Pythons of its own, where no mutant is; the others look for
#: crashes in thousands of texts and would cost more than all the rest together.
_LEFT_OUT = ("hash_seeds", "odd_texts", "hostile_text", "test_real_records")
_KILLED, _SURVIVED, _NO_MUTANT = 1, 0, 3


@dataclass(slots=True, kw_only=True)
class Reach:
    """What each test reaches, and what it takes, in seconds of this processor."""

    reached: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    taken: dict[str, float] = field(default_factory=dict)

    def items_for(self, mutant: Mutant, items: Sequence[pytest.Item]) -> list[pytest.Item]:
        """Return the tests that reach a mutant, cheapest first."""
        key = (str(mutant.path.resolve()), mutant.function)
        found = [one for one in items if key in self.reached.get(one.nodeid, ())]
        return sorted(found, key=lambda one: self.taken[one.nodeid])


class Mutation:
    """A pytest plug-in that runs the tests against each mutant instead of once."""

    def __init__(self, mutants: Sequence[Mutant], *, jobs: int, kept: Path | None) -> None:
        self.mutants = mutants
        self.jobs = jobs
        self.kept = kept
        self.ends: dict[str, int] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of the one run of the tests."""
        items = [one for one in session.items if not any(word in one.nodeid for word in _LEFT_OUT)]
        reach = _read(self._lines(items))
        total = sum(reach.taken.values())
        print(f"{len(items)} tests, {total:.1f} s of processor time together", flush=True)
        waiting, running = list(reversed(self.mutants)), dict[int, Mutant]()
        while waiting or running:
            while waiting and len(running) < self.jobs:
                mutant = waiting.pop()
                running[_start(mutant, reach, items)] = mutant
            pid, status = os.wait()
            self._note(running.pop(pid), os.waitstatus_to_exitcode(status))
        return True

    def _lines(self, items: Sequence[pytest.Item]) -> list[str]:
        if self.kept and self.kept.exists():
            return self.kept.read_text().splitlines()
        lines = _walk(items)
        if self.kept:
            self.kept.write_text("\n".join(lines))
        return lines

    def _note(self, mutant: Mutant, end: int) -> None:
        self.ends[mutant.name] = end
        if end == _SURVIVED:
            print(f"survived  {mutant.name}  line {mutant.line}: {mutant.what}", flush=True)


def _read(lines: Sequence[str]) -> Reach:
    reach = Reach()
    for line in lines:
        node, taken, *pairs = line.split("\t")
        reach.taken[node] = float(taken)
        reach.reached[node] = {(a, b) for a, _, b in (one.partition("|") for one in pairs)}
    return reach


def _walk(items: Sequence[pytest.Item]) -> list[str]:
    """Run every test once, in a child, and return what each reaches, a line each."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        with os.fdopen(writer, "w") as out:
            for line in _walked(items):
                out.write(line + "\n")
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as lines:
        walked = lines.read().splitlines()
    os.waitpid(pid, 0)
    return walked


def _walked(items: Sequence[pytest.Item]) -> Iterator[str]:
    inside = tuple(str(package.resolve()) for package in PACKAGES)
    for item, following in zip(items, [*items[1:], None], strict=True):
        codes: set[CodeType] = set()
        started = time.process_time()
        passed = _passes(item, following, codes)
        taken = time.process_time() - started
        if not passed:
            print(f"fails without any mutant: {item.nodeid}", file=sys.stderr)
        pairs = {
            f"{code.co_filename}|{code.co_qualname.partition('.<locals>')[0]}"
            for code in codes
            if code.co_filename.startswith(inside) and passed
        }
        yield "\t".join((item.nodeid, str(taken), *sorted(pairs)))


def _passes(item: pytest.Item, following: pytest.Item | None, codes: set[CodeType] | None) -> bool:
    def called(frame: FrameType, event: str, argument: Any) -> None:  # noqa: ARG001  # as settrace calls it
        if codes is not None:
            codes.add(frame.f_code)

    sys.settrace(called if codes is not None else None)
    try:
        reports = runtestprotocol(item, log=False, nextitem=following)
    finally:
        sys.settrace(None)
    return not any(report.failed for report in reports)


def _start(mutant: Mutant, reach: Reach, items: Sequence[pytest.Item]) -> int:
    """Fork a process for the mutant and return its number."""
    pid = os.fork()
    if pid:
        return pid
    chosen = reach.items_for(mutant, items)
    allowed = 20 + int(5 * sum(reach.taken[one.nodeid] for one in chosen))
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed))
    end = _NO_MUTANT
    try:
        if _exchange(mutant):
            end = _KILLED if _noticed(chosen) else _SURVIVED
    finally:
        os._exit(end)


def _noticed(chosen: Sequence[pytest.Item]) -> bool:
    return not all(
        _passes(item, following, None)
        for item, following in zip(chosen, [*chosen[1:], None][: len(chosen)], strict=True)
    )


def _exchange(mutant: Mutant) -> bool:
    """Put the fault where the function is; whoever imported it has the same object."""
    code = mutated_code(mutant)
    found = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType)
        and one.__code__.co_filename == code.co_filename
        and one.__code__.co_qualname == code.co_qualname
    ]
    for function in found:
        function.__code__ = code
    return bool(found)


def drawn(count: int, seed: int) -> list[Mutant]:
    """Return a sample of all mutants, the same for the same seed."""
    every = [
        mutant
        for package in PACKAGES
        for path in sorted(package.glob("*.py"))
        for mutant in mutants_of(path)
    ]
    print(f"{len(every)} mutants in all")
    return random.Random(seed).sample(every, min(count, len(every)))


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    z, share = 1.96, part / whole
    middle = share + z * z / (2 * whole)
    wide = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return (middle - wide) / (1 + z * z / whole), (middle + wide) / (1 + z * z / whole)


def _run(mutants: Sequence[Mutant], jobs: int, kept: Path | None) -> dict[str, int]:
    settings.register_profile(
        "mutation",
        phases=(Phase.explicit, Phase.generate),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")
    plugin = Mutation(mutants, jobs=jobs, kept=kept)
    options = [
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
        "-s",
        "-p",
        "no:terminal",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    plain = ["-o", "addopts=--import-mode=importlib", "--assert=plain"]
    pytest.main([*options, *plain, *TESTS], plugins=[plugin])
    return plugin.ends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kept", type=Path, help="file for what each test reaches, to run again")
    parser.add_argument("--only", nargs="+", help="these mutants by name, as printed")
    args = parser.parse_args()
    mutants = drawn(10**9 if args.only else args.mutants, args.seed)
    if args.only:
        mutants = [mutant for mutant in mutants if mutant.name in args.only]
    ends = [end for end in _run(mutants, args.jobs, args.kept).values() if end != _NO_MUTANT]
    killed = sum(end != _SURVIVED for end in ends)
    low, high = interval(killed, len(ends))
    print(
        f"killed {killed} of {len(ends)}: {killed / len(ends):.1%} "
        f"(95 % interval {low:.1%} to {high:.1%}, goal {GOAL:.0%})"
    )
    sys.exit(killed / len(ends) < GOAL)


if __name__ == "__main__":
    main()
