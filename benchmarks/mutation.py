"""Would the tests notice? Small faults in the code, one at a time.

    nice python -m benchmarks.mutation [--scope detection] [--mutants 300] [--seed 1] [--jobs 2]
    python -m benchmarks.mutation --only monitor/detection/dates.py:dates_between:4
    nice python -m benchmarks.mutation --scope storage --minutes 20

A fixed sample of all mutants, each as likely as any other, so that large functions have more. One in
four is held back, and drawn only with ``--held-back``: tests are written without knowing them.
The tests are collected once. Each mutant lives in a forked process of its own: the function's
code is exchanged there before any test has run, then the tests that reach the function run,
cheapest first, until one fails or their time is up. What takes five times as long as it should
counts as killed, and so does what waits for ever. Prints the share killed with its 95 % interval, and who survived. Ends with 1 below the goal.
"""

import argparse
import contextlib
import gc
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from types import FunctionType

import pytest
from hypothesis import HealthCheck, Phase, settings

from benchmarks.mutants import Mutant, codes_in, mutated_code
from benchmarks.mutation_reach import Reach, caches, passes, read, walk
from benchmarks.mutation_scopes import SCOPES, Scope

_KILLED, _SURVIVED, _NO_MUTANT = 1, 0, 3
#: Seconds on the wall that any test may wait for something, on a busy machine.
_PATIENCE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What may be spent."""

    jobs: int
    #: When no further mutant is begun, by the monotonic clock.
    until: float
    #: Processor time of the tests that one mutant meets at most, in seconds.
    most_seconds: float
    #: File for what each test reaches.
    kept: Path | None


class Mutation:
    """A pytest plug-in that runs the tests against each mutant instead of once."""

    def __init__(self, mutants: Sequence[Mutant], *, scope: Scope, means: Means) -> None:
        self.mutants = mutants
        self.scope = scope
        self.means = means
        self.ends: dict[str, int] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of the one run of the tests."""
        out = self.scope.left_out
        items = [one for one in session.items if not any(word in one.nodeid for word in out)]
        reach = read(self._lines(items))
        total = sum(reach.taken.values())
        print(f"{len(items)} tests, {total:.1f} s of processor time together", flush=True)
        waiting, running = list(reversed(self.mutants)), dict[int, Mutant]()
        while True:
            while self._may_begin(waiting, running):
                mutant = waiting.pop()
                running[_start(mutant, reach, items, self.means.most_seconds)] = mutant
            if not running:
                return True
            pid, status = os.wait()
            if pid in running:
                _end_all_of(pid)
                self._note(running.pop(pid), os.waitstatus_to_exitcode(status))

    def _may_begin(self, waiting: Sequence[Mutant], running: Mapping[int, Mutant]) -> bool:
        there_is_time = time.monotonic() < self.means.until
        return bool(waiting) and len(running) < self.means.jobs and there_is_time

    def _lines(self, items: Sequence[pytest.Item]) -> list[str]:
        kept = self.means.kept
        if kept and kept.exists():
            return kept.read_text().splitlines()
        lines = walk(items, self.scope.packages)
        if kept:
            kept.write_text("\n".join(lines))
        return lines

    def _note(self, mutant: Mutant, end: int) -> None:
        self.ends[mutant.name] = end
        if end == _SURVIVED:
            print(f"survived  {mutant.name}  line {mutant.line}: {mutant.what}", flush=True)


def _start(mutant: Mutant, reach: Reach, items: Sequence[pytest.Item], most_seconds: float) -> int:
    """Fork a process for the mutant, with a group and a folder of its own; return its number."""
    pid = os.fork()
    if pid:
        return pid
    os.setpgid(0, 0)
    os.environ["PYTEST_DEBUG_TEMPROOT"] = _folder_of(os.getpid())
    chosen = reach.items_for(mutant, items, most_seconds=most_seconds)
    end = _NO_MUTANT
    try:
        if _exchange(mutant):
            # What was asked for while the tests were collected is asked for again, with the fault.
            for cached in caches():
                cached.cache_clear()
            end = _KILLED if _noticed(chosen, reach) else _SURVIVED
    finally:
        os._exit(end)


def _folder_of(pid: int) -> str:
    folder = Path(tempfile.gettempdir()) / f"trialwatch-mutant-{pid}"
    folder.mkdir(exist_ok=True)
    return str(folder)


