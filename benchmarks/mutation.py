"""Would the tests notice? Small faults in detection and eligibility, one at a time.

    nice python -m benchmarks.mutation [--mutants 300] [--seed 1] [--jobs 2]
    python -m benchmarks.mutation --only monitor/detection/dates.py:dates_between:4

A fixed sample of all mutants, each as likely as any other, so that large functions have more. One in
four is held back, and drawn only with ``--held-back``: tests are written without knowing them.
The tests are collected once. Each mutant lives in a forked process of its own: the function's
code is exchanged there before any test has run, then the tests that reach the function run,
cheapest first, until one fails. What takes five times as long as it should counts as killed.
Prints the share killed with its 95 % interval, and who survived. Ends with 1 below the goal.
"""

import argparse
import gc
import os
import random
import signal
import sys
from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from types import FunctionType

import pytest
from hypothesis import HealthCheck, Phase, settings

from benchmarks.mutants import Mutant, codes_in, mutants_of, mutated_code
from benchmarks.mutation_reach import PACKAGES, Reach, passes, read, walk

GOAL = 0.85
TESTS = (
    "tests/unit/detection",
    "tests/unit/eligibility",
    "tests/property/test_detection_laws.py",
    "tests/property/test_eligibility_trees.py",
    "tests/integration/detection",
)
#: Left out: the first starts Pythons of its own, where no mutant is; the others look for
#: crashes in thousands of texts and would cost more than all the rest together.
_LEFT_OUT = ("hash_seeds", "odd_texts", "hostile_text")
_KILLED, _SURVIVED, _NO_MUTANT = 1, 0, 3


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
        reach = read(self._lines(items))
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
        lines = walk(items)
        if self.kept:
            self.kept.write_text("\n".join(lines))
        return lines

    def _note(self, mutant: Mutant, end: int) -> None:
        self.ends[mutant.name] = end
        if end == _SURVIVED:
            print(f"survived  {mutant.name}  line {mutant.line}: {mutant.what}", flush=True)


def _start(mutant: Mutant, reach: Reach, items: Sequence[pytest.Item]) -> int:
    """Fork a process for the mutant and return its number."""
    pid = os.fork()
    if pid:
        return pid
    chosen = reach.items_for(mutant, items)
    end = _NO_MUTANT
    try:
        if _exchange(mutant):
            end = _KILLED if _noticed(chosen, reach) else _SURVIVED
    finally:
        os._exit(end)


def _noticed(chosen: Sequence[pytest.Item], reach: Reach) -> bool:
    for item, following in zip(chosen, [*chosen[1:], None][: len(chosen)], strict=True):
        # The signal ends the process, and with it a mutant that runs in circles.
        signal.setitimer(signal.ITIMER_PROF, 4 + 5 * reach.taken[item.nodeid])
        if not passes(item, following):
            return True
    return False


def _exchange(mutant: Mutant) -> bool:
    """Put the fault where the function is; whoever imported it has the same object.

    Functions that it had made before, as a table of rules did when it was imported, get it too.
    """
    code = mutated_code(mutant)
    codes = {one.co_qualname: one for one in codes_in(code) if "<lambda>" not in one.co_qualname}
    lambdas = [one for one in codes_in(code) if "<lambda>" in one.co_qualname]
    if len(lambdas) == 1:
        codes[lambdas[0].co_qualname] = lambdas[0]
    found = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType)
        and one.__code__.co_filename == code.co_filename
        and one.__code__.co_qualname in codes
    ]
    for function in found:
        function.__code__ = codes[function.__code__.co_qualname]
    return bool(found)


def drawn(count: int, seed: int, *, held_back: bool) -> list[Mutant]:
    """Return a sample of the mutants, the same for the same seed."""
    every = [
        mutant
        for package in PACKAGES
        for path in sorted(package.glob("*.py"))
        for mutant in mutants_of(path)
        if mutant.is_held_back is held_back
    ]
    print(f"{len(every)} mutants to draw from")
    return random.Random(seed).sample(every, min(count, len(every)))


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    z, share = 1.96, part / whole
    middle = share + z * z / (2 * whole)
    wide = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return (middle - wide) / (1 + z * z / whole), (middle + wide) / (1 + z * z / whole)


def _run(
    mutants: Sequence[Mutant], tests: Sequence[str], jobs: int, kept: Path | None
) -> dict[str, int]:
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
    pytest.main([*options, *plain, *tests], plugins=[plugin])
    return plugin.ends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--held-back", action="store_true", help="draw from the quarter set aside")
    parser.add_argument("--kept", type=Path, help="file for what each test reaches, to run again")
    parser.add_argument(
        "--tests", nargs="+", default=TESTS, help="these alone, while tests are made"
    )
    parser.add_argument("--only", nargs="+", help="these mutants by name, as printed")
    args = parser.parse_args()
    count = 10**9 if args.only else args.mutants
    mutants = drawn(count, args.seed, held_back=args.held_back)
    if args.only:
        mutants = [mutant for mutant in mutants if mutant.name in args.only]
    ends = [
        end for end in _run(mutants, args.tests, args.jobs, args.kept).values() if end != _NO_MUTANT
    ]
    killed = sum(end != _SURVIVED for end in ends)
    low, high = interval(killed, len(ends))
    print(
        f"killed {killed} of {len(ends)}: {killed / len(ends):.1%} "
        f"(95 % interval {low:.1%} to {high:.1%}, goal {GOAL:.0%})"
    )
    sys.exit(killed / len(ends) < GOAL)


if __name__ == "__main__":
    main()
