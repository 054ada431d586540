"""What a running service takes while nothing happens.

    python -m benchmarks.at_rest [--trials 10000] [--seconds 120]

One process on SQLite, with its pages, watches so many made-up trials of the simulator and has seen
them all. It is started anew, and after a while of settling its processor time and memory are read
from the system over the seconds asked for, at the usual settings. Nothing changes at the registry
meanwhile. The memory of the process that looked at all of them for the first time stands beside it.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from asyncio.subprocess import Process
from pathlib import Path

from benchmarks.rehearsal import swept
from benchmarks.rehearsal_parts import set_up
from benchmarks.taken import memory_mb, processor_seconds
from simulator.generated import GeneratedStudies
from storage.engine import Database, open_database
from storage.upgrade import upgrade
from tests.acceptance.stage import COMMAND, Stage, on_stage

_SETTLING_SECONDS = 30
_MOST_MB, _MOST_CORE = 120, 0.005


async def begun(stage: Stage) -> Process:
    """Start the service; what it says goes to a file."""
    with (stage.folder / "run.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            COMMAND,
            "run",
            env=dict(stage.environment),
            cwd=stage.folder,
            stdout=log,
            stderr=log,
        )


async def ended(process: Process) -> None:
    """Stop it in order."""
    process.terminate()
    await process.wait()


async def look_at_all(stage: Stage, rows: Database) -> float:
    """Have every trial seen once; return the memory of the process that did."""
    process = await begun(stage)
    while not await asyncio.to_thread(swept, rows, stage.registry):  # noqa: ASYNC110 - its rows say when
        await asyncio.sleep(1)
    held = memory_mb(process.pid)
    await ended(process)
    return held


async def rest(stage: Stage, seconds: int) -> tuple[float, float]:
    """Return the memory at the end and the share of a core over the time."""
    process = await begun(stage)
    await asyncio.sleep(_SETTLING_SECONDS)
    before, since = processor_seconds(process.pid), time.monotonic()
    await asyncio.sleep(seconds)
    share = (processor_seconds(process.pid) - before) / (time.monotonic() - since)
    held = memory_mb(process.pid)
    await ended(process)
    return held, share


async def measure(folder: Path, asked: argparse.Namespace) -> bool:
    """Measure and print; say whether both goals are reached."""
    source = GeneratedStudies(asked.trials)
    numbers = [study.nct_id for _, study in source.scan(0, 0)]
    async with on_stage(source, folder) as stage:
        rows = open_database(f"sqlite:///{folder / 'trialwatch.db'}")
        upgrade(rows)
        set_up(rows, numbers=numbers, subscribers=asked.trials, hook=stage.hook.url)
        first = await look_at_all(stage, rows)
        held, share = await rest(stage, asked.seconds)
        rows.close()
    print(
        f"{len(numbers):,} watched, nothing new for {asked.seconds} s: {held:.0f} MB (goal"
        f" {_MOST_MB}), {share:.2%} of a core (goal {_MOST_CORE:.1%}); the process that saw all of"
        f" them first: {first:.0f} MB; load {os.getloadavg()[0]:.1f}"
    )
    return held < _MOST_MB and share < _MOST_CORE


def main() -> None:
    """Measure; end with 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=120)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        well = asyncio.run(measure(Path(folder), asked))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
