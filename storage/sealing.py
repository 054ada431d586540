"""Columns whose values stand sealed in the database, and are themselves everywhere else.

AES-256-SIV: the same value under the same key is the same row's text, so that what must be found
or be unique by it still is; nothing else can be seen of it. Where a column is, is sealed with it,
so no value can be put into another column.

Values from before there were keys are read as they are. What cannot be opened is handed on as it
stands, for its holder to say so (``Target.is_sealed``): no row is lost with its key.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, LargeBinary, Text, TypeDecorator, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ColumnElement

from monitor.domain.watches import SEALED
from storage.keys import Key, Keyring

_BINARY = SEALED.encode("ascii")
#: By the dialect, of which each database has one: a column's type is told nothing else of where
#: its values go. A database without keys (a test's, or one that is copied) keeps values as given.
_KEYRINGS: WeakKeyDictionary[Dialect, Keyring] = WeakKeyDictionary()


def seal_with(dialect: Dialect, keyring: Keyring) -> None:
    """Let values of a database be sealed and opened with these keys from now on."""
    _KEYRINGS[dialect] = keyring


def keyring_of(dialect: Dialect) -> Keyring | None:
    """Return the keys of a database, None where it has none."""
    return _KEYRINGS.get(dialect)


class Sealed(TypeDecorator[str]):
    """A text that opens a door: sealed where it is a secret, as it is where it is none."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        #: Table and column.
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal."""
        keyring = _KEYRINGS.get(dialect)
        if value is None or keyring is None or not self.is_secret(value):
            return value
        return sealed_text(value, keyring.first, self.place)

    def is_secret(self, value: str) -> bool:
        """Tell whether a value is to be sealed."""
        return bool(value) and not value.startswith(SEALED)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open."""
        keyring = _KEYRINGS.get(dialect)
        if value is None or keyring is None or not value.startswith(SEALED):
            return value
        return opened_text(value, keyring, self.place)


class SealedAddress(Sealed):
    """An address: that of a web server may hold a key, that of a mailbox is looked for in SQL."""

    cache_ok = True

    def is_secret(self, value: str) -> bool:
        """Tell whether a value is to be sealed."""
        return "://" in value


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are sealed whatever they are."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Seal."""
        keyring = _KEYRINGS.get(dialect)
        if not value or keyring is None or value.startswith(_BINARY):
            return value
        text = value.decode("latin-1")
        return sealed_text(text, keyring.first, self.place).encode("ascii")

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Open."""
        keyring = _KEYRINGS.get(dialect)
        if value is None or keyring is None or not value.startswith(_BINARY):
            return value
        return opened_text(value.decode("ascii"), keyring, self.place).encode("latin-1")


def stored(column: Column[Any]) -> ColumnElement[Any]:
    """Return a column as it stands in the database, for what copies it."""
    if isinstance(column.type, Sealed | SealedBytes):
        kind = LargeBinary() if isinstance(column.type, SealedBytes) else Text()
        return type_coerce(column, kind).label(column.name)
    return column


def key_of(text: str) -> str:
    """Return the name of the key that a value is sealed with, empty where it is not."""
    return text.removeprefix(SEALED).partition(":")[0] if text.startswith(SEALED) else ""


def sealed_text(value: str, key: Key, place: str) -> str:
    """Return a value sealed: the mark, the key's name, and the rest in base64."""
    body = key.cipher.encrypt(value.encode("utf-8"), [place.encode("ascii")])
    return f"{SEALED}{key.id}:{urlsafe_b64encode(body).decode('ascii')}"


def opened_text(text: str, keyring: Keyring, place: str) -> str:
    """Return a value opened, or as it stands where its key is not there or does not fit."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # see ``Key.cipher``

    key = keyring.find(key_of(text))
    if key is None:
        return text
    try:
        body = urlsafe_b64decode(text.rpartition(":")[2])
        return key.cipher.decrypt(body, [place.encode("ascii")]).decode("utf-8")
    except (ValueError, InvalidTag):
        return text
