"""How long the pages take on the server, beside a page that reads nothing of anybody.

    python -m benchmarks.pages [--trials 10000] [--people 1000] [--deliveries 1000000]

On SQLite, with that many watched trials, people and deliveries, in this process and without a
network. A member has ten trials and their share of messages; the operator's own list holds all.
Baseline: the page that asks who is there, and does nothing else.
"""

import argparse
import asyncio
import json
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import Connection, Table, insert, update

from config.settings import load
from monitor.accounts.signin import open_session
from monitor.alerting.poll import sweep
from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.ids import new_id
from monitor.domain.people import OPERATOR, Role
from monitor.domain.trial import NctId
from storage.codec import pack_summary
from storage.engine import Database, open_database
from storage.listorder import Order
from storage.tables import (
    alerts,
    changes,
    consents,
    deliveries,
    subscribers,
    subscriptions,
    targets,
    trials,
    watch_lists,
    watches,
)
from storage.upgrade import upgrade
from tests.builders import NOON, a_summary
from tests.fakes.registry import FakeRegistry, a_study
from trialwatch.bootstrap import Service
from trialwatch.web.app import make_app

_LARGE = NctId("NCT99999999")
_SITES = 437
_ROUNDS = 30
_SUMMARY = pack_summary(a_summary())
_ROWS_AT_ONCE = 50_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--deliveries", type=int, default=1_000_000)
    asked = parser.parse_args()
    with _database() as database:
        begun = time.perf_counter()
        service = Service(
            settings=load({}), database=database, clock=lambda: NOON + timedelta(days=1), owner="b"
        )
        asyncio.run(_large_trial(service))
        _fill(database, asked.trials, asked.people, asked.deliveries)
        print(f"filled in {time.perf_counter() - begun:.0f} s")
        asyncio.run(_measure(service))


@contextmanager
def _database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/trialwatch.db")
        upgrade(database)
        yield database
        database.close()


async def _large_trial(service: Service) -> None:
    """Watch a trial of many places, by the real use cases."""
    places = [
        {
            "facility": f"Clinic {number}",
            "city": f"Town {number % 90}",
            "country": f"Land {number % 20}",
            "status": "RECRUITING",
        }
        for number in range(_SITES)
    ]
    raw = a_study(_LARGE, contactsLocationsModule={"locations": places})
    with service.database.open_work() as work:
        work.watches.add(_LARGE, list_name="watched", now=NOON)
        work.commit()
    await sweep(service.open_work, FakeRegistry({_LARGE: raw}), clock=service.clock)


