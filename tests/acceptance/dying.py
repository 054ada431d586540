"""The real command, killed as it is about to do what it is told to die of.

    python dying.py EVENT NTH ARGUMENTS...

EVENT is one of Python's audit events, ``os.rename`` say; the process sends itself SIGKILL when it
is raised for the NTH time, before what it announces is done (0 for never).
"""

import os
import signal
import sys
from itertools import count

from trialwatch import __main__ as command


def die_at(event: str, nth: int) -> None:
    """Kill this process at the NTH ``event``."""
    passed = count(1)

    def look(raised: str, _arguments: tuple[object, ...]) -> None:
        if raised == event and next(passed) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)


def main() -> None:
    """Run the command and die on the way, or not."""
    die_at(sys.argv[1], int(sys.argv[2]))
    sys.argv = ["trialwatch", *sys.argv[3:]]
    command.main()


if __name__ == "__main__":
    main()
