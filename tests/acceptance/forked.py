"""Asking the nursery for a process, and waiting for its end."""

import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[2]
#: Settings that Python or the linker reads before any code of ours: a fork would not see them.
_BEFORE_ALL = ("LD_", "PYTHON", "FAKETIME")


@dataclass(frozen=True, slots=True)
class Forked:
    """A process that has ended: its status as ``subprocess`` has it, and what it said."""

    status: int
    out: bytes
    err: bytes


@dataclass
class _Nursery:
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _waiting: dict[int, Future[int]] = field(default_factory=dict)
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, asked: Mapping[str, object]) -> Future[int]:
        """Ask for a process; return its exit status to come."""
        assert self.process.stdin is not None
        ended: Future[int] = Future()
        with self._asking:
            number = next(self._numbers)
            self._waiting[number] = ended
            self.process.stdin.write(json.dumps({**asked, "id": number}).encode() + b"\n")
            self.process.stdin.flush()
        return ended

    def listen(self) -> None:
        """Hand on every answer, to the end of the process."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            self._waiting.pop(told["id"]).set_result(told["status"])
        for ended in self._waiting.values():
            ended.set_exception(RuntimeError("the nursery of commands has died"))


@cache
def _nursery() -> _Nursery:
    """Start the one nursery of this process; it ends with it, as its standard input does."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    made = _Nursery(
        subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.nursery"],
            env=kept,
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
    )
    threading.Thread(target=made.listen, daemon=True).start()
    return made


def can_be_forked(environment: Mapping[str, str]) -> bool:
    """Tell whether a fork sees all of these settings in time."""
    return not any(name.startswith(_BEFORE_ALL) for name in environment)


async def forked(
    program: str, arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path
) -> Forked:
    """Run one of the nursery's programs to its end."""
    with tempfile.TemporaryDirectory() as name:
        out, err = Path(name) / "out", Path(name) / "err"
        out.touch()
        err.touch()
        ended = _nursery().ask(
            {
                "program": program,
                "arguments": list(arguments),
                "environment": dict(environment),
                "folder": str(folder),
                "out": str(out),
                "err": str(err),
            }
        )
        status = await asyncio.wrap_future(ended)
        return Forked(status, out.read_bytes(), err.read_bytes())
