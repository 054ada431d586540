"""What storage costs, each figure beside a named baseline in the same run.

    python -m benchmarks.storage [--versions] [--records FOLDER] [--postgresql URL] [--rows 100000]

Versions: real histories, packed as ``storage.codec`` does, beside zstd of each version alone.
Outbox: fan-out and claim + record through the ports, beside bare SQL on the same database.
"""

import argparse
import random
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, insert, text

from monitor.domain.changes import Severity
from monitor.domain.lanes import Room
from monitor.domain.watches import Channel
from storage.codec import pack
from storage.engine import Database, open_database
from storage.tables import subscriptions, targets
from storage.upgrade import upgrade
from tests.builders import NOON, TRIAL, a_state, a_step, a_version, an_outcome

_RECORDS = Path(__file__).parents[2] / "shared" / "registry" / "real"
_LEASE = timedelta(hours=1)
_BATCH = 100
#: Goals: bytes of a median small edit, and reading any version of 500.
_MOST_BYTES = 300
_LONGEST_READ_SECONDS = 0.005


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=Path, default=_RECORDS)
    parser.add_argument("--postgresql", help="measure this server too, in a schema of its own")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--versions", action="store_true", help="measure versions alone")
    asked = parser.parse_args()
    met = _versions(asked.records)
    with _sqlite() as database:
        met = _long_history(database) and met
    if not asked.versions:
        _outboxes(asked)
    sys.exit(0 if met else 1)


def _outboxes(asked: argparse.Namespace) -> None:
    with _sqlite() as database:
        _outbox(database, asked.rows)
    if asked.postgresql:
        with _postgresql(asked.postgresql) as database:
            _outbox(database, asked.rows)


@contextmanager
def _sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/trialwatch.db")
        upgrade(database)
        yield database
        database.close()


