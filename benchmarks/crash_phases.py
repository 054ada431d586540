"""Kills of a backup, a digest, an upgrade of the tables and a move, and what has to be true then."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from benchmarks.crash_ground import OUT, TOMORROW, WAITING, Ground
from benchmarks.crash_truth import Tally, hold_against, hold_digests_against
from monitor.alerting.dispatch import LEASE
from monitor.domain.errors import StorageError
from storage.engine import Database, open_database
from storage.moving import move
from storage.schema import HEAD, REVISIONS, check, revision_of
from storage.upgrade import upgrade
from tests.acceptance.crashing import DIGEST
from tests.integration.storage.filled import all_rows, fill, fill_as_of

#: How often a run without a kill passes each point of sending digests at least.
_PASSED = {"send": 2}


async def backup(on: Ground, chance: random.Random, tally: Tally, name: str) -> None:
    """Kill a backup: no file, or a whole one; what it restores finds and sends what comes next."""
    on.begin(OUT)
    file = on.stage.folder / "killed.backup"
    file.unlink(missing_ok=True)
    words = ("db", "backup", str(file))
    point = chance.choice(("os.rename", "os.remove", "midst", "midst"))
    if point == "midst":
        # It writes for some hundredths of a second after it has looked at the tables.
        died = await on.run("trialwatch", *words, after=0.05 + chance.random() * 0.4)
    else:
        died = await on.run("dying", point, "1", *words)
    tally.kills[f"backup {point}"] += died.is_killed
    tally.unhurt += died.status == 0
    if not file.exists():
        await on.command(*words)
    if left := [one.name for one in file.parent.glob(f".{file.name}.*")]:
        tally.faults.append(f"{name}: left {left}")
    on.places.make("restored")
    on.work_on("restored")
    await on.command("db", "restore", str(file))
    if (await on.work()).status:
        tally.faults.append(f"{name}: the run on what was restored failed")
    hold_against(on.stage, on.places.url("restored"), on.truth, tally, name)


async def digest(on: Ground, chance: random.Random, tally: Tally, name: str) -> None:
    """Kill as digests come due and are sent: each comes, whole, and twice only under one id."""
    on.begin(WAITING)
    point = chance.choice(DIGEST)
    nth = 1 + chance.randrange(_PASSED.get(point.partition(".")[0], 1))
    died = await on.work(point, nth, skew=TOMORROW)
    tally.kills[f"digest {point}"] += died.is_killed
    tally.unhurt += died.status == 0
    if (await on.work(skew=TOMORROW + LEASE.total_seconds())).status:
        tally.faults.append(f"{name}: the run after it failed")
    hold_digests_against(on.stage, on.truth, tally, name)


class Upgrades:
    """Databases of earlier revisions with rows in them, and what an upgrade makes of each."""

    def __init__(self, on: Ground) -> None:
        self.on = on
        self._moments: dict[str, int] = {}

    async def kill(self, chance: random.Random, tally: Tally, name: str) -> None:
        """Kill an upgrade before a statement or at any moment; then run it again."""
        revision = chance.choice(REVISIONS[:-1])
        moments = await self.prepared(revision)
        places = self.on.places
        places.copy(f"of{revision}", "upgraded")
        url = places.url("upgraded")
        if chance.random() < 0.3:
            died = await self.on.run("upgrading", url, "0", after=0.05 + chance.random() * 0.6)
        else:
            died = await self.on.run("upgrading", url, str(chance.randint(1, moments)))
        tally.kills["migration"] += died.is_killed
        tally.unhurt += died.status == 0
        lost = int(half_way(url, {revision, HEAD}))
        again = await self.on.run("upgrading", url, "0")
        lost += again.status != 0 or differs(url, places.url(f"from{revision}"))
        tally.note(f"{name} from {revision}", lost=lost, false=0, repeats=0, differ=False)

    async def prepared(self, revision: str) -> int:
        """Make the database of a revision, upgrade a copy, and return how many moments that has."""
        if revision not in self._moments:
            places = self.on.places
            places.make(f"of{revision}")
            with _opened(places.url(f"of{revision}")) as old, _filled(self.on) as source:
                fill_as_of(old, revision, source)
            places.copy(f"of{revision}", f"from{revision}")
            self._moments[revision] = await self._upgraded(f"from{revision}")
        return self._moments[revision]

    async def _upgraded(self, name: str) -> int:
        ended = await self.on.run("upgrading", self.on.places.url(name), "0")
        assert ended.status == 0, ended
        return int(ended.out)


async def moved(on: Ground, chance: random.Random, tally: Tally, name: str) -> None:
    """Kill a move from a file to an empty database; then run it again."""
    on.places.make("moved")
    with _filled(on) as source, _opened(on.places.url("moved")) as target:
        rows = sum(map(len, all_rows(source).values()))
        words = (f"sqlite:///{source.shown_as}", on.places.url("moved"))
        died = await on.run("moving", *words, str(chance.randint(1, rows)))
        tally.kills["move"] += died.is_killed
        tally.unhurt += died.status == 0
        refused = _refused(target)
        compared = move(source, target, now=datetime.now(UTC))
        lost = sum(not one.same for one in compared) + (all_rows(source) != all_rows(target))
        lost += not refused or _refused(target)
    tally.note(name, lost=lost, false=0, repeats=0, differ=False)


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    with closing(open_database(url)) as database:
        yield database


@contextmanager
def _filled(on: Ground) -> Iterator[Database]:
    """Open a database file with something in every table."""
    file = on.stage.folder / "filled.db"
    new = not file.exists()
    with _opened(f"sqlite:///{file}") as database:
        if new:
            upgrade(database)
            fill(database)
        yield database


def _refused(database: Database) -> bool:
    """Say whether a service would not start on a database."""
    try:
        check(database)
    except StorageError:
        return True
    return False


def half_way(url: str, revisions: set[str]) -> bool:
    """Say whether a database stands between two revisions, or is damaged."""
    with _opened(url) as database, database.reading() as connection:
        return revision_of(connection, shown_as="it") not in revisions or not is_whole(url)


def differs(url: str, other: str) -> bool:
    """Say whether a database is damaged, unfit for use, or holds other rows than another."""
    with _opened(url) as one, _opened(other) as two:
        check(one)
        return all_rows(one) != all_rows(two) or not is_whole(url)


def is_whole(url: str) -> bool:
    """Say whether SQLite finds nothing wrong with a file; PostgreSQL looks after its own."""
    if not url.startswith("sqlite:///"):
        return True
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        said = connection.execute("PRAGMA integrity_check").fetchall()
        return said == [("ok",)] and not connection.execute("PRAGMA foreign_key_check").fetchall()
