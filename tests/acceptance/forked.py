"""Asking the nursery for a process, signalling it and waiting for its end."""

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
from signal import SIGKILL
from typing import Protocol

_ROOT = Path(__file__).parents[2]
#: Settings that Python or the linker reads before any code of ours: a fork would not see them.
_BEFORE_ALL = ("LD_", "PYTHON", "FAKETIME")


@dataclass(frozen=True, slots=True)
class Forked:
    """A process that has ended: its status as ``subprocess`` has it, and what it said."""

    status: int
    out: bytes
    err: bytes


class Process(Protocol):
    """A process that was begun, as ``asyncio.subprocess.Process`` is one."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    async def wait(self) -> int: ...

    def send_signal(self, signal: int) -> None: ...

    def kill(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Begun:
    """A forked process on its way."""

    pid: int
    ended: Future[int]

    @property
    def returncode(self) -> int | None:
        """The exit status as ``subprocess`` has it, or None while it runs."""
        return self.ended.result() if self.ended.done() else None

    async def wait(self) -> int:
        """Wait for its end; return its exit status."""
        return await asyncio.wrap_future(self.ended)

    def send_signal(self, signal: int) -> None:
        """Send it a signal, unless it has ended."""
        if not self.ended.done():
            os.kill(self.pid, signal)

    def kill(self) -> None:
        """End it without a word."""
        self.send_signal(SIGKILL)


def _to_come() -> Future[int]:
    """Return an answer to come, which whoever gives up waiting for it does not take back."""
    answer: Future[int] = Future()
    answer.set_running_or_notify_cancel()
    return answer


@dataclass(frozen=True, slots=True)
class _Answers:
    begun: Future[int] = field(default_factory=_to_come)
    ended: Future[int] = field(default_factory=_to_come)


@dataclass
class _Nursery:
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _waiting: dict[int, _Answers] = field(default_factory=dict)
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, asked: Mapping[str, object]) -> _Answers:
        """Ask for a process; return its number and its exit status to come."""
        assert self.process.stdin is not None
        answers = _Answers()
        with self._asking:
            number = next(self._numbers)
            self._waiting[number] = answers
            self.process.stdin.write(json.dumps({**asked, "id": number}).encode() + b"\n")
            self.process.stdin.flush()
        return answers

    def listen(self) -> None:
        """Hand on every answer, to the end of the process."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line)
            if "pid" in told:
                self._waiting[told["id"]].begun.set_result(told["pid"])
            else:
                self._waiting.pop(told["id"]).ended.set_result(told["status"])
        for answers in self._waiting.values():
            for one in (answers.begun, answers.ended):
                if not one.done():
                    one.set_exception(RuntimeError("the nursery of commands has died"))


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


async def begin(
    program: str,
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    out: Path,
    err: Path,
) -> Begun:
    """Begin one of the nursery's programs; what it says goes to two files."""
    answers = _nursery().ask(
        {
            "program": program,
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(folder),
            "out": _made(out),
            "err": _made(err),
        }
    )
    return Begun(await asyncio.wrap_future(answers.begun), answers.ended)


def _made(file: Path) -> str:
    """Make a file, so that it can be read before the process has opened it."""
    file.touch()
    return str(file)


async def forked(
    program: str, arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path
) -> Forked:
    """Run one of the nursery's programs to its end."""
    with tempfile.TemporaryDirectory() as name:
        out, err = Path(name) / "out", Path(name) / "err"
        process = await begin(
            program, arguments, environment=environment, folder=folder, out=out, err=err
        )
        return Forked(await process.wait(), out.read_bytes(), err.read_bytes())