def _fill(database: Database, many: int, people: int, messages: int) -> None:
    numbers = [f"NCT9{number:07}" for number in range(many)]
    with database.writing() as connection:
        _insert(connection, trials, map(_trial, numbers))
        _insert(
            connection, watches, ({"list_id": 1, "nct_id": n, "created_at": NOON} for n in numbers)
        )
        connection.execute(
            update(subscribers).where(subscribers.c.id == OPERATOR).values(email="op@example.org")
        )
        _insert(connection, subscribers, map(_person, range(people)))
        _insert(connection, watch_lists, map(_list, range(people)))
        _insert(
            connection, watches, (_watch(p, n, numbers) for p in range(people) for n in range(10))
        )
        # A member sees no trial that is on no list of theirs.
        large = {"list_id": 2, "nct_id": _LARGE, "created_at": NOON}
        _insert(connection, watches, iter([large]))
        _insert(connection, targets, map(_target, range(people)))
        _insert(connection, consents, map(_consent, range(people)))
        _insert(connection, subscriptions, map(_subscription, range(people)))
        made = [(new_id(NOON + timedelta(seconds=place)), n) for place, n in enumerate(numbers)]
        _insert(connection, alerts, (_alert(i, n, place) for place, (i, n) in enumerate(made)))
        _insert(connection, changes, (_change(i, n) for i, n in made))
        each = max(1, messages // max(len(made), 1))
        rows = (
            _delivery(i, place, p, people) for place, (i, _) in enumerate(made) for p in range(each)
        )
        _insert(connection, deliveries, rows)
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _insert(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS_AT_ONCE:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)


def _trial(nct_id: str) -> dict[str, Any]:
    return {
        "nct_id": nct_id,
        "latest_version": 1,
        "content_sha256": b"-" * 32,
        "swept_release": "2026-03-02T09:00:05",
        "seen_at": NOON,
        "brief_title": f"Lanterin for Tired Robots, Part {nct_id[-4:]}",
        "overall_status": "RECRUITING",
        "gone": False,
        "paused": False,
    }


def _person(place: int) -> dict[str, Any]:
    return {
        "id": place + 2,
        "name": f"Person {place}",
        "email": f"p{place}@example.org",
        "role": Role.MEMBER.value,
        "joined_at": NOON,
    }


def _list(place: int) -> dict[str, Any]:
    return {"id": place + 2, "subscriber_id": place + 2, "name": "Mine", "created_at": NOON}


def _watch(person: int, place: int, numbers: list[str]) -> dict[str, Any]:
    nct_id = numbers[(person * 10 + place) % len(numbers)]
    return {"list_id": person + 2, "nct_id": nct_id, "created_at": NOON}


def _target(place: int) -> dict[str, Any]:
    return {
        "id": place + 1,
        "subscriber_id": place + 2,
        "channel": "email",
        "address": f"p{place}@example.org",
        "secret": "",
        "state": "active",
        "created_at": NOON,
    }


def _consent(place: int) -> dict[str, Any]:
    return {"target_id": place + 1, "text": "Robots", "at": NOON, "how": "operator", "origin": ""}


def _subscription(place: int) -> dict[str, Any]:
    return {
        "id": place + 1,
        "list_id": place + 2,
        "target_id": place + 1,
        "min_severity": 1,
        "token": secrets.token_urlsafe(24),
        "created_at": NOON,
    }


def _alert(alert_id: str, nct_id: str, place: int) -> dict[str, Any]:
    return {
        "id": alert_id,
        "nct_id": nct_id,
        "from_version": 1,
        "to_version": 2,
        "release": "2026-03-09",
        "created_at": NOON,
        "title": "Lanterin for Tired Robots",
        "severity": Severity.CRITICAL.value,
        "summary": _SUMMARY,
        "sequence": 1,
        "feed_place": place + 1,
    }


def _change(alert_id: str, nct_id: str) -> dict[str, Any]:
    return {
        "alert_id": alert_id,
        "position": 0,
        "nct_id": nct_id,
        "from_version": 1,
        "to_version": 2,
        "kind": "status",
        "subject": "overall status",
        "subject_sha256": b"-" * 32,
        "before": json.dumps("RECRUITING"),
        "after": json.dumps("SUSPENDED"),
        "severity": Severity.CRITICAL.value,
        "sentence": "The trial is on hold.",
        "meaning": "Nobody new can join for now.",
        "reason": "",
    }


def _delivery(alert_id: str, place: int, number: int, people: int) -> dict[str, Any]:
    target = (place * 7 + number) % people + 1
    return {
        "id": f"{alert_id}-{target}",
        "alert_id": alert_id,
        "target_id": target,
        "subscription_id": target,
        "list_name": "Mine",
        "state": DeliveryState.DELIVERED.value,
        "due_at": NOON,
        "attempts": 1,
        "begun": 1,
        "created_at": NOON,
    }


async def _measure(service: Service) -> None:
    app = make_app(service, None)
    road = httpx.ASGITransport(app, client=("203.0.113.5", 50_000))
    async with httpx.AsyncClient(transport=road, base_url="http://watch.example") as client:
        base = statistics.median(await _times(client, "/sign-in"))
        print(f"baseline, the page that asks who is there: median {base * 1000:.1f} ms")
        for who, number in (("member", 2), ("operator", OPERATOR)):
            client.cookies.clear()
            client.cookies.set("trialwatch", _session(service, number))
            for path in _paths(number):
                await _show(client, who, path, base)


def _paths(number: int) -> list[str]:
    sorted_ = [f"/lists/{number}?sort={order}" for order in Order]
    own = [*sorted_, "/service", "/people"] if number == OPERATOR else []
    return [
        *("/", "/changes", "/lists", f"/lists/{number}", f"/lists/{number}/tell", "/targets"),
        *("/deliveries", "/account", f"/trials/{_LARGE}", f"/trials/{_LARGE}/places"),
        *("/api/v1/changes?limit=1000", "/api/v1/trials?limit=1000", *own),
    ]


def _session(service: Service, number: int) -> str:
    with service.database.open_work() as work:
        person = work.people.get(number)
        assert person is not None
        entered = open_session(work.people, person, now=service.clock())
        work.commit()
    return entered.session.text


async def _show(client: httpx.AsyncClient, who: str, path: str, base: float) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    took = sorted(await _times(client, path))
    p95 = took[int(len(took) * 0.95) - 1]
    print(
        f"{who:8} {path:34} median {statistics.median(took) * 1000:7.1f} ms"
        f"   p95 {p95 * 1000:7.1f} ms   {p95 / base:6.1f} x   {len(answer.content) / 1000:7.1f} kB"
    )


async def _times(client: httpx.AsyncClient, path: str) -> list[float]:
    took = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        await client.get(path)
        took.append(time.perf_counter() - begun)
    return took


if __name__ == "__main__":
    main()
