"""What reading costs on SQLite, beside bare SQL on the same database.

    python -m benchmarks.reading [--trials 10000] [--alerts 10] [--changes 3]

Made-up trials on one list, each with so many alerts of so many changes; a short list beside it.
Times are those of the process, from the request to the last byte of the answer as its reader has
it, without a network between.
"""

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert

from config.settings import load
from monitor.domain.ids import new_id
from storage.codec import pack_summary
from storage.engine import Database, open_database
from storage.tables import alerts, changes, trials, watch_lists, watches
from storage.upgrade import upgrade
from tests.builders import NOON, a_summary
from trialwatch.bootstrap import Service
from trialwatch.web.app import make_app

_GOAL_MS = 50.0
_PAGES_GOAL_MS = 100.0
_ROUNDS = 20
_BATCH = 5_000
_KEY, _SHORT_KEY = "made-up-key", "another-made-up-key"
_BARE = """
SELECT c.* FROM alerts a JOIN changes c ON c.alert_id = a.id
WHERE a.feed_place > ? ORDER BY a.feed_place, c.position LIMIT 1000
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--alerts", type=int, default=10)
    parser.add_argument("--changes", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trialwatch.db"
        database = open_database(f"sqlite:///{path}")
        upgrade(database)
        _fill(database, asked.trials, asked.alerts, asked.changes)
        count = asked.trials * asked.alerts
        print(f"{asked.trials:,} trials, {count:,} alerts, {count * asked.changes:,} changes")
        well = asyncio.run(_measure(database, path, count))
        database.close()
    raise SystemExit(0 if well else 1)


def _fill(database: Database, number: int, alerts_each: int, changes_each: int) -> None:
    with database.writing() as connection:
        connection.execute(
            insert(watch_lists).values(
                id=1, subscriber_id=1, name="all", created_at=NOON, public_token=_KEY
            )
        )
        connection.execute(
            insert(watch_lists).values(
                id=2, subscriber_id=1, name="forty", created_at=NOON, public_token=_SHORT_KEY
            )
        )
        for table, rows in (
            (trials, map(_trial, range(number))),
            (watches, map(_watch, range(number))),
            (watches, ({**_watch(one), "list_id": 2} for one in range(40))),
            (alerts, (_alert(place, number) for place in range(number * alerts_each))),
            (
                changes,
                (
                    _change(place, number, part)
                    for place in range(number * alerts_each)
                    for part in range(changes_each)
                ),
            ),
        ):
            waiting: list[dict[str, Any]] = []
            for row in rows:
                waiting.append(row)
                if len(waiting) == _BATCH:
                    connection.execute(insert(table), waiting)
                    waiting = []
            if waiting:
                connection.execute(insert(table), waiting)
        connection.commit()


def _nct(number: int) -> str:
    return f"NCT{99_000_001 + number:08d}"


def _trial(number: int) -> dict[str, Any]:
    return {
        "nct_id": _nct(number),
        "latest_version": 11,
        "content_sha256": b"",
        "swept_release": "2026-03-09T09:00:05",
        "seen_at": NOON,
        "brief_title": f"Rosewater Against Hiccups, Part {number}",
        "overall_status": "RECRUITING",
        "gone": False,
        "paused": False,
    }


def _watch(number: int) -> dict[str, Any]:
    return {"list_id": 1, "nct_id": _nct(number), "created_at": NOON - timedelta(days=1)}


_SUMMARY = pack_summary(a_summary())
_IDS: dict[int, str] = {}


def _alert(place: int, number: int) -> dict[str, Any]:
    _IDS[place] = new_id(NOON + timedelta(milliseconds=place))
    version = place // number + 1
    return {
        "id": _IDS[place],
        "nct_id": _nct(place % number),
        "from_version": version,
        "to_version": version + 1,
        "release": "2026-03-09",
        "created_at": NOON + timedelta(milliseconds=place),
        "title": f"Rosewater Against Hiccups, Part {place % number}",
        "severity": 3,
        "summary": _SUMMARY,
        "sequence": version,
        "feed_place": place + 1,
    }


_RULE = "Participants who have had the hiccups for more than three days, whatever the cause. " * 3


def _change(place: int, number: int, part: int) -> dict[str, Any]:
    version = place // number + 1
    return {
        "alert_id": _IDS[place],
        "position": part,
        "nct_id": _nct(place % number),
        "from_version": version,
        "to_version": version + 1,
        "kind": "eligibility.changed",
        "subject": f"E.{part}",
        "subject_sha256": bytes([part]) * 32,
        "before": f'{{"text": "{_RULE}{version}"}}',
        "after": f'{{"text": "{_RULE}{version + 1}"}}',
        "severity": 3 - part % 3,
        "sentence": "A reason to be kept out has changed. It now also names the cause.",
        "meaning": "",
        "reason": "rule changed",
    }


async def _measure(database: Database, path: Path, count: int) -> bool:
    service = Service(settings=load({}), database=database, clock=lambda: NOON, owner="benchmark")
    road = httpx.ASGITransport(make_app(service, None), client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=road, base_url="http://127.0.0.1") as visitor:
        well = [await _changes(visitor, path, place) for place in (0, count // 2, count - 400)]
        for name, address in _pages():
            times = [await _asked(visitor, address) for _ in range(_ROUNDS)]
            well.append(_told(name, times, _PAGES_GOAL_MS))
    return all(well)


async def _changes(visitor: httpx.AsyncClient, path: Path, place: int) -> bool:
    address = f"/api/v1/changes?limit=1000&after={place}.0"
    times = [await _asked(visitor, address) for _ in range(_ROUNDS)]
    bare = sqlite3.connect(path)
    plain = [_bare(bare, place) for _ in range(_ROUNDS)]
    bare.close()
    print(f"  bare SQL, the same rows: {statistics.median(plain):.1f} ms")
    return _told(f"1,000 changes after {place:,}", times, _GOAL_MS)


def _bare(connection: sqlite3.Connection, place: int) -> float:
    begun = time.process_time()
    connection.execute(_BARE, (place,)).fetchall()
    return (time.process_time() - begun) * 1000


def _pages() -> Iterator[tuple[str, str]]:
    yield "feed of all trials", "/changes.atom"
    yield "feed of one trial", f"/trials/{_nct(7)}/changes.json"
    yield "feed of a list of all trials", f"/l/{_KEY}/changes.atom"
    yield "feed of a list of 40", f"/l/{_SHORT_KEY}/changes.atom"
    yield "public page of a list of 40", f"/l/{_SHORT_KEY}"
    yield "figures for Prometheus", "/metrics"
    yield "500 trials", f"/api/v1/trials?limit=500&after={_nct(4000)}"


async def _asked(visitor: httpx.AsyncClient, address: str) -> float:
    begun = time.process_time()
    answer = await visitor.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return (time.process_time() - begun) * 1000


def _told(name: str, times: list[float], goal: float) -> bool:
    worst = sorted(times)[int(len(times) * 0.95) - 1]
    well = worst <= goal
    print(
        f"{name}: median {statistics.median(times):.1f} ms, p95 {worst:.1f} ms"
        f" (goal {goal:g}){'' if well else '  MISSED'}"
    )
    return well


if __name__ == "__main__":
    main()
