"""Databases by name that a benchmark makes, copies and throws away: files, or those of a server."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg

from benchmarks.own_postgresql import OwnPostgresql, own_postgresql


class Places(Protocol):
    """Where databases are."""

    def url(self, name: str) -> str:
        """Return how a database is named in ``TRIALWATCH_DATABASE_URL``."""
        ...

    def make(self, name: str) -> None:
        """Make a database without tables, in place of what had the name."""
        ...

    def copy(self, source: str, target: str) -> None:
        """Copy a database that nobody works on, in place of what had the target's name."""
        ...

    def revive(self) -> None:
        """See that databases can be reached again after their disk was full."""
        ...


@dataclass(frozen=True, slots=True)
class Files:
    """SQLite."""

    folder: Path

    def url(self, name: str) -> str:
        """Name a file in the folder."""
        return f"sqlite:///{self.folder}/{name}.db"

    def make(self, name: str) -> None:
        """Throw a file away; the next to open it makes it."""
        for one in self.folder.glob(f"{name}.db*"):
            one.unlink()

    def copy(self, source: str, target: str) -> None:
        """Copy a file and what SQLite has beside it."""
        self.make(target)
        for one in self.folder.glob(f"{source}.db*"):
            shutil.copy(one, one.with_name(target + one.name.removeprefix(source)))

    def revive(self) -> None:
        """Nothing runs that could have gone down."""


@dataclass(frozen=True, slots=True)
class Server:
    """PostgreSQL."""

    own: OwnPostgresql

    def url(self, name: str) -> str:
        """Name a database of the server."""
        return f"{self.own.url.removesuffix('/postgres')}/{name}"

    def make(self, name: str) -> None:
        """Make an empty database."""
        self._ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")

    def copy(self, source: str, target: str) -> None:
        """Make a database from another as its template."""
        self._ask(
            f"DROP DATABASE IF EXISTS {target} WITH (FORCE)",
            f"CREATE DATABASE {target} TEMPLATE {source}",
        )

    def revive(self) -> None:
        """Start the server again where it has gone down."""
        try:
            self._ask("SELECT 1")
        except psycopg.OperationalError:
            self.own.restart("immediate")

    def _ask(self, *statements: str) -> None:
        with psycopg.connect(self.own.url, autocommit=True) as connection:
            connection.execute("SET client_min_messages = warning")
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def places_for(folder: Path, *, postgresql: bool, options: Sequence[str] = ()) -> Iterator[Places]:
    """Give a folder, or a server of its own, with these options, that is gone afterwards."""
    if postgresql:
        with own_postgresql(options) as server:
            yield Server(server)
    else:
        yield Files(folder)
