"""Neighbours that answer well and do not tell the truth."""

import asyncio
from dataclasses import dataclass

import psycopg

from benchmarks.own_postgresql import OwnPostgresql
from benchmarks.troubles import Road, Trouble
from simulator.faults import FaultBook


@dataclass
class LyingRegistry:
    """Serves today's release, with most of each record left out."""

    road: Road
    faults: FaultBook

    async def become(self, trouble: Trouble) -> None:
        """Change how it is."""
        self.faults.clear()
        if trouble is Trouble.LYING:
            self.faults.ask("shadow", path="/studies", times=None)
        await self.road.become(trouble)


@dataclass
class LyingReceiver:
    """Says that it has taken what it lets fall."""

    road: Road
    honest: int
    #: Port of one that takes everything and that nobody looks into.
    liar: int

    async def become(self, trouble: Trouble) -> None:
        """Change how it is."""
        self.road.behind = self.liar if trouble is Trouble.LYING else self.honest
        await self.road.become(trouble)


@dataclass
class LyingDatabase:
    """Says that it has kept what it has not written yet, and forgets it in a crash."""

    road: Road
    server: OwnPostgresql
    _lies: bool = False

    async def become(self, trouble: Trouble) -> None:
        """Change how it is; the crash comes with the end of the lie."""
        if self._lies:
            self._lies = False
            await asyncio.to_thread(self.server.restart, "immediate")
            await asyncio.to_thread(self._set, "RESET synchronous_commit", "RESET wal_writer_delay")
        if trouble is Trouble.LYING:
            self._lies = True
            settings = ("SET synchronous_commit = off", "SET wal_writer_delay = '10s'")
            await asyncio.to_thread(self._set, *settings)
        await self.road.become(trouble)

    def _set(self, *settings: str) -> None:
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            for setting in settings:
                connection.execute(f"ALTER SYSTEM {setting}".encode())
            connection.execute("SELECT pg_reload_conf()")
