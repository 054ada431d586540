"""All sealed values of a database: which key each stands under, and bringing them under the first."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import (
    Column,
    Connection,
    Table,
    Text,
    TypeDecorator,
    or_,
    select,
    text,
    type_coerce,
    update,
)

from monitor.domain.errors import StorageError
from monitor.domain.watches import SEALED
from storage.engine import Database
from storage.keys import Keyring, make_file, new_key, write_file
from storage.rows import AnyRow
from storage.sealing import Sealed, SealedBytes, key_of, keyring_of, seal_with, stored
from storage.tables import kept_answers, targets

#: A start looks at all of them, and what it takes for that it keeps.
_AT_A_TIME: Final = 100
#: Name under which values are counted that stand open.
OPEN: Final = ""
_Columns: TypeAlias = tuple[Column[object], ...]


def sealed_columns() -> Mapping[Table, _Columns]:
    """Return the columns that are sealed, by table."""
    found = {}
    for table in (targets, kept_answers):
        kinds = (Sealed, SealedBytes)
        found[table] = tuple(column for column in table.c if isinstance(column.type, kinds))
    return found


def use_keys(database: Database, path: Path) -> Keyring:
    """Let a database's secrets be sealed with the keys in a file.

    The file is made where there is none, unless something is sealed already: then it is lost, and
    a new one would not open it. What is in the way stands in the keyring's ``trouble``.
    """
    keyring = Keyring(path)
    seal_with(database.engine.dialect, keyring)
    if keyring.is_missing and not _holds_sealed(database):
        hindered = make_file(path)
        keyring.look()
        if hindered:
            keyring.trouble = hindered
        else:
            seal_rest(database)
    return keyring


def _holds_sealed(database: Database) -> bool:
    columns = [type_coerce(column, Text) for column in sealed_columns()[targets]]
    query = select(targets.c.id).where(or_(*(column.startswith(SEALED) for column in columns)))
    with database.reading() as connection:
        return connection.execute(query.limit(1)).first() is not None


def counted(database: Database) -> Counter[str]:
    """Return how many values stand under each key, by its name; ``OPEN`` for those under none."""
    with database.reading() as connection:
        return Counter(
            key_of(_text(value))
            for table, columns in sealed_columns().items()
            for row in _rows(connection, columns)
            for column, value in zip(columns, row, strict=True)
            if _is_secret(column, value)
        )


def _is_secret(column: Column[object], value: object) -> bool:
    if isinstance(column.type, Sealed):
        return isinstance(value, str) and (column.type.is_secret(value) or bool(key_of(value)))
    return bool(value)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def seal_rest(database: Database) -> int:
    """Bring everything under the first key that is open or under another; return how many rows.

    What no key at hand opens stays as it stands.
    """
    keyring = keyring_of(database.engine.dialect)
    if keyring is None or not keyring.keys:
        return 0
    counts = counted(database)
    if set(counts) <= {keyring.first.id}:
        return 0
    with database.writing() as connection:
        _keep_others_out(connection)
        changed = _reseal(connection)
        connection.commit()
    if counts[OPEN]:
        # Copies of what stood open are left between the rows of a file.
        database.rewrite_file()
    return changed


def rotate(database: Database) -> int:
    """Put a new key before those in the file and bring everything under it; return how many rows.

    Whoever dies in the middle leaves keys that open everything; the next start goes on.

    Raises:
        StorageError: There are no keys, or the file cannot be written.
    """
    keyring = _own_keyring(database)
    with database.writing() as connection:
        _keep_others_out(connection)
        write_file(keyring.path, [new_key(), *keyring.keys])
        changed = _reseal(connection)
        connection.commit()
    return changed


def forget_old(database: Database) -> int:
    """Take all keys but the first out of the file; return how many.

    Raises:
        StorageError: Something is sealed with another, or the file cannot be written.
    """
    keyring = _own_keyring(database)
    others = set(counted(database)) - {keyring.first.id}
    if others:
        raise StorageError(
            "Not everything is sealed with the first key; start the service once, or run"
            " `trialwatch secrets rotate`, then forget the others. Nothing was forgotten"
        )
    old = len(keyring.keys) - 1
    if old:
        write_file(keyring.path, [keyring.first])
        keyring.look()
    return old


def _own_keyring(database: Database) -> Keyring:
    keyring = keyring_of(database.engine.dialect)
    if keyring is None:
        raise StorageError(f"{database.shown_as} was opened without keys")
    _ = keyring.first
    return keyring


def _keep_others_out(connection: Connection) -> None:
    """Let nobody write meanwhile; on SQLite nobody can anyway."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in sealed_columns())
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def _reseal(connection: Connection) -> int:
    return sum(
        _reseal_row(connection, table, columns, row)
        for table, columns in sealed_columns().items()
        for row in list(_rows(connection, tuple(table.c)))
    )


def _reseal_row(connection: Connection, table: Table, columns: _Columns, row: AnyRow) -> bool:
    news = {}
    for column in columns:
        value, kind = getattr(row, column.name), cast("TypeDecorator[Any]", column.type)
        opened = kind.process_result_value(value, connection.dialect)
        new = kind.process_bind_param(opened, connection.dialect)
        if new != value:
            news[column.name] = new
    if not news or (table is targets and _has_twin(connection, row, news)):
        return False
    its = [key == getattr(row, key.name) for key in table.primary_key]
    connection.execute(update(table).where(*its).values(news))
    return True


def _has_twin(connection: Connection, row: AnyRow, news: Mapping[str, object]) -> bool:
    """Tell whether the address was added a second time while keys were exchanged.

    The two go on beside each other, this one under its old key.
    """
    query = select(targets.c.id).where(
        targets.c.subscriber_id == row.subscriber_id,
        targets.c.channel == row.channel,
        type_coerce(targets.c.address, Text) == news.get("address", row.address),
        targets.c.id != row.id,
    )
    return connection.execute(query).first() is not None


def _rows(connection: Connection, columns: _Columns) -> Iterator[AnyRow]:
    query = select(*(stored(column) for column in columns))
    return iter(connection.execute(query, execution_options={"yield_per": _AT_A_TIME}))
