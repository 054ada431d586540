"""The keys that secrets are sealed with, and the file they stand in, which is no part of the database.

The file holds one key a line: 64 bytes in base64. The first seals, every one of them opens. It is
read anew when it has changed, so a running process follows a rotation.
"""

import binascii
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.domain.errors import StorageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

SETTING: Final = "TRIALWATCH_SECRETS_KEY_FILE"
#: AES-256 in SIV mode takes two keys of 32 bytes.
_KEY_BYTES: Final = 64
_ID_LENGTH: Final = 8
_FORM: Final = (
    "it holds one key a line, 64 bytes in base64 (`openssl rand -base64 64 | tr -d '\\n'`)"
)


@dataclass(frozen=True)
class Key:
    """One key."""

    raw: bytes = field(repr=False)

    @cached_property
    def id(self) -> str:
        """Its name, which tells nothing of it."""
        return sha256(b"trialwatch key" + self.raw).hexdigest()[:_ID_LENGTH]

    @cached_property
    def cipher(self) -> "AESSIV":
        """What seals and opens. The library is loaded by those who have something to seal."""
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415

        return AESSIV(self.raw)


class Keyring:
    """The keys of one file, as it stands now. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        #: Why there are no keys; empty where there are.
        self.trouble = ""
        #: True where there is no such file.
        self.is_missing = False
        self._keys: tuple[Key, ...] = ()
        self._read_as: tuple[int, ...] = ()
        self.look()

    def __repr__(self) -> str:
        return f"Keyring({str(self.path)!r})"

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys, that which seals first; none where there is trouble."""
        return self._keys

    def look(self) -> None:
        """Read the file again if it has changed."""
        try:
            found = self.path.stat()
            mark = (found.st_mtime_ns, found.st_size, found.st_ino)
            if mark == self._read_as:
                return
            self._keys, self.trouble = _parse(self.path.read_text("ascii")), ""
            self._read_as, self.is_missing = mark, False
        except OSError as error:
            self.is_missing = isinstance(error, FileNotFoundError | NotADirectoryError)
            self._lost(f"cannot be read ({error.strerror})")
        except ValueError:
            self._lost(f"is no key file: {_FORM}")

    def _lost(self, why: str) -> None:
        # Whoever has the keys in memory goes on with them.
        if not self._keys:
            self.trouble = (
                f"The key file {self.path} {why}. Secrets of webhooks and addresses of chats can be"
                f" neither kept nor used until it is back; mail goes on. Put back the file that is"
                f" kept apart from the backups, or name it in {SETTING}"
            )

    @property
    def first(self) -> Key:
        """The key that seals.

        Raises:
            StorageError: There is none.
        """
        self.look()
        if not self._keys:
            raise StorageError(self.trouble)
        return self._keys[0]

    def find(self, key_id: str) -> Key | None:
        """Return the key of this name, None when the file does not hold it."""
        for key in self._keys:
            if key.id == key_id:
                return key
        self.look()
        return next((key for key in self._keys if key.id == key_id), None)


def _parse(text: str) -> tuple[Key, ...]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    try:
        keys = tuple(Key(b64decode(line, validate=True)) for line in lines)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    if not keys or any(len(key.raw) != _KEY_BYTES for key in keys):
        raise ValueError("no key, or one of another length")
    return keys


def new_key() -> Key:
    """Return a key that nobody had before."""
    return Key(secrets.token_bytes(_KEY_BYTES))


def make_file(path: Path) -> str:
    """Make a file with one new key for its owner alone, unless there is one; return what hinders."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = _write_beside(path, [new_key()])
        try:
            # Of two that begin at once the second takes the first one's.
            with suppress(FileExistsError):
                path.hardlink_to(written)
        finally:
            written.unlink()
    except OSError as error:
        return (
            f"The key file {path} cannot be made ({error.strerror}). Webhooks and chats can be"
            f" neither added nor used until there is one; mail goes on. Name a file outside the"
            f" database's folder in {SETTING}"
        )
    return ""


def write_file(path: Path, keys: Sequence[Key]) -> None:
    """Put other keys into a file, all of them or none.

    Raises:
        StorageError: It cannot be written.
    """
    try:
        _write_beside(path, keys).replace(path)
    except OSError as error:
        raise StorageError(
            f"The key file {path} cannot be written ({error.strerror}); nothing was changed. Where"
            " it is given to the service read-only, put a new key into its first line by hand and"
            " restart"
        ) from error


def _write_beside(path: Path, keys: Sequence[Key]) -> Path:
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    text = "".join(b64encode(key.raw).decode("ascii") + "\n" for key in keys)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return unfinished
