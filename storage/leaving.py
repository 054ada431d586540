"""Deletion that deletes: everything of a person, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, and_, delete, select, update
from sqlalchemy.sql import ColumnElement

from monitor.domain.alerts import DeliveryState
from monitor.domain.people import OPERATOR
from storage.engine import Database
from storage.peopletables import (
    api_keys,
    institution_pins,
    kept_answers,
    list_members,
    passkey_challenges,
    passkeys,
    sessions,
    sign_in_links,
)
from storage.tables import (
    alerts,
    attempts,
    bounces,
    changes,
    confirmations,
    consents,
    deliveries,
    search_trials,
    searches,
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
    lists = select(watch_lists.c.id).where(watch_lists.c.subscriber_id == person_id)
    theirs = select(targets.c.id).where(targets.c.subscriber_id == person_id)
    joined = select(subscriptions.c.id).where(
        subscriptions.c.list_id.in_(lists) | subscriptions.c.target_id.in_(theirs)
    )
    sent = select(deliveries.c.id).where(
        deliveries.c.target_id.in_(theirs) | deliveries.c.subscription_id.in_(joined)
    )
    sought = select(searches.c.id).where(searches.c.list_id.in_(lists))
    news = select(alerts.c.id).where(alerts.c.search_id.in_(sought))
    # What refers to something goes before it.
    steps = (
        (attempts, attempts.c.delivery_id.in_(sent)),
        (bounces, bounces.c.target_id.in_(theirs)),
        (consents, consents.c.target_id.in_(theirs)),
        (confirmations, confirmations.c.target_id.in_(theirs)),
        (
            deliveries,
            deliveries.c.target_id.in_(theirs) | deliveries.c.subscription_id.in_(joined),
        ),
        (timings, timings.c.list_id.in_(lists) | timings.c.target_id.in_(theirs)),
        (
            subscriptions,
            subscriptions.c.list_id.in_(lists) | subscriptions.c.target_id.in_(theirs),
        ),
        (targets, targets.c.subscriber_id == person_id),
        (list_members, list_members.c.list_id.in_(lists)),
        (list_members, list_members.c.subscriber_id == person_id),
        (watches, watches.c.list_id.in_(lists)),
        (changes, changes.c.alert_id.in_(news)),
        (alerts, alerts.c.search_id.in_(sought)),
        (search_trials, search_trials.c.search_id.in_(sought)),
        (searches, searches.c.list_id.in_(lists)),
        (watch_lists, watch_lists.c.subscriber_id == person_id),
        (sessions, sessions.c.subscriber_id == person_id),
        (sign_in_links, sign_in_links.c.subscriber_id == person_id),
        (institution_pins, institution_pins.c.subscriber_id == person_id),
        (passkeys, passkeys.c.subscriber_id == person_id),
        (passkey_challenges, passkey_challenges.c.subscriber_id == person_id),
        (api_keys, api_keys.c.subscriber_id == person_id),
        (kept_answers, kept_answers.c.subscriber_id == person_id),
        (subscribers, subscribers.c.id == person_id),
    )
    with database.writing() as connection:
        connection.execute(
            update(subscriptions).where(subscriptions.c.id.in_(joined)).values(ended_at=now)
        )
        others = and_(
            deliveries.c.target_id.not_in(theirs), deliveries.c.subscription_id.in_(joined)
        )
        go_over(connection, others, now=now)
        _let_others_carry(connection, others, now)
        watched = select(watches.c.nct_id).where(watches.c.list_id.in_(lists))
        numbers = connection.scalars(watched).all()
        for table, which in steps:
            connection.execute(delete(table).where(which))
        put_down(connection, numbers)
        connection.commit()


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
