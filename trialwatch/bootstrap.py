"""Wiring, the inner half: settings in, a service with its rows and its clock out.

What reaches outside this machine (registry, carriers) is wired in ``trialwatch.outside``.
"""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from config.settings import Settings
from monitor.domain.ids import new_id
from monitor.domain.ports import Clock, OpenWork
from storage.engine import Database, open_database
from storage.fencing import Fence
from storage.resealing import use_keys
from storage.schema import SchemaState, check, state_of

if TYPE_CHECKING:
    from monitor.detection import Weights
    from storage.replica import Replicated


_log = logging.getLogger("trialwatch")


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
    #: What this process's commits are held against; None for work that needs no leader.
    fence: Fence | None = None
    #: The way to a replica; None where there is none.
    replicated: "Replicated | None" = None

    @property
    def reads(self) -> Database:
        """What is read for showing only: a replica, while it shows what the database does."""
        return self.database if self.replicated is None else self.replicated

    @property
    def open_work(self) -> OpenWork:
        """Opens a transaction."""
        if self.fence is None:
            return self.database.open_work
        return partial(self.database.open_fenced, self.fence)

    @property
    def weights(self) -> "Weights":
        """What matters how much, read anew: the libraries of detection load with it."""
        from trialwatch.weighing import weights_of  # noqa: PLC0415

        return weights_of(self.settings)


@contextmanager
def open_service(settings: Settings, *, clock: Clock = utc_now) -> Iterator[Service]:
    """Open the database and wire the rest; a new database is made ready first.

    Raises:
        StorageError: The database cannot be used as it is.
        ConfigError: The operator's own weights cannot be.
    """
    database = open_database(settings.database_url)
    replicated = None
    try:
        replicated = _replica_of(database, settings)
        _make_ready(database)
        keyring = use_keys(database, settings.secrets_key_file.expanduser())
        if replicated is not None:
            replicated.use(keyring)
        owner = f"{socket.gethostname()}/{os.getpid()}/{new_id(clock())}"
        service = Service(
            settings=settings, database=database, clock=clock, owner=owner, replicated=replicated
        )
        if settings.weights is not None:
            _ = service.weights
        yield service
    finally:
        if replicated is not None:
            replicated.close()
        database.close()


def _replica_of(database: Database, settings: Settings) -> "Replicated | None":
    if not settings.read_database_url:
        return None
    from storage.replica import open_replicated  # noqa: PLC0415  # a file needs no driver for it

    return open_replicated(database, settings.read_database_url, tell=_log.warning)


def _make_ready(database: Database) -> None:
    """Make the tables of a new database; an old one is left to `trialwatch db upgrade`."""
    if state_of(database) is SchemaState.FRESH:
        # Alembic takes a fifth of a second to load, and is needed once in a database's life.
        from storage.upgrade import upgrade  # noqa: PLC0415

        upgrade(database)
    check(database)
