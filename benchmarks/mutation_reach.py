"""Which tests reach which functions, and what each takes: so that a mutant meets those alone."""

import functools
import gc
import itertools
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from benchmarks.mutants import Mutant


@dataclass(slots=True, kw_only=True)
class Reach:
    """What each test reaches, and what it takes, in seconds of this processor."""

    reached: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    taken: dict[str, float] = field(default_factory=dict)

    def items_for(
        self, mutant: Mutant, items: Sequence[pytest.Item], *, most_seconds: float
    ) -> list[pytest.Item]:
        """Return the tests that reach a mutant, cheapest first, as many as that time allows."""
        key = (str(mutant.path.resolve()), mutant.function)
        found = [one for one in items if key in self.reached.get(one.nodeid, ())]
        found.sort(key=lambda one: self.taken[one.nodeid])
        so_far = itertools.accumulate(self.taken[one.nodeid] for one in found)
        return [one for one, spent in zip(found, so_far, strict=True) if spent <= most_seconds]


def read(lines: Sequence[str]) -> Reach:
    reach = Reach()
    for line in lines:
        node, taken, *pairs = line.split("\t")
        reach.taken[node] = float(taken)
        reach.reached[node] = {(a, b) for a, _, b in (one.partition("|") for one in pairs)}
    return reach


def walk(items: Sequence[pytest.Item], packages: Sequence[Path]) -> list[str]:
    """Run every test once, in a child, and return what each reaches, a line each."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        try:
            with os.fdopen(writer, "w") as out:
                for line in _walked(items, packages):
                    out.write(line + "\n")
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as lines:
        walked = lines.read().splitlines()
    os.waitpid(pid, 0)
    return walked


def caches() -> "list[functools._lru_cache_wrapper[Any]]":
    """Return every cache there is; to find them takes long."""
    return [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]  # noqa: SLF001 - it has no public name


def _walked(items: Sequence[pytest.Item], packages: Sequence[Path]) -> Iterator[str]:
    inside = tuple(f"{package.resolve()}/" for package in packages)
    # What an earlier test has asked for must be reached by the later one too.
    kept = caches()
    for item, following in zip(items, [*items[1:], None], strict=True):
        codes: set[CodeType] = set()
        for cached in kept:
            cached.cache_clear()
        started = time.process_time()
        passed = passes(item, following, codes)
        taken = time.process_time() - started
        if not passed:
            print(f"fails without any mutant: {item.nodeid}", file=sys.stderr)
        pairs = {
            f"{code.co_filename}|{code.co_qualname.partition('.<locals>')[0]}"
            for code in codes.copy()
            if code.co_filename.startswith(inside) and passed
        }
        yield "\t".join((item.nodeid, str(taken), *sorted(pairs)))


def passes(
    item: pytest.Item, following: pytest.Item | None, codes: set[CodeType] | None = None
) -> bool:
    """Run one test and say whether it passed; the code it runs is added to ``codes``."""

    def called(frame: FrameType, event: str, argument: Any) -> None:  # noqa: ARG001  # as settrace calls it
        if codes is not None:
            codes.add(frame.f_code)

    tracer = called if codes is not None else None
    sys.settrace(tracer)
    # A web server under test, and what asyncio hands to threads, run in threads begun meanwhile.
    threading.settrace(tracer)
    try:
        reports = runtestprotocol(item, log=False, nextitem=following)
    finally:
        sys.settrace(None)
        threading.settrace(None)
    return not any(report.failed for report in reports)
