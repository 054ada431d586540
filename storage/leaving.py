"""Deletion that deletes: everything of a person, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Self, TypeAlias

from sqlalchemy import Connection, Select, Table, and_, delete, select, update
from sqlalchemy.sql import ColumnElement

from monitor.domain.alerts import DeliveryState
from monitor.domain.people import OPERATOR
from storage.engine import Database
from storage.tables import (
    alerts,
    api_keys,
    attempts,
    bounces,
    changes,
    confirmations,
    consents,
    deliveries,
    institution_pins,
    kept_answers,
    list_members,
    passkey_challenges,
    passkeys,
    search_trials,
    searches,
    sessions,
    sign_in_links,
    subscribers,
    subscriptions,
    targets,
    timings,
    watch_lists,
    watches,
)
from storage.trials import put_down
from storage.wanted import go_over


def forget(database: Database, person_id: int, *, now: datetime) -> None:
    """Delete a person with lists, searches, targets, messages, sessions, keys and passkeys.

    What the registry said of the trials stays: it is nobody's. Others who were told of this
    person's lists are told no more, and lose the messages that came from them; what was not sent
    yet and another list of theirs asks for too goes out by that list.

    Raises:
        ValueError: It is the operator, under whom the service works.
    """
    if person_id == OPERATOR:
        raise ValueError("the operator's account stays")
    its = _Its.of(person_id)
    with database.writing() as connection:
        connection.execute(
            update(subscriptions).where(subscriptions.c.id.in_(its.joined)).values(ended_at=now)
        )
        others = and_(
            deliveries.c.target_id.not_in(its.targets), deliveries.c.subscription_id.in_(its.joined)
        )
        go_over(connection, others, now=now)
        _let_others_carry(connection, others, now)
        watched = select(watches.c.nct_id).where(watches.c.list_id.in_(its.lists))
        numbers = connection.scalars(watched).all()
        for table, which in (*_told(its), *_watched(its), *_of_account(person_id)):
            connection.execute(delete(table).where(which))
        put_down(connection, numbers)
        connection.commit()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Its:
    """Numbers of what is a person's, as queries."""

    person_id: int
    lists: Select[tuple[int]]
    targets: Select[tuple[int]]
    #: Subscriptions of their lists and of their targets.
    joined: Select[tuple[int]]

    @classmethod
    def of(cls, person_id: int) -> Self:
        lists = select(watch_lists.c.id).where(watch_lists.c.subscriber_id == person_id)
        theirs = select(targets.c.id).where(targets.c.subscriber_id == person_id)
        on_either = subscriptions.c.list_id.in_(lists) | subscriptions.c.target_id.in_(theirs)
        joined = select(subscriptions.c.id).where(on_either)
        return cls(person_id=person_id, lists=lists, targets=theirs, joined=joined)


#: What goes of a table. What refers to something goes before it.
_Step: TypeAlias = tuple[Table, ColumnElement[bool]]


def _told(its: _Its) -> tuple[_Step, ...]:
    """Return what was sent, who was told, and where."""
    to_them = deliveries.c.target_id.in_(its.targets)
    messages = to_them | deliveries.c.subscription_id.in_(its.joined)
    sent = select(deliveries.c.id).where(messages)
    return (
        (attempts, attempts.c.delivery_id.in_(sent)),
        (bounces, bounces.c.target_id.in_(its.targets)),
        (consents, consents.c.target_id.in_(its.targets)),
        (confirmations, confirmations.c.target_id.in_(its.targets)),
        (deliveries, messages),
        (timings, timings.c.list_id.in_(its.lists) | timings.c.target_id.in_(its.targets)),
        (
            subscriptions,
            subscriptions.c.list_id.in_(its.lists) | subscriptions.c.target_id.in_(its.targets),
        ),
        (targets, targets.c.subscriber_id == its.person_id),
    )


def _watched(its: _Its) -> tuple[_Step, ...]:
    """Return lists, what is on them, and what their searches found."""
    sought = select(searches.c.id).where(searches.c.list_id.in_(its.lists))
    news = select(alerts.c.id).where(alerts.c.search_id.in_(sought))
    return (
        (list_members, list_members.c.list_id.in_(its.lists)),
        (list_members, list_members.c.subscriber_id == its.person_id),
        (watches, watches.c.list_id.in_(its.lists)),
        (changes, changes.c.alert_id.in_(news)),
        (alerts, alerts.c.search_id.in_(sought)),
        (search_trials, search_trials.c.search_id.in_(sought)),
        (searches, searches.c.list_id.in_(its.lists)),
        (watch_lists, watch_lists.c.subscriber_id == its.person_id),
    )


def _of_account(person_id: int) -> tuple[_Step, ...]:
    """Return how they sign in, what tools may for them, and they themselves."""
    tables = (
        *(sessions, sign_in_links, institution_pins, passkeys, passkey_challenges),
        *(api_keys, kept_answers),
    )
    own = [(table, table.c.subscriber_id == person_id) for table in tables]
    return (*own, (subscribers, subscribers.c.id == person_id))


def _let_others_carry(connection: Connection, leaving: ColumnElement[bool], now: datetime) -> None:
    """Let what stays be carried by one that stays, where the one that carries it goes.

    If that one is under way at this very moment, its reader may be told twice: better than never.
    """
    going = select(deliveries.c.id).where(leaving, deliveries.c.bundle_id == deliveries.c.id)
    inside = (
        select(deliveries.c.id, deliveries.c.bundle_id)
        .where(
            deliveries.c.bundle_id.in_(going),
            deliveries.c.state == DeliveryState.BUNDLED.value,
            deliveries.c.id.not_in(select(deliveries.c.id).where(leaving)),
        )
        .order_by(deliveries.c.bundle_id, deliveries.c.id)
    )
    rows = connection.execute(inside).all()
    for _, of_one in groupby(rows, key=lambda row: row.bundle_id):
        _carry(connection, [row.id for row in of_one], now)


def _carry(connection: Connection, ids: Sequence[str], now: datetime) -> None:
    first = ids[0]
    connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(bundle_id=first))
    connection.execute(
        update(deliveries)
        .where(deliveries.c.id == first)
        .values(state=DeliveryState.PENDING.value, due_at=now)
    )
