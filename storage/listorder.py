"""In which order the trials of a list stand, and where a page of them goes on.

A page goes on after a trial, by the trial's own place in the order: no row is counted through.
"""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, true

from monitor.domain.changes import Severity
from monitor.domain.trial import NctId
from storage.tables import alerts, trials, watches

#: By how much there is to join: open ones first. What is unknown or new to us comes last.
_STANDING: Final = (
    *("RECRUITING", "ENROLLING_BY_INVITATION", "NOT_YET_RECRUITING", "AVAILABLE"),
    *("ACTIVE_NOT_RECRUITING", "SUSPENDED", "TEMPORARILY_NOT_AVAILABLE"),
    *("COMPLETED", "APPROVED_FOR_MARKETING", "TERMINATED", "WITHDRAWN", "NO_LONGER_AVAILABLE"),
)
#: After every letter.
_LAST: Final = "\uffff"


class Order(StrEnum):
    """What the trials of a list are ordered by."""

    NUMBER = "number"
    TITLE = "title"
    STATUS = "status"
    #: What changed last comes first, what never did at the end.
    CHANGED = "changed"

    @property
    def falls(self) -> bool:
        """Whether the greatest comes first."""
        return self is Order.CHANGED


def last_told() -> Any:
    """Return the query for the newest alert of a trial that anybody is told of.

    Ids go by time, those from before the watch too.
    """
    return (
        select(alerts.c.id)
        .where(alerts.c.nct_id == trials.c.nct_id, alerts.c.severity > Severity.SILENT.value)
        .order_by(alerts.c.id.desc())
        .limit(1)
        .correlate(trials)
    )


def place_of(order: Order) -> ColumnElement[Any]:
    """Return what a row of ``trials`` is ordered by; equal ones go by number."""
    if order is Order.TITLE:
        untitled = trials.c.brief_title == ""
        return case((untitled, _LAST), else_=func.lower(trials.c.brief_title))
    if order is Order.STATUS:
        ranks = {status: rank for rank, status in enumerate(_STANDING)}
        unlooked = case((trials.c.overall_status == "", len(ranks) + 1), else_=len(ranks))
        return case(ranks, value=trials.c.overall_status, else_=unlooked)
    if order is Order.CHANGED:
        return func.coalesce(last_told().scalar_subquery(), "")
    return trials.c.nct_id


def ordered(order: Order) -> tuple[ColumnElement[Any], ...]:
    """Return what to order by."""
    if order is Order.NUMBER:
        return (watches.c.nct_id,)
    place = place_of(order)
    return (place.desc() if order.falls else place, watches.c.nct_id)


def beyond(connection: Connection, order: Order, after: NctId) -> ColumnElement[bool]:
    """Return what holds of the rows that stand after a trial; all do after one that is unknown."""
    if order is Order.NUMBER:
        return watches.c.nct_id > after
    place = place_of(order)
    begin = connection.scalar(select(place).select_from(trials).where(trials.c.nct_id == after))
    if begin is None:
        return true()
    further = place < begin if order.falls else place > begin
    return or_(further, and_(place == begin, watches.c.nct_id > after))
