"""Where the suite's commands come from, without each waiting for the same imports again.

    python -m tests.acceptance.nursery

More than half of a command's processor time is loading. This process has everything loaded and
nothing open, and forks: each command is a process of its own with its own settings, folder,
output, exit and end. Each line of standard input asks for one, as JSON: ``id``, ``program`` (a
name in ``PROGRAMS``), ``arguments``, ``environment``, ``folder``, and ``out`` and ``err``, files
for what it says. Each is answered by a line as it begins, ``id`` and ``pid``, and one as it ends,
``id`` and ``status`` as ``subprocess`` has it. What is about starting itself is started for real;
and ``tests/newcomer`` types every documented command for real, imports, end and all.
"""

import gc
import importlib
import json
import logging
import os
import pkgutil
import select
import sys
from collections.abc import Callable, Mapping
from typing import Any

from tests.acceptance import crashing, dying
from trialwatch import __main__ as command

PROGRAMS: Mapping[str, Callable[[], None]] = {
    "crashing": crashing.main,
    "dying": dying.main,
    "trialwatch": command.main,
}
#: Gap between two looks for those that ended.
_LOOK_SECONDS = 0.01


def load() -> None:
    """Import whatever a command may import later on; what an extra lacks, it does without."""
    for name in ("config", "monitor", "notifiers", "storage", "trialwatch"):
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations" not in found.name and not found.name.endswith("__main__"):
                try:
                    importlib.import_module(found.name)
                except ModuleNotFoundError:
                    continue
    # Nothing of this ever goes: no child need look through it, and so copy it.
    gc.collect()
    gc.freeze()


def fork_what_is_asked_for() -> Mapping[str, Any] | None:
    """Fork until nothing more is asked for; return what was asked for in the child, else None."""
    asked_by_pid: dict[int, int] = {}
    lines = os.fdopen(os.dup(0), "rb", buffering=0)
    open_still, rest = True, b""
    while open_still or asked_by_pid:
        ready, _, _ = select.select([lines] if open_still else [], [], [], _LOOK_SECONDS)
        if ready:
            got = lines.read(65536) or b""
            open_still = bool(got)
            *whole, rest = (rest + got).split(b"\n")
            for asked in map(json.loads, whole):
                pid = os.fork()
                if not pid:
                    return dict(asked)
                asked_by_pid[pid] = asked["id"]
                _answer({"id": asked["id"], "pid": pid})
        _answer_for_the_ended(asked_by_pid)
    return None


def _answer_for_the_ended(asked_by_pid: dict[int, int]) -> None:
    while asked_by_pid:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        _answer({"id": asked_by_pid.pop(pid), "status": os.waitstatus_to_exitcode(status)})


def _answer(told: Mapping[str, int]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def become(asked: Mapping[str, Any]) -> None:
    """Be the process that was asked for, to its end.

    One that says how it ends is ended here, without taking apart all that was loaded; any other
    ends as Python has it.
    """
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    _lead_to(os.devnull, 0, os.O_RDONLY)
    _lead_to(asked["out"], 1, os.O_WRONLY)
    _lead_to(asked["err"], 2, os.O_WRONLY)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # it lives as long as this
    sys.argv = [asked["program"], *asked["arguments"]]
    status: object = None
    try:
        PROGRAMS[asked["program"]]()
    except SystemExit as ended:
        status = ended.code
    if status is not None and not isinstance(status, int):
        raise SystemExit(status)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status or 0)


def _lead_to(path: str, number: int, flags: int) -> None:
    opened = os.open(path, flags)
    os.dup2(opened, number)
    os.close(opened)


if __name__ == "__main__":
    load()
    begun = fork_what_is_asked_for()
    if begun is not None:
        become(begun)
