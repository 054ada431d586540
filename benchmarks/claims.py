"""Four workers that claim and write down, on PostgreSQL, and whether two ever hold the same.

    python -m benchmarks.claims [DELIVERIES]

So many mails wait, of one alert. Four processes claim 100 at a time and write each down as
delivered, without sending anything, until nothing is left: by ours (lanes, targets, the alert
read, the attempt put on record before and ended after) and by a bare loop on a table of its own
that holds an id, a state, an owner and a time (``UPDATE ... WHERE id IN (SELECT ... FOR UPDATE SKIP
LOCKED LIMIT 100)``, then ``UPDATE ... SET state``). Beside both a loop of hand-written SQL on our own
tables, which writes what we write (both rows, the log of attempts among them) and reads nothing but
ids: what lies between it and the bare loop is the price of the log and the indexes, what lies
between it and us is the price of our code. All on the same server, one after the other.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg

from benchmarks.fanout import fill
from benchmarks.own_postgresql import own_postgresql
from monitor.domain.lanes import Lane, Room
from storage.engine import Database, open_database
from storage.upgrade import upgrade
from tests.builders import NOON, a_step, an_outcome

DELIVERIES, WORKERS, BATCH = 100_000, 4, 100
_LATER = NOON + timedelta(days=1)
_TAKE = f"""
UPDATE bare SET owner = %s, due_at = now() + interval '20 s' WHERE id IN (
    SELECT id FROM bare WHERE state = 'pending' AND due_at <= now()
    ORDER BY due_at LIMIT {BATCH} FOR UPDATE SKIP LOCKED
) RETURNING id
"""  # noqa: S608  # a number of ours
_END = "UPDATE bare SET state = 'delivered' WHERE id = ANY(%s) AND owner = %s"
_TAKE_OURS = f"""
UPDATE deliveries SET owner = %s, due_at = now() + interval '20 s',
    attempts = attempts + 1, begun = begun + 1
WHERE id IN (
    SELECT id FROM deliveries WHERE state = 'pending' AND lane = 'mail' AND due_at <= %s
    ORDER BY due_at, id LIMIT {BATCH} FOR UPDATE SKIP LOCKED
) RETURNING id
"""  # noqa: S608  # a number of ours
_BEGIN_OURS = """
INSERT INTO attempts (delivery_id, number, owner, started_at)
SELECT id, begun, owner, now() FROM deliveries WHERE id = ANY(%s)
"""
_SETTLE_OURS = """
UPDATE deliveries SET state = 'delivered', owner = NULL WHERE id = ANY(%s) AND owner = %s
"""
_END_OURS = """
UPDATE attempts SET ended_at = now(), outcome = 'delivered', status = 250, detail = 'OK'
WHERE delivery_id = ANY(%s) AND number = 1
"""
_MAKE = """
CREATE TABLE bare (id text PRIMARY KEY, state text NOT NULL, owner text, due_at timestamptz NOT NULL);
CREATE INDEX ON bare (due_at) WHERE state = 'pending';
"""


def ours(url: str) -> Iterator[list[str]]:
    """Claim and write down until nothing is due; yield the ids of each batch."""
    opened, owner = open_database(url), f"worker {os.getpid()}"
    room = Room(most=BATCH, lanes=dict.fromkeys(Lane, 0) | {Lane.MAIL: BATCH})
    while True:
        with opened.open_work() as work:
            claimed = work.deliveries.claim(
                _LATER, room=room, lease=timedelta(hours=1), owner=owner
            )
            work.commit()
        if not claimed:
            break
        with opened.open_work() as work:
            work.deliveries.record([(one, an_outcome()) for one in claimed], now=_LATER)
            work.commit()
        yield [one.delivery.id for one in claimed]
    opened.close()


def bare(url: str) -> Iterator[list[str]]:
    """Do the same to the bare table."""
    owner = f"worker {os.getpid()}"
    with psycopg.connect(url) as connection:
        while True:
            taken = [row[0] for row in connection.execute(_TAKE.encode(), [owner])]
            connection.commit()
            if not taken:
                return
            connection.execute(_END, [taken, owner])
            connection.commit()
            yield taken


def by_hand(url: str) -> Iterator[list[str]]:
    """Do the same to our tables with nothing but SQL."""
    owner = f"worker {os.getpid()}"
    with psycopg.connect(url) as connection:
        while True:
            due = connection.execute(_TAKE_OURS.encode(), [owner, _LATER])
            taken = [row[0] for row in due]
            if taken:
                connection.execute(_BEGIN_OURS, [taken])
            connection.commit()
            if not taken:
                return
            connection.execute(_SETTLE_OURS, [taken, owner])
            connection.execute(_END_OURS, [taken])
            connection.commit()
            yield taken


WAYS = {"ours": ours, "bare": bare, "by hand": by_hand}


def run(way: str, url: str) -> tuple[float, Counter[str]]:
    """Run four workers to the end; return the seconds and how often each id was held."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.claims", "--work", way, url],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        for _ in range(WORKERS)
    ]
    said = [worker.communicate()[0].split() for worker in workers]
    if any(worker.returncode for worker in workers):
        raise SystemExit("a worker failed")
    # From the first batch of any to the end: to load libraries is not what is measured.
    started = min(float(lines[0]) for lines in said)
    ended = max(float(lines[1]) for lines in said)
    return ended - started, Counter(one for lines in said for one in lines[2:])


def work(way: str, url: str) -> None:
    """Be one worker; print when it began and ended, and every id it held."""
    held: list[str] = []
    begun = time.time()
    for batch in WAYS[way](url):
        held += batch
    print(begun, time.time(), *held, sep="\n")


def _send_out(opened: Database, url: str, *, version: int) -> None:
    alert = a_step(version)
    with opened.open_work() as unit:
        unit.alerts.add(alert)
        unit.alerts.fan_out(alert, now=NOON)
        unit.commit()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deliveries", nargs="?", type=int, default=DELIVERIES)
    parser.add_argument("--work", nargs=2)
    asked = parser.parse_args()
    if asked.work:
        work(*asked.work)
        return
    with own_postgresql() as server:
        opened = open_database(server.url)
        upgrade(opened)
        fill(opened, asked.deliveries)
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(_MAKE)
            connection.execute(
                "INSERT INTO bare SELECT 'a' || n, 'pending', NULL, now() - interval '1 h'"
                " FROM generate_series(1, %s) AS n",
                [asked.deliveries],
            )
        plain, _ = run("bare", server.url)
        _send_out(opened, server.url, version=2)
        hand, _ = run("by hand", server.url)
        _send_out(opened, server.url, version=3)
        mine, held = run("ours", server.url)
        opened.close()
    twice = sum(1 for count in held.values() if count > 1)
    rate, other, same = (asked.deliveries / took for took in (mine, plain, hand))
    print(
        f"{len(held):,} of {asked.deliveries:,} claimed and written down by {WORKERS} workers:"
        f" {rate:,.0f} a second; bare {other:,.0f}, {rate / other:.3f} x;"
        f" our writes by hand {same:,.0f}, {rate / same:.3f} x; held twice {twice}"
    )
    sys.exit(0 if len(held) == asked.deliveries and not twice else 1)


if __name__ == "__main__":
    main()