@contextmanager
def _postgresql(url: str) -> Iterator[Database]:
    name = f"trialwatch_benchmark_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {name}".encode())
        database = open_database(f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}")
        upgrade(database)
        yield database
        database.close()
        server.execute(f"DROP SCHEMA {name} CASCADE".encode())


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _versions(records: Path) -> bool:
    """Bytes of each later version of the real histories; return whether the goal is met."""
    ours: list[int] = []
    alone: list[int] = []
    raws: list[int] = []
    for folder in sorted((records / "history").iterdir()):
        history = [path.read_bytes() for path in sorted(folder.iterdir())]
        for before, after in pairwise(history):
            if before != after:
                ours.append(len(pack(after, prefix=before)))
                alone.append(len(pack(after)))
                raws.append(len(after))
    median = statistics.median(ours)
    small = statistics.median(sorted(ours)[: len(ours) // 2 + 1])
    print(f"versions: {len(ours)} later versions of real records, mean {_mean(raws)} bytes raw")
    print(f"  packed against the one before: median {median:.0f} bytes, mean {_mean(ours)}"
          f" (aim: median {_MOST_BYTES})")  # fmt: skip
    print(f"  smaller half of the edits: median {small:.0f} bytes")
    print(f"  baseline, each alone in zstd: median {statistics.median(alone):.0f}")
    print(f"  ratio of the means: {sum(ours) / sum(alone):.3f}")
    return median <= _MOST_BYTES


def _mean(values: list[int]) -> str:
    return f"{statistics.mean(values):.0f}"


def _long_history(database: Database) -> bool:
    """Read versions of a trial that has 500, each a small edit of a made record of 19 kB.

    Return whether the goal is met.
    """
    chance = random.Random(1)
    words = [secrets.token_hex(4) for _ in range(2100)]
    with database.open_work() as work:
        work.trials.save([a_state()])
        for number in range(1, 501):
            words[chance.randrange(len(words))] = f"{chance.getrandbits(32):08x}"
            work.versions.add(a_version(number, raw=" ".join(words).encode()))
        work.commit()
    reads = []
    for number in (500, *(chance.randint(1, 500) for _ in range(200))):
        with database.open_work() as work:
            reads.append(_seconds(partial(work.versions.read, TRIAL, number)))
    with database.open_work() as work:
        stored = sum(info.stored_bytes for info in work.versions.of_trial(TRIAL)) / 500
    print(f"history of 500: {stored:.0f} bytes a version, whole copies among them")
    print(f"  read of version 500: {reads[0] * 1000:.2f} ms")
    print(f"  reads of any: median {statistics.median(reads) * 1000:.2f} ms, "
          f"worst {max(reads) * 1000:.2f} ms (aim: 5 ms)")  # fmt: skip
    return max(reads) <= _LONGEST_READ_SECONDS


def _outbox(database: Database, rows: int) -> None:
    print(f"outbox on {database.engine.dialect.name}, {rows} subscriptions:")
    _subscribe(database, rows)
    bare = _bare_fan_out(database)
    ours = _fan_out(database)
    print(f"  fan-out {rows / ours:,.0f} rows/s; bare INSERT ... SELECT {rows / bare:,.0f}; "
          f"ratio {bare / ours:.2f} (aim: 0.5)")  # fmt: skip
    rows = min(rows, 20_000)
    bare = _bare_claims(database, rows)
    ours = _claims(database, rows)
    print(f"  claim + record in hundreds {rows / ours:,.0f} rows/s; bare SQL {rows / bare:,.0f}; "
          f"ratio {bare / ours:.2f}")  # fmt: skip


def _subscribe(database: Database, rows: int) -> None:
    with database.open_work() as work:
        work.watches.add(TRIAL, list_name="watched", now=NOON)
        work.commit()
    with database.writing() as connection:
        common = {"subscriber_id": 1, "channel": Channel.EMAIL.value, "secret": ""}
        numbers = range(1, rows + 1)
        connection.execute(
            insert(targets),
            [
                {**common, "address": f"{n}@example.org", "state": "active", "created_at": NOON}
                for n in numbers
            ],
        )
        joined = {"list_id": 1, "min_severity": Severity.MINOR.value, "created_at": NOON}
        connection.execute(
            insert(subscriptions),
            [{**joined, "target_id": n, "token": f"token-{n}"} for n in numbers],
        )
        connection.commit()


#: The least SQL that fills the same table with the same rows.
_BARE_FAN_OUT = """
INSERT INTO deliveries (id, alert_id, target_id, subscription_id, list_name, state, due_at,
                        attempts, begun, created_at)
SELECT :alert || '-' || target_id, :alert, target_id, id, 'watched', 'pending', :now, 0, 0, :now
FROM subscriptions
"""


def _bare_fan_out(database: Database) -> float:
    alert = a_step(2)
    with database.open_work() as work:
        work.alerts.add(alert)
        work.commit()
    with database.writing() as connection:
        values = {"alert": alert.id, "now": _time(connection)}

        def run() -> None:
            connection.execute(text(_BARE_FAN_OUT), values)
            connection.commit()

        return _seconds(run)


def _time(connection: Connection) -> Any:
    return NOON if connection.dialect.name == "postgresql" else "2026-03-09 12:00:00.000000"


def _fan_out(database: Database) -> float:
    alert = a_step(3)

    def run() -> None:
        with database.open_work() as work:
            work.alerts.add(alert)
            work.alerts.fan_out(alert, now=NOON)
            work.commit()

    return _seconds(run)


def _claims(database: Database, rows: int) -> float:
    def run() -> None:
        for _ in range(rows // _BATCH):
            with database.open_work() as work:
                claimed = work.deliveries.claim(
                    NOON, room=Room.of(_BATCH), lease=_LEASE, owner="bench"
                )
                work.commit()
            with database.open_work() as work:
                ended = [(one, an_outcome()) for one in claimed]
                assert len(work.deliveries.record(ended, now=NOON)) == len(ended)
                work.commit()

    return _seconds(run)


def _bare_claims(database: Database, rows: int) -> float:
    """The same rows touched the same way by hand-written SQL on the driver itself."""
    if database.is_sqlite:
        path = str(database.engine.url.database)
        bare: Any = sqlite3.connect(path, isolation_level=None)
        bare.execute("PRAGMA synchronous=FULL")
        begin, mark, skip = "BEGIN IMMEDIATE", "?", ""
    else:
        bare = database.engine.raw_connection().driver_connection
        begin, mark, skip = "BEGIN", "%s", "FOR UPDATE SKIP LOCKED"
    due = f"SELECT id FROM deliveries WHERE state = 'pending' ORDER BY due_at, id LIMIT {_BATCH} {skip}"  # noqa: S608 (our own)
    hold = f"UPDATE deliveries SET due_at = due_at, owner = 'x', attempts = 1, begun = 1 WHERE id = {mark}"  # noqa: S608 (our own)
    note = f"INSERT INTO attempts (delivery_id, number, owner, started_at) VALUES ({mark}, 1, 'x', '2026-03-09 12:00:00')"  # noqa: S608 (our own)
    done = (
        f"UPDATE deliveries SET state = 'delivered', owner = NULL WHERE id = {mark} AND owner = 'x'"  # noqa: S608 (our own)
    )
    end = f"UPDATE attempts SET ended_at = started_at, outcome = 'accepted' WHERE delivery_id = {mark}"  # noqa: S608 (our own)

    def run() -> None:
        for _ in range(rows // _BATCH):
            bare.execute(begin)
            cursor = bare.cursor()
            ids = [(row[0],) for row in cursor.execute(due).fetchall()]
            cursor.executemany(hold, ids)
            cursor.executemany(note, ids)
            bare.execute("COMMIT")
            bare.execute(begin)
            cursor.executemany(done, ids)
            cursor.executemany(end, ids)
            bare.execute("COMMIT")

    spent = _seconds(run)
    bare.close()
    return spent


if __name__ == "__main__":
    main()
