"""A move from one database to another, a row a commit, killed after so many of them.

python moving.py SOURCE TARGET PIECES
"""

import os
import signal
import sys
from datetime import UTC, datetime
from itertools import count

from storage.engine import open_database
from storage.moving import move


def main() -> None:
    """Move, and die on the way."""
    source, target, pieces = sys.argv[1], sys.argv[2], int(sys.argv[3])
    copied = count(1)

    def die(_table: str, _rows: int) -> None:
        if next(copied) == pieces:
            os.kill(os.getpid(), signal.SIGKILL)

    move(open_database(source), open_database(target), now=datetime.now(UTC), batch=1, copied=die)


if __name__ == "__main__":
    main()
