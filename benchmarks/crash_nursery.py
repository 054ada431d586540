"""Where processes to be killed come from, without the wait for their imports.

    python -m benchmarks.crash_nursery

It has everything loaded and nothing open, and forks. Each line of standard input asks for one process, as JSON: ``program`` (a name in ``_PROGRAMS``),
``arguments``, ``environment``, and ``after``, the seconds after which it is killed, 0 for never.
Each is answered by a line: ``status`` as ``subprocess`` has it, ``seconds`` of processor time,
and ``out``, the last line that it wrote. The first line says what loading took.
"""

import contextlib
import io
import json
import os
import resource
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from tests.acceptance import moving, upgrading
from tests.acceptance.nursery import PROGRAMS

_PROGRAMS: Mapping[str, Callable[[], None]] = {
    **PROGRAMS,
    "moving": moving.main,
    "upgrading": upgrading.main,
}


def main() -> None:
    """Fork what is asked for until nothing more is."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": used.ru_utime + used.ru_stime}), flush=True)
    for line in sys.stdin:
        print(json.dumps(_one(json.loads(line))), flush=True)


def _one(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    with tempfile.TemporaryFile() as out:
        pid = os.fork()
        if not pid:
            _be(asked, out.fileno())
        with _killed_after(pid, asked["after"]):
            _, status, used = os.wait4(pid, 0)
        out.seek(0)
        said = out.read().decode().strip()
    return {
        "status": os.waitstatus_to_exitcode(status),
        "seconds": used.ru_utime + used.ru_stime,
        "out": said.rpartition("\n")[2],
    }


@contextlib.contextmanager
def _killed_after(pid: int, seconds: float) -> Any:
    timer = threading.Timer(seconds, os.kill, (pid, signal.SIGKILL))
    if seconds:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if seconds:
            timer.join()


def _be(asked: Mapping[str, Any], out: int) -> None:
    """Become the process that was asked for; never returns."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = [asked["program"], *asked["arguments"]]
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdout, sys.stderr = (io.TextIOWrapper(os.fdopen(fd, "wb")) for fd in (1, 2))
    status = 0
    try:
        _PROGRAMS[asked["program"]]()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - whatever it is, this process must not become its parent
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
