"""Starting a program that is killed at a point, as a process with the settings of a stage."""

import asyncio
import sys
from pathlib import Path

from tests.acceptance.stage import Stage

_HERE = Path(__file__).parent


async def begin(
    stage: Stage, point: str = "none", nth: int = 0, *, skew: float = 0, quiet: bool = False
) -> asyncio.subprocess.Process:
    """Sweep and send; die as ``crashing.py`` passes ``point`` the ``nth`` time.

    Args:
        stage: Whose settings it works under.
        point: Where it dies; ``none`` lets it end well.
        nth: Which passing of the point kills it.
        skew: Seconds that its clock is ahead.
        quiet: Whether its complaints are let fall.
    """
    return await begin_program(stage, "crashing.py", point, nth, skew, quiet=quiet)


async def begin_program(
    stage: Stage, name: str, point: str, nth: int, last: float, *, quiet: bool = False
) -> asyncio.subprocess.Process:
    """Start one of the programs here that die at a point; what it prints can be read."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, str(_HERE / name), point, str(nth), str(last)),
        env={**stage.environment, "PYTHONPATH": str(_HERE.parents[1])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL if quiet else None,
    )
