"""A small version of what ``benchmarks.full_disk`` does in every phase."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import unavailable

pytestmark = pytest.mark.acceptance

_ROOT = Path(__file__).parents[2]
_PHASES = ("commit", "running service", "backup and restore")


async def _ran(*words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_full_disk_is_said_and_nothing_is_lost_or_false_with_room() -> None:
    alone = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or (await _ran(*alone, "mount", "-t", "tmpfs", "x", "/mnt"))[0]:
        unavailable("this user may not mount a small disk of its own (unshare --mount)")

    status, said = await _ran(sys.executable, "-m", "benchmarks.full_disk", *_PHASES)

    assert status == 0, said
    rows = [line.split(" | ") for line in said.splitlines() if line.startswith("| ")]
    assert [row[0].strip("| ") for row in rows] == list(_PHASES)
    # Tries, of which none went on as if nothing were; lost; false.
    assert all(row[1].endswith("(0 went on)") and row[2:4] == ["0", "0"] for row in rows), said
    assert "the disk is full; free some space" in said
