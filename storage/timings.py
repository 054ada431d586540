"""When readers want to be told, and the deliveries that wait for their hour.

A waiting delivery is none that is due: nobody claims it. Letting some go and choosing the next
hour are one commit, so an hour strikes once, whoever dies over it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, func, select, update

from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.people import OPERATOR
from monitor.domain.timings import DueTiming, LetGo, Quiet, Rhythm, Timing, Waiting
from monitor.domain.watches import Target
from storage.columns import Utc
from storage.rows import AnyRow, AnySelect, insert_new
from storage.tables import alerts, deliveries, subscriptions, timings, watch_lists

#: What ``timing_of`` reads.
CHOICE = tuple(
    timings.c[name]
    for name in (
        "rhythm",
        "at_minute",
        "weekday",
        "zone",
        "quiet_from",
        "quiet_to",
        "critical_passes",
        "most_an_hour",
    )
)
#: Joins a subscription to the choice of hours that it goes by.
OF_SUBSCRIPTION = and_(
    timings.c.target_id == subscriptions.c.target_id,
    timings.c.list_id == subscriptions.c.list_id,
)
_WAITS = deliveries.c.state == DeliveryState.WAITING.value
_HOUR = timedelta(hours=1)

_LET_GO = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("its_id"), _WAITS)
    .values(
        state=DeliveryState.PENDING.value,
        due_at=bindparam("now"),
        released_at=bindparam("now"),
        bundle_id=bindparam("its_bundle", type_=Text),
    )
)
_TAKE_ALONG = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("its_id"), _WAITS)
    .values(state=DeliveryState.BUNDLED.value, bundle_id=bindparam("its_bundle", type_=Text))
)
_NEXT = (
    update(timings)
    .where(timings.c.id == bindparam("its_id"))
    .values(next_at=bindparam("at", type_=Utc))
)
_HOLD = (
    update(deliveries)
    .where(deliveries.c.timing_id == bindparam("its_timing"), _WAITS)
    .values(due_at=bindparam("at", type_=Utc))
)


class SqlTimings:
    """Plays ``monitor.domain.ports.Timings``."""

    def __init__(self, connection: Connection, subscriber: int = OPERATOR) -> None:
        self._connection = connection
        self._subscriber = subscriber

    def choose(
        self, target: Target, timing: Timing, *, list_name: str, token: str, next_at: datetime
    ) -> None:
        """Keep a target's choice for a list; what waits is looked at when ``next_at`` comes."""
        named = select(watch_lists.c.id).filter_by(subscriber_id=self._subscriber, name=list_name)
        list_id = self._connection.execute(named).scalar_one()
        key = {"target_id": target.id, "list_id": list_id}
        chosen = row_of(timing) | {"next_at": next_at}
        if not insert_new(self._connection, timings, {**key, **chosen, "token": token}):
            self._connection.execute(update(timings).filter_by(**key).values(chosen))

    def is_chosen(self, target: Target, *, list_name: str) -> bool:
        """Return whether a choice is kept for a target and a list."""
        query = (
            select(timings.c.id)
            .join(watch_lists, watch_lists.c.id == timings.c.list_id)
            .where(
                timings.c.target_id == target.id,
                watch_lists.c.subscriber_id == self._subscriber,
                watch_lists.c.name == list_name,
            )
        )
        return self._connection.execute(query).first() is not None

    def due(self, now: datetime, *, limit: int) -> tuple[DueTiming, ...]:
        """Return choices to be looked at now, held until the end of the transaction."""
        query = (
            select(timings)
            .where(timings.c.next_at <= now)
            .order_by(timings.c.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self._connection.execute(query).all()
        waiting = self._waiting([row.id for row in rows])
        counted = [row.id for row in rows if row.most_an_hour is not None]
        sent_at = self._sent_at(counted, since=now - _HOUR)
        return tuple(
            DueTiming(
                id=row.id,
                timing=timing_of(row),
                waiting=tuple(waiting.get(row.id, ())),
                sent_at=tuple(sent_at.get(row.id, ())),
                paused_until=row.paused_until,
            )
            for row in rows
        )

    def _waiting(self, ids: Collection[int]) -> Mapping[int, list[Waiting]]:
        query = (
            select(
                deliveries.c.id,
                deliveries.c.timing_id,
                deliveries.c.due_at,
                deliveries.c.created_at,
                alerts.c.severity,
            )
            .join(alerts, alerts.c.id == deliveries.c.alert_id)
            .where(deliveries.c.timing_id.in_(ids), _WAITS)
            .order_by(deliveries.c.timing_id, deliveries.c.id)
        )
        found: dict[int, list[Waiting]] = defaultdict(list)
        for row in self._connection.execute(query) if ids else ():
            found[row.timing_id].append(
                Waiting(
                    delivery_id=row.id,
                    severity=Severity(row.severity),
                    was_held=row.due_at > row.created_at,
                )
            )
        return found

    def _sent_at(self, ids: Collection[int], *, since: datetime) -> Mapping[int, list[datetime]]:
        query = (
            select(deliveries.c.timing_id, deliveries.c.released_at)
            .where(deliveries.c.timing_id.in_(ids), deliveries.c.released_at > since)
            .order_by(deliveries.c.released_at)
        )
        found: dict[int, list[datetime]] = defaultdict(list)
        for row in self._connection.execute(query) if ids else ():
            found[row.timing_id].append(row.released_at)
        return found

    def release(self, given: Iterable[tuple[DueTiming, LetGo]], *, now: datetime) -> None:
        """Let go what is to go, and note when to look again."""
        let_go: list[dict[str, Any]] = []
        along: list[dict[str, Any]] = []
        nexts: list[dict[str, Any]] = []
        held: list[dict[str, Any]] = []
        for due, release in given:
            let_go += [_going(each, None, now) for each in release.singly]
            first, *others = release.together or (None,)
            bundle = first if others else None
            let_go += [_going(first, bundle, now)] if first else []
            along += [{"its_id": other, "its_bundle": bundle} for other in others]
            nexts.append({"its_id": due.id, "at": release.next_at})
            if release.next_at is not None and due.waiting and not release.together:
                held.append({"its_timing": due.id, "at": release.next_at})
        steps = ((_LET_GO, let_go), (_TAKE_ALONG, along), (_NEXT, nexts), (_HOLD, held))
        for statement, values in steps:
            if values:
                self._connection.execute(statement, values)

    def next_at(self) -> datetime | None:
        """Return when a choice is to be looked at next, None when none is."""
        found: datetime | None = self._connection.scalar(select(func.min(timings.c.next_at)))
        return found


def _going(delivery_id: str, bundle: str | None, now: datetime) -> dict[str, Any]:
    return {"its_id": delivery_id, "its_bundle": bundle, "now": now}


def hold(
    connection: Connection,
    ids: AnySelect | Collection[int],
    values: Mapping[str, str] | None = None,
) -> None:
    """Hold choices until the transaction ends: no hour strikes meanwhile.

    ``values`` are for what ``ids`` leaves open. On SQLite whoever writes has the database to itself.
    """
    if connection.dialect.name == "postgresql":
        held = select(timings.c.id).where(timings.c.id.in_(ids)).order_by(timings.c.id)
        locked = held.with_for_update(key_share=True).subquery()
        connection.execute(select(func.count()).select_from(locked), values or {})


def row_of(timing: Timing) -> dict[str, Any]:
    """Return the columns that hold a choice."""
    quiet = timing.quiet
    return {
        "rhythm": timing.rhythm.value,
        "at_minute": _minute(timing.at),
        "weekday": timing.weekday,
        "zone": timing.zone,
        "quiet_from": _minute(quiet.start) if quiet else None,
        "quiet_to": _minute(quiet.end) if quiet else None,
        "critical_passes": timing.critical_passes,
        "most_an_hour": timing.most_an_hour,
    }


def timing_of(row: AnyRow) -> Timing:
    """Return the choice that a row holds."""
    quiet = None
    if row.quiet_from is not None:
        quiet = Quiet(start=_time(row.quiet_from), end=_time(row.quiet_to))
    return Timing(
        rhythm=Rhythm(row.rhythm),
        at=_time(row.at_minute),
        weekday=row.weekday,
        zone=row.zone,
        quiet=quiet,
        critical_passes=row.critical_passes,
        most_an_hour=row.most_an_hour,
    )


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)