def _end_all_of(pid: int) -> None:
    """End what a mutant's tests had started, and throw its folder away."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    shutil.rmtree(_folder_of(pid), ignore_errors=True)


def _noticed(chosen: Sequence[pytest.Item], reach: Reach) -> bool:
    for item, following in zip(chosen, [*chosen[1:], None][: len(chosen)], strict=True):
        # The signals end the process: a mutant that runs in circles, and one that only waits.
        signal.setitimer(signal.ITIMER_PROF, 4 + 5 * reach.taken[item.nodeid])
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE + 20 * reach.taken[item.nodeid])
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


def drawn(
    scope: Scope,
    count: int,
    seed: int,
    *,
    held_back: bool,
    read_of: Sequence[int] = (),
    within: Sequence[str] = (),
) -> list[Mutant]:
    """Return a sample of the mutants, the same for the same seed.

    Its beginning is a sample too, so that a run that ends for want of time is one. What the draws
    with the seeds ``read_of`` held, ``within`` the same places, is left out: their survivors were
    read, and have tests since.
    """
    every = list(scope.mutants(held_back=held_back))
    if within:
        places = [Path(place) for place in within]
        every = [one for one in every if any(map(one.path.is_relative_to, places))]
    for earlier in read_of:
        seen = set(random.Random(earlier).sample(every, min(count, len(every))))
        every = [one for one in every if one not in seen]
    print(f"{len(every)} mutants to draw from")
    return random.Random(seed).sample(every, min(count, len(every)))


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    z, share = 1.96, part / whole
    middle = share + z * z / (2 * whole)
    wide = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return (middle - wide) / (1 + z * z / whole), (middle + wide) / (1 + z * z / whole)


def _run(
    mutants: Sequence[Mutant], tests: Sequence[str], scope: Scope, means: Means
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
    plugin = Mutation(mutants, scope=scope, means=means)
    options = ["-W", "ignore::pytest.PytestAssertRewriteWarning", "-s"]
    for left_out in ("terminal", "cacheprovider", "xdist", "schemathesis"):
        options += ["-p", f"no:{left_out}"]
    plain = ["-o", "addopts=--import-mode=importlib", "-o", "timeout=0", "--assert=plain"]
    pytest.main([*options, *plain, *tests], plugins=[plugin])
    return plugin.ends


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scope", choices=SCOPES, default="detection")
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600, help="begin no mutant after these")
    parser.add_argument(
        "--most-seconds", type=float, default=60, help="processor time of one mutant's tests"
    )
    parser.add_argument("--held-back", action="store_true", help="draw from the quarter set aside")
    parser.add_argument(
        "--read-of", type=int, nargs="+", default=[], help="seeds whose draws were read: left out"
    )
    parser.add_argument("--kept", type=Path, help="file for what each test reaches, to run again")
    parser.add_argument("--tests", nargs="+", help="these alone, while tests are made")
    parser.add_argument("--only", nargs="+", help="these mutants by name, as printed")
    parser.add_argument("--within", nargs="+", help="files or folders: mutants of these alone")
    parser.add_argument("--without-postgresql", action="store_true", help="SQLite's tests alone")
    return parser.parse_args()


def main() -> None:
    args = _asked()
    scope = SCOPES[args.scope]
    means = Means(
        jobs=args.jobs,
        until=time.monotonic() + 60 * args.minutes,
        most_seconds=args.most_seconds,
        kept=args.kept,
    )
    count = 10**9 if args.only else args.mutants
    mutants = drawn(
        scope,
        count,
        args.seed,
        held_back=args.held_back,
        read_of=args.read_of,
        within=args.within or (),
    )
    if args.only:
        mutants = [mutant for mutant in mutants if mutant.name in args.only]
    tests = [*(args.tests or scope.tests)]
    if args.without_postgresql:
        tests += ["-m", "not postgresql"]
    ends = _run(mutants, tests, scope, means)
    tried = [end for end in ends.values() if end != _NO_MUTANT]
    if not tried:
        sys.exit("No mutant was tried: the time was up before, or no test reaches one.")
    killed = sum(end != _SURVIVED for end in tried)
    low, high = interval(killed, len(tried))
    print(
        f"killed {killed} of {len(tried)}: {killed / len(tried):.1%} "
        f"(95 % interval {low:.1%} to {high:.1%}, goal {scope.goal:.0%})"
    )
    sys.exit(killed / len(tried) < scope.goal)


if __name__ == "__main__":
    main()
