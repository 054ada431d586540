"""Wiring, the inner half: settings in, a service with its rows and its clock out.

What reaches outside this machine (registry, carriers) is wired in ``trialwatch.outside``.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from config import ConfigError, Settings
from monitor.detection import Weights, default_weights, read_weights
from monitor.domain.ids import new_id
from monitor.domain.ports import Clock, OpenWork
from storage.engine import Database, open_database
from storage.schema import SchemaState, check, state_of


def utc_now() -> datetime:
    """Return the time; the only place that asks the machine for it."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What every way in needs: settings, rows, the time."""

    settings: Settings
    database: Database
    clock: Clock
    #: This process's name as an owner of claims.
    owner: str
    #: What matters how much.
    weights: Weights

    @property
    def open_work(self) -> OpenWork:
        """Opens a transaction."""
        return self.database.open_work


@contextmanager
def open_service(settings: Settings, *, clock: Clock = utc_now) -> Iterator[Service]:
    """Open the database and wire the rest; a new database is made ready first.

    Raises:
        StorageError: The database cannot be used as it is.
    """
    database = open_database(settings.database_url)
    try:
        _make_ready(database)
        owner = f"{socket.gethostname()}/{os.getpid()}/{new_id(clock())}"
        yield Service(
            settings=settings,
            database=database,
            clock=clock,
            owner=owner,
            weights=weights_of(settings),
        )
    finally:
        database.close()


def weights_of(settings: Settings) -> Weights:
    """Return what matters how much: the packaged table, and over it the operator's own.

    Raises:
        ConfigError: The operator's file cannot be read, or names what does not exist.
    """
    if settings.weights is None:
        return default_weights()
    try:
        text = settings.weights.read_text(encoding="utf-8")
        return read_weights(text, over=default_weights())
    except (OSError, ValueError) as error:
        raise ConfigError(f"TRIALWATCH_WEIGHTS: {settings.weights}: {error}") from error


def _make_ready(database: Database) -> None:
    """Make the tables of a new database; an old one is left to `trialwatch db upgrade`."""
    if state_of(database) is SchemaState.FRESH:
        # Alembic takes a fifth of a second to load, and is needed once in a database's life.
        from storage.upgrade import upgrade  # noqa: PLC0415

        upgrade(database)
    check(database)
