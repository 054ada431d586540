"""Whose places an alert is near to: judged once a distinct place, however many readers have it."""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, select, tuple_
from sqlalchemy.sql import ColumnElement

from monitor.domain.alerts import Alert
from monitor.domain.changes import Severity
from monitor.domain.events import EventType, of_type
from monitor.domain.near import Near
from monitor.domain.topics import Topic, is_of
from monitor.summaries.nearby import has_places, narrowed
from storage.rows import in_groups
from storage.tables import subscriptions, watches

#: Most places in one statement.
_GROUP = 1000
_CHOICE = (subscriptions.c.near, subscriptions.c.min_severity, subscriptions.c.topics)
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

    def __init__(self, alert: Alert, choices: Collection[tuple[str, int, str]] | None) -> None:
        self._alert = alert
        self._choices = choices

    def parts(self, type_: EventType) -> Iterator[tuple[ColumnElement[bool], ...]]:
        """Yield conditions, one statement each, that together let hear whom an event concerns."""
        if self._choices is None:
            yield ()
            return
        yield (_ANYWHERE,)
        fitting = [choice for choice in self._choices if self._concerns(choice, type_)]
        for group in in_groups(fitting, _GROUP):
            yield (tuple_(*_CHOICE).in_(group),)

    def _concerns(self, choice: tuple[str, int, str], type_: EventType) -> bool:
        near, min_severity, topics = choice
        told = of_type(narrowed(self._alert, Near.read(near)).told, type_)
        asked = frozenset(map(Topic, topics.split()))
        return any(
            change.severity >= Severity(min_severity) and is_of(change.kind, asked)
            for change in told
        )
