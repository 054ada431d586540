"""A disk that is full, and has room again."""

import errno
from pathlib import Path

_BALLAST = "ballast"


def fill(disk: Path, *, leaving_bytes: int = 0) -> None:
    """Leave no room on the disk that a folder is on, or so many bytes."""
    with (disk / _BALLAST).open("ab", buffering=0) as ballast:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while ballast.write(b"\0" * size):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
        if leaving_bytes:
            ballast.truncate(max(0, ballast.tell() - leaving_bytes))


def make_room(disk: Path) -> None:
    """Take the ballast away."""
    (disk / _BALLAST).unlink(missing_ok=True)
