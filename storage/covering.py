"""Whether a subscription asks for an alert, as conditions for queries that join the two."""

from functools import cache

from sqlalchemy import and_, exists, or_
from sqlalchemy.sql import ColumnElement

from monitor.domain.changes import Severity
from monitor.domain.topics import TOPIC_KINDS
from storage.spaced import has_word
from storage.tables import alerts, changes, subscriptions

_LIVE = subscriptions.c.ended_at.is_(None)


@cache
def covers() -> ColumnElement[bool]:
    """Return whether a subscription, joined to an alert by its list, asks for that alert."""
    return and_(
        _LIVE,
        or_(subscriptions.c.nct_id.is_(None), subscriptions.c.nct_id == alerts.c.nct_id),
        subscriptions.c.min_severity <= alerts.c.severity,
        or_(subscriptions.c.topics == "", _has_a_topic()),
    )


def _has_a_topic() -> ColumnElement[bool]:
    """Return whether an alert tells of something that a subscription asks for.

    One weighty enough must be among it: who asks for critical news of places is not told of a
    minor one because something else in the alert is critical.
    """
    asked = [
        and_(has_word(subscriptions.c.topics, topic.value), of_kinds(kinds))
        for topic, kinds in TOPIC_KINDS.items()
    ]
    return exists().where(
        changes.c.alert_id == alerts.c.id,
        changes.c.severity > Severity.SILENT.value,
        changes.c.severity >= subscriptions.c.min_severity,
        or_(*asked),
    )


def of_kinds(kinds: tuple[str, ...]) -> ColumnElement[bool]:
    """Return whether a change is of one of the kinds; one with a point at its end begins them."""
    return or_(
        *(
            changes.c.kind.startswith(kind, autoescape=True)
            if kind.endswith(".")
            else changes.c.kind == kind
            for kind in kinds
        )
    )
