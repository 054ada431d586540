"""A tool's key, read from a file of its owner's alone, as ssh reads its own."""

import os
import re
import stat
from pathlib import Path
from typing import Final

from config.errors import ConfigError

_SETTING: Final = "TRIALWATCH_KEY_FILE"
_KEY: Final = re.compile(r"tw_[A-Za-z0-9_-]{8,200}")
#: A file with a key in it is not longer.
_MOST_BYTES: Final = 4096


def read_key(path: Path) -> str:
    """Return the key in a file. Its content is in no error.

    Raises:
        ConfigError: The file cannot be read, is open to others, or holds no key.
    """
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            _refuse_open(path, found)
            text = file.read(_MOST_BYTES)
    except OSError as error:
        raise ConfigError(f"{_SETTING}: cannot read {str(path)!r}: {error.strerror}") from error
    key = text.decode("ascii", "replace").strip()
    if not _KEY.fullmatch(key):
        raise ConfigError(
            f"{_SETTING}: {str(path)!r} holds no key: it is one line, tw_ and letters and digits,"
            " as the page Account shows it once"
        )
    return key


def _refuse_open(path: Path, found: os.stat_result) -> None:
    mode = stat.S_IMODE(found.st_mode)
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(
            f"{_SETTING}: {str(path)!r} is open to others (mode {mode:04o}), so whoever reads it"
            f" can act as you: chmod 600 {path}"
        )
