"""Who is to hear of an alert, as the one statement that makes their deliveries."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Text, and_, bindparam, case, cast, exists, func, literal, not_, or_, select
from sqlalchemy.sql import ColumnElement

from monitor.domain.alerts import DeliveryState
from monitor.domain.changes import Severity
from monitor.domain.events import KINDS, WHOLE, EventType
from monitor.domain.lanes import Lane
from monitor.domain.trial import BASELINE
from monitor.domain.watches import Channel, TargetState
from storage.columns import Utc
from storage.covering import covers, of_kinds
from storage.rows import AnySelect, Insert, counted, insert_on
from storage.spaced import has_word
from storage.tables import (
    alerts,
    changes,
    deliveries,
    searches,
    subscriptions,
    targets,
    timings,
    watch_lists,
    watches,
)

#: The columns of a new delivery, in the order of what is selected for them.
NEW = [
    "id",
    "alert_id",
    "target_id",
    "subscription_id",
    "list_name",
    "state",
    "due_at",
    "attempts",
    "begun",
    "created_at",
    "lane",
    "timing_id",
    "released_at",
    "type",
    "near",
]

#: Told at once although hours were chosen; counted as sent now.
_PASSES = and_(timings.c.critical_passes, alerts.c.severity >= Severity.CRITICAL.value)


def asks_for(type_: EventType) -> ColumnElement[bool]:
    """Return whether a target asks for events of a type."""
    named = has_word(targets.c.types, type_.value)
    if type_ not in WHOLE:
        return named
    # Mail that tells of trials tells of searches too: its types say which notices it wants.
    mail = and_(
        targets.c.channel == Channel.EMAIL.value,
        has_word(targets.c.types, EventType.TRIAL_CHANGED.value),
    )
    return or_(named, targets.c.types == "", mail)


def _told(type_: EventType) -> ColumnElement[bool]:
    """Return whether an alert holds a change that an event of a type tells of."""
    return exists().where(
        changes.c.alert_id == alerts.c.id,
        changes.c.severity > Severity.SILENT.value,
        of_kinds(KINDS[type_]),
    )


#: The lane of a first attempt.
LANE = case(
    (targets.c.channel == Channel.EMAIL.value, Lane.MAIL.value),
    (targets.c.failures > 0, Lane.SUSPECT.value),
    else_=Lane.STEADY.value,
)
#: That of every later one: whatever is tried again must not stand in the way of what is new.
LANE_AGAIN = case((deliveries.c.lane == Lane.MAIL.value, Lane.MAIL.value), else_=Lane.SUSPECT.value)
ALERT = bindparam("the_alert", type_=Text)
MADE_AT = bindparam("made_at", type_=Utc)


def new_deliveries(
    dialect: str, type_: EventType, concerned: tuple[ColumnElement[bool], ...]
) -> Insert:
    """Return the statement that makes deliveries of ``ALERT`` for who is to hear of it as ``type_``."""
    return _of_all(dialect, type_) if not concerned else _of(dialect, _hearers(type_, concerned))


@cache
def _of_all(dialect: str, type_: EventType) -> Insert:
    """Return the statement for all hearers, made once: to write it costs more than to run it."""
    return _of(dialect, _hearers(type_, ()))


def _of(dialect: str, hearers: AnySelect) -> Insert:
    new = insert_on(dialect, deliveries).from_select(NEW, hearers)
    return counted(new.on_conflict_do_nothing())


def _hearers(type_: EventType, concerned: Collection[ColumnElement[bool]]) -> AnySelect:
    """Return who is to hear of ``ALERT``, made at ``MADE_AT``, the one told soonest first."""
    of_search = type_ is EventType.SEARCH_MATCHED
    listed = searches if of_search else watches
    of_alert = (
        and_(searches.c.id == alerts.c.search_id, searches.c.ended_at.is_(None))
        if of_search
        else watches.c.nct_id == alerts.c.nct_id
    )
    chosen = and_(timings.c.target_id == targets.c.id, timings.c.list_id == listed.c.list_id)
    return (
        select(*_delivery(type_))
        .select_from(alerts)
        .join(listed, of_alert)
        .join(watch_lists, watch_lists.c.id == listed.c.list_id)
        .join(subscriptions, subscriptions.c.list_id == listed.c.list_id)
        .join(targets, targets.c.id == subscriptions.c.target_id)
        .join(timings, chosen, isouter=True)
        .where(
            alerts.c.id == ALERT,
            alerts.c.severity > Severity.SILENT.value,
            alerts.c.from_version >= BASELINE,
            covers(),
            targets.c.state == TargetState.ACTIVE.value,
            asks_for(type_),
            *(() if type_ in WHOLE else (_told(type_),)),
            *concerned,
        )
        .order_by(
            timings.c.rhythm.nulls_first(), subscriptions.c.nct_id.is_not(None), subscriptions.c.id
        )
    )


def _delivery(type_: EventType) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of ``NEW``."""
    # A pause holds what would go out whatever the hour, too.
    paused = and_(timings.c.paused_until.is_not(None), timings.c.paused_until > MADE_AT)
    passes = and_(_PASSES, not_(paused))
    waits = and_(timings.c.id.is_not(None), not_(passes))
    of_type = "" if type_ in WHOLE else f"-{type_.short}"
    return (
        alerts.c.id + "-" + cast(targets.c.id, Text) + of_type,
        alerts.c.id,
        targets.c.id,
        subscriptions.c.id,
        watch_lists.c.name,
        case((waits, DeliveryState.WAITING.value), else_=DeliveryState.PENDING.value),
        case((waits, func.coalesce(timings.c.next_at, MADE_AT)), else_=MADE_AT),
        literal(0),
        literal(0),
        MADE_AT,
        LANE,
        timings.c.id,
        case((passes, MADE_AT)),
        literal(type_.value),
        subscriptions.c.near,
    )
