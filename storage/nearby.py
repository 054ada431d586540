"""Whose places an alert is near to: judged once a distinct place, however many readers have it."""

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import TypeAlias

from sqlalchemy import Connection, or_, select, tuple_, update
from sqlalchemy.sql import ColumnElement

from monitor.domain.alerts import Alert
from monitor.domain.changes import Severity
from monitor.domain.events import EventType, of_type
from monitor.domain.near import Near, nears_written, read_nears
from monitor.domain.topics import Topic, is_of
from monitor.summaries.nearby import has_places, narrowed
from storage.rows import AnyRow, in_groups
from storage.tables import deliveries, subscriptions, watches

#: Most places in one statement.
_GROUP = 1000
_CHOICE = (subscriptions.c.near, subscriptions.c.min_severity, subscriptions.c.topics)
_OTHER = (
    subscriptions.c.near.label("its_near"),
    subscriptions.c.min_severity,
    subscriptions.c.topics,
)
#: What is near, the least severity and the topics, as a subscription holds them.
Choice: TypeAlias = tuple[str, int, str]
_ANYWHERE = subscriptions.c.near.is_(None)


def heard_by(connection: Connection, alert: Alert) -> "Heard":
    """Return what narrows an alert's hearers down to those whom it concerns."""
    if not has_places(alert):
        return Heard(alert, None)
    query = (
        select(*_CHOICE)
        .distinct()
        .join(watches, watches.c.list_id == subscriptions.c.list_id)
        .where(
            watches.c.nct_id == alert.nct_id,
            subscriptions.c.ended_at.is_(None),
            subscriptions.c.near.is_not(None),
        )
    )
    return Heard(alert, [tuple(row) for row in connection.execute(query)])


class Heard:
    """The distinct choices of near among those who may hear of an alert."""

    def __init__(self, alert: Alert, choices: Collection[Choice] | None) -> None:
        self._alert = alert
        self._choices = choices

    def widen(self, connection: Connection) -> None:
        """Let a delivery whose target asks by several places tell of what is near any of them."""
        for row, nears in self._several(connection):
            merged = nears_written({**dict.fromkeys(read_nears(row.near)), **dict.fromkeys(nears)})
            connection.execute(
                update(deliveries).where(deliveries.c.id == row.id).values(near=merged)
            )

    def _several(self, connection: Connection) -> Iterator[tuple[AnyRow, list[Near]]]:
        if not self._choices:
            return
        query = (
            select(deliveries.c.id, deliveries.c.type, deliveries.c.near, *_OTHER)
            .join(subscriptions, subscriptions.c.target_id == deliveries.c.target_id)
            .join(watches, watches.c.list_id == subscriptions.c.list_id)
            .where(
                # Ids begin with the alert's: a range of the primary key.
                deliveries.c.id >= f"{self._alert.id}-",
                deliveries.c.id < f"{self._alert.id}.",
                deliveries.c.near != subscriptions.c.near,
                watches.c.nct_id == self._alert.nct_id,
                subscriptions.c.ended_at.is_(None),
                or_(
                    subscriptions.c.nct_id.is_(None),
                    subscriptions.c.nct_id == self._alert.nct_id,
                ),
            )
            .order_by(deliveries.c.id, subscriptions.c.id)
        )
        for _, of_one in groupby(connection.execute(query), key=lambda row: row.id):
            rows = list(of_one)
            nears = [
                Near.read(row.its_near)
                for row in rows
                if concerns(
                    self._alert, (row.its_near, row.min_severity, row.topics), EventType(row.type)
                )
            ]
            if nears:
                yield rows[0], nears

    def parts(self, type_: EventType) -> Iterator[tuple[ColumnElement[bool], ...]]:
        """Yield conditions, one statement each, that together let hear whom an event concerns."""
        if self._choices is None:
            yield ()
            return
        yield (_ANYWHERE,)
        fitting = [choice for choice in self._choices if concerns(self._alert, choice, type_)]
        for group in in_groups(fitting, _GROUP):
            yield (tuple_(*_CHOICE).in_(group),)


def concerns(alert: Alert, choice: Choice, type_: EventType) -> bool:
    """Return whether what is near somebody holds what they ask for, as an event of a type."""
    near, min_severity, topics = choice
    told = of_type(narrowed(alert, Near.read(near)).told, type_)
    asked = frozenset(map(Topic, topics.split()))
    return any(
        change.severity >= Severity(min_severity) and is_of(change.kind, asked) for change in told
    )
