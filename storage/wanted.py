"""What becomes of unsent deliveries whose subscription ended: another one takes them, or nobody.

A target can hear of a trial by several lists, and is told once. So what one list made may be
asked for by another one, too.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, select, update
from sqlalchemy.sql import ColumnElement

from monitor.domain.alerts import DeliveryState
from monitor.domain.events import EventType
from monitor.domain.near import Near, nears_written
from storage.alerts import alerts_by_id
from storage.cancelling import UNSENT, cancel
from storage.columns import BIG, Utc
from storage.covering import covers
from storage.nearby import concerns
from storage.rows import AnyRow, AnySelect, in_groups
from storage.tables import (
    alerts,
    deliveries,
    searches,
    subscriptions,
    timings,
    watch_lists,
    watches,
)
from storage.timings import OF_SUBSCRIPTION, hold

_GROUP = 500
_ASKING = (
    select(
        deliveries.c.id,
        deliveries.c.alert_id,
        deliveries.c.type,
        deliveries.c.state,
        deliveries.c.due_at,
        deliveries.c.timing_id.label("timing_before"),
        subscriptions.c.id.label("subscription_id"),
        subscriptions.c.near,
        subscriptions.c.min_severity,
        subscriptions.c.topics,
        watch_lists.c.name,
        timings.c.id.label("timing_id"),
        timings.c.next_at,
    )
    .select_from(deliveries)
    .join(alerts, alerts.c.id == deliveries.c.alert_id)
    .join(subscriptions, subscriptions.c.target_id == deliveries.c.target_id)
    .join(watch_lists, watch_lists.c.id == subscriptions.c.list_id)
    .join(timings, OF_SUBSCRIPTION, isouter=True)
    .where(UNSENT, covers())
    # As fan-out chooses among them.
    .order_by(
        deliveries.c.id,
        subscriptions.c.near.is_not(None),
        timings.c.rhythm.nulls_first(),
        subscriptions.c.nct_id.is_not(None),
        subscriptions.c.id,
    )
    # What is sent or let go meanwhile is seen as it then stands, and is not brought back.
    .with_for_update(of=deliveries, key_share=True)
)
_LISTED = (
    select(watches.c.nct_id)
    .where(watches.c.list_id == subscriptions.c.list_id, watches.c.nct_id == alerts.c.nct_id)
    .correlate(subscriptions, alerts)
    .exists(),
    select(searches.c.id)
    .where(
        searches.c.list_id == subscriptions.c.list_id,
        searches.c.id == alerts.c.search_id,
        searches.c.ended_at.is_(None),
    )
    .correlate(subscriptions, alerts)
    .exists(),
)
_GO_OVER = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("its_id"))
    .values(
        subscription_id=bindparam("its_subscription"),
        list_name=bindparam("its_list"),
        near=bindparam("its_near", type_=Text),
        timing_id=bindparam("its_timing", type_=BIG),
        state=bindparam("its_state"),
        due_at=bindparam("its_due", type_=Utc),
    )
)


def cancel_ended(connection: Connection, ended: AnySelect, *, now: datetime) -> None:
    """Cancel what was to go out for ended subscriptions and nothing else asks for.

    Args:
        connection: The transaction.
        ended: Selects the numbers of the subscriptions, which have ended.
        now: The time.
    """
    theirs = select(subscriptions.c.target_id).where(subscriptions.c.id.in_(ended))
    which = and_(deliveries.c.target_id.in_(theirs), deliveries.c.subscription_id.in_(ended))
    go_over(connection, which, now=now)
    cancel(connection, which)


def go_over(connection: Connection, which: ColumnElement[bool], *, now: datetime) -> None:
    """Give unsent deliveries to a live subscription of their target that asks for them, if any.

    What waits for an hour waits for the hour of the list it goes over to; what is on its way
    stays on its way.
    """
    for listed in _LISTED:
        rows = connection.execute(_ASKING.where(which, listed)).all()
        for group in in_groups(_by_delivery(rows), _GROUP):
            _move(connection, group, now)


def _by_delivery(rows: Iterable[AnyRow]) -> Iterable[list[AnyRow]]:
    return (list(of_one) for _, of_one in groupby(rows, key=lambda row: row.id))


def _move(connection: Connection, group: Collection[list[AnyRow]], now: datetime) -> None:
    about = {rows[0].alert_id for rows in group if any(row.near is not None for row in rows)}
    known = alerts_by_id(connection, about) if about else {}
    moved = []
    for rows in group:
        asking = [row for row in rows if row.near is None or _is_concerned(row, known)]
        if asking:
            moved.append(_moved(asking, now))
    if not moved:
        return
    connection.execute(_GO_OVER, moved)
    woken = [one["its_timing"] for one in moved if one["its_state"] == DeliveryState.WAITING.value]
    hold(connection, woken)
    connection.execute(
        update(timings)
        .where(timings.c.id.in_(woken), timings.c.next_at.is_(None))
        .values(next_at=now)
    )


def _is_concerned(row: AnyRow, known: Mapping[str, Any]) -> bool:
    choice = (row.near, row.min_severity, row.topics)
    return concerns(known[row.alert_id], choice, EventType(row.type))


def _moved(asking: list[AnyRow], now: datetime) -> dict[str, Any]:
    first = asking[0]
    nears = [row.near for row in asking]
    everywhere = None in nears
    state, due_at = first.state, first.due_at
    if state == DeliveryState.WAITING.value and first.timing_id != first.timing_before:
        state = DeliveryState.PENDING.value if first.timing_id is None else state
        due_at = now if first.timing_id is None else first.next_at or now
    return {
        "its_id": first.id,
        "its_subscription": first.subscription_id,
        "its_list": first.name,
        "its_near": None if everywhere else nears_written(map(Near.read, dict.fromkeys(nears))),
        "its_timing": first.timing_id,
        "its_state": state,
        "its_due": due_at,
    }
