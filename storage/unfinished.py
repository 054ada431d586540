"""Files that are whole or not there: written under a hidden name, then renamed.

Who writes one holds a lock on it, which ends with the process, however it ends. So one that nobody
holds was left by a writer that was killed; the next that writes into that folder takes it away.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

_LEFT: Final = re.compile(r"\..+\.[0-9a-f]{8}\.unfinished")


@contextmanager
def writing_whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file for its owner alone that becomes ``path`` when the block ends well.

    Raises:
        OSError: It cannot be written; nothing is left of it.
    """
    remove_abandoned(path.parent)
    hidden, descriptor = _opened(path)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


def remove_abandoned(folder: Path) -> None:
    """Take away what killed writers have left in a folder, and nothing that is being written."""
    for path in folder.glob(".*.unfinished"):
        # What cannot be opened, locked or removed is not ours to judge.
        with suppress(OSError):
            if _LEFT.fullmatch(path.name):
                _remove_unless_held(path)


def _opened(path: Path) -> tuple[Path, int]:
    """Open a new file and lock it; return its hidden name and its descriptor."""
    while True:
        hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")
        descriptor = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        # Where files cannot be locked, nobody else can lock this one and take it away.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return hidden, descriptor
        # Another writer took it for abandoned before it was locked.
        os.close(descriptor)


def _remove_unless_held(path: Path) -> None:
    # A link or a pipe of that name is opened without being followed or waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    finally:
        os.close(descriptor)
