"""What a power cut can leave of SQLite's files: does what opens then stand at a commit?

    nice python -m benchmarks.torn_writes [TRIES] [--seed 1]

A process makes commits and is killed with SIGKILL, so that all of them are in the write-ahead log
and none in the database yet. Copies are damaged as a disk does that loses power in the midst:

- cut: the log ends at any byte;
- torn: one sector of the log holds something else, and what follows it is there;
- checkpoint: of the database's sectors that a checkpoint was about to write, some are new and
  some old or zeros, while the log is whole.

Each copy is opened the way the service does. Its rows have to be those after a commit, the last one
that the log still holds whole, and SQLite's ``integrity_check`` has nothing to say. PostgreSQL looks
after torn pages by itself (``full_page_writes``); nothing is tried there.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crash_phases import is_whole
from storage.engine import Database, open_database
from storage.schema import check
from storage.upgrade import upgrade
from tests.builders import a_state, a_version
from tests.integration.storage.filled import Rows, all_rows

TRIES, SEED, COMMITS, SECTOR = 200, 1, 12, 512
KINDS = ("cut", "torn", "checkpoint")
#: https://sqlite.org/fileformat2.html#the_write_ahead_log
_WAL_HEADER, _FRAME_HEADER = 32, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Wreck:
    """What the killed process left, and what was there after each of its commits."""

    database: bytes
    log: bytes
    #: The database after a checkpoint of the whole log.
    written: bytes
    states: tuple[Rows, ...]

    @property
    def frame_bytes(self) -> int:
        """Length of a page in the log, with what stands before it."""
        return _FRAME_HEADER + int.from_bytes(self.log[8:12])

    def commits_before(self, end: int) -> int:
        """Return how many commits the log holds whole before a byte."""
        starts = range(_WAL_HEADER, end - self.frame_bytes + 1, self.frame_bytes)
        return sum(self.log[start + 4 : start + 8] != bytes(4) for start in starts)


def commit(database: Database, number: int) -> None:
    """Make one commit, of a trial and its next version."""
    with database.open_work() as work:
        work.trials.save([a_state(latest_version=number)])
        work.versions.add(a_version(number))
        work.commit()


def wreck(folder: Path) -> Wreck:
    """Let a process make its commits and die; play the same without death to know each state."""
    played, killed = folder / "played.db", folder / "killed.db"
    with closing(open_database(f"sqlite:///{played}")) as database:
        upgrade(database)
    shutil.copy(played, killed)
    with closing(open_database(f"sqlite:///{played}")) as database:
        states = [all_rows(database)]
        for number in range(1, COMMITS + 1):
            commit(database, number)
            states.append(all_rows(database))
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.torn_writes", "--die-on", str(killed)], check=False
    )
    assert ended.returncode == -signal.SIGKILL
    before, log = killed.read_bytes(), Path(f"{killed}-wal").read_bytes()
    with closing(sqlite3.connect(killed)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    written = killed.read_bytes()
    return Wreck(database=before, log=log, written=written, states=tuple(states))


def die_on(path: str) -> None:
    """Make the commits, and die with the database open."""
    database = open_database(f"sqlite:///{path}")
    for number in range(1, COMMITS + 1):
        commit(database, number)
    os.kill(os.getpid(), signal.SIGKILL)


def damaged(of: Wreck, kind: str, chance: random.Random) -> tuple[bytes, bytes, int]:
    """Return a database and its log with one damage, and how many commits are still there."""
    if kind == "checkpoint":
        return _half_written(of, chance), of.log, COMMITS
    at = chance.randrange(len(of.log) + 1)
    if kind == "cut":
        return of.database, of.log[:at], of.commits_before(at)
    at = chance.randrange(_WAL_HEADER, len(of.log)) // SECTOR * SECTOR
    torn = of.log[:at] + chance.randbytes(SECTOR) + of.log[at + SECTOR :]
    return of.database, torn[: len(of.log)], of.commits_before(at)


def _half_written(of: Wreck, chance: random.Random) -> bytes:
    sectors = []
    for at in range(0, len(of.written), SECTOR):
        old = of.database[at : at + SECTOR].ljust(SECTOR, b"\0")
        sectors.append(chance.choice((of.written[at : at + SECTOR], old)))
    return b"".join(sectors)


def wrong_with(of: Wreck, kind: str, folder: Path, chance: random.Random) -> str:
    """Damage a copy and open it; return what is wrong with it then, or nothing."""
    database, log, commits = damaged(of, kind, chance)
    path = folder / "torn.db"
    for one in folder.glob("torn.db*"):
        one.unlink()
    path.write_bytes(database)
    Path(f"{path}-wal").write_bytes(log)
    with closing(open_database(f"sqlite:///{path}")) as opened:
        check(opened)
        if all_rows(opened) != of.states[commits]:
            return f"{kind}: not as after commit {commits}"
        # It goes on from there.
        commit(opened, commits + 1)
    return "" if is_whole(f"sqlite:///{path}") else f"{kind}: integrity_check complains"


def play(tries: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Try each kind so often; return how many of each were tried, and what was wrong."""
    of, chance, tried = wreck(folder), random.Random(seed), Counter[str]()
    faults = []
    for kind in KINDS * tries:
        tried[kind] += 1
        if wrong := wrong_with(of, kind, folder, chance):
            faults.append(wrong)
    return tried, faults


def main() -> None:
    """Play, print, and end with 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tries", nargs="?", type=int, default=TRIES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--die-on", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.die_on:
        die_on(asked.die_on)
    with tempfile.TemporaryDirectory() as folder:
        tried, faults = play(asked.tries, asked.seed, Path(folder))
    print("\n".join(faults))
    print(f"{dict(tried)} damaged copies, {len(faults)} not as after their last whole commit")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
