"""One change that reaches very many: how long until every delivery is a row.

    python -m benchmarks.fanout [SUBSCRIPTIONS] [--postgresql]

So many mail subscriptions to one list, and an alert of a trial on it. Ours: the statement that
decides kinds, least severity, hours and pauses, and who has unsubscribed, and writes the deliveries.
Baseline: a bare ``INSERT ... SELECT`` of as many rows of the same width from the same subscriptions
into the same table on the same database, which decides nothing. Each is timed up to its commit and
undone again by deleting what it wrote; ours and bare in turn, the median of five.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Text, cast, delete, insert, literal, select

from benchmarks.own_postgresql import own_postgresql
from monitor.domain.alerts import Alert, DeliveryState
from monitor.domain.events import EventType
from monitor.domain.lanes import Lane
from monitor.domain.people import OPERATOR
from monitor.domain.watches import TargetState
from storage.engine import Database, open_database
from storage.hearers import NEW
from storage.tables import consents, deliveries, subscriptions, targets
from storage.upgrade import upgrade
from tests.builders import NOON, TRIAL, a_step
from tests.integration.storage.scenes import watch

SUBSCRIPTIONS, TURNS, AT_ONCE = 100_000, 5, 10_000


@contextmanager
def database(*, postgresql: bool) -> Iterator[Database]:
    """Open a new database of the kind asked for."""
    if postgresql:
        with own_postgresql() as server:
            opened = open_database(server.url)
            upgrade(opened)
            yield opened
            opened.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        opened = open_database(f"sqlite:///{folder}/fanout.db")
        upgrade(opened)
        yield opened
        opened.close()


def fill(opened: Database, many: int) -> None:
    """Make so many readers of the common list."""
    watch(opened.open_work, TRIAL)
    with opened.writing() as connection:
        for begin in range(1, many + 1, AT_ONCE):
            numbers = range(begin, min(begin + AT_ONCE, many + 1))
            made = [
                {
                    "id": number,
                    "subscriber_id": OPERATOR,
                    "channel": "email",
                    "address": f"r{number}@readers.example",
                    "secret": "",
                    "state": TargetState.ACTIVE.value,
                    "created_at": NOON,
                }
                for number in numbers
            ]
            connection.execute(insert(targets), made)
            agreed = {"text": "x", "at": NOON, "how": "operator", "origin": ""}
            connection.execute(
                insert(consents), [{"target_id": number} | agreed for number in numbers]
            )
            joined = [
                {
                    "list_id": 1,
                    "target_id": number,
                    "min_severity": 1,
                    "token": f"token-{number:029}",
                    "created_at": NOON,
                }
                for number in numbers
            ]
            connection.execute(insert(subscriptions), joined)
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def ours(opened: Database, alert: Alert) -> tuple[float, int]:
    """Fan out; return the seconds and how many rows."""
    begun = time.perf_counter()
    with opened.open_work() as work:
        made = work.alerts.fan_out(alert, now=NOON + timedelta(days=1))
        work.commit()
    return time.perf_counter() - begun, made


def bare(opened: Database, alert: Alert) -> float:
    """Write the same rows without deciding anything; return the seconds."""
    now = literal(NOON + timedelta(days=1), deliveries.c.due_at.type)
    rows = select(
        literal(f"{alert.id}-") + cast(subscriptions.c.target_id, Text),
        literal(alert.id),
        subscriptions.c.target_id,
        subscriptions.c.id,
        literal("watched"),
        literal(DeliveryState.PENDING.value),
        now,
        literal(0),
        literal(0),
        now,
        literal(Lane.MAIL.value),
        literal(None, deliveries.c.timing_id.type),
        literal(None, deliveries.c.released_at.type),
        literal(EventType.TRIAL_CHANGED.value),
        subscriptions.c.near,
    )
    begun = time.perf_counter()
    with opened.writing() as connection:
        connection.execute(insert(deliveries).from_select(NEW, rows))
        connection.commit()
    return time.perf_counter() - begun


def clear(opened: Database) -> None:
    """Delete every delivery, and have the room taken back."""
    with opened.writing() as connection:
        connection.execute(delete(deliveries))
        connection.commit()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subscriptions", nargs="?", type=int, default=SUBSCRIPTIONS)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with database(postgresql=asked.postgresql) as opened:
        fill(opened, asked.subscriptions)
        alert = a_step(2)
        with opened.open_work() as work:
            work.alerts.add(alert)
            work.commit()
        mine: list[float] = []
        plain: list[float] = []
        for _ in range(TURNS):
            seconds, made = ours(opened, alert)
            if made != asked.subscriptions:
                raise SystemExit(f"{made} deliveries instead of {asked.subscriptions}")
            mine.append(seconds)
            clear(opened)
            plain.append(bare(opened, alert))
            clear(opened)
    one, other = statistics.median(mine), statistics.median(plain)
    kind = "PostgreSQL" if asked.postgresql else "SQLite"
    print(
        f"{kind}: {asked.subscriptions:,} deliveries of one change in {one:.2f} s"
        f" ({asked.subscriptions / one:,.0f} a second); bare {other:.2f} s; {other / one:.2f} x"
    )


if __name__ == "__main__":
    main()
