"""Deletion that deletes: everything of a person, in one transaction."""

from sqlalchemy import delete, select

from monitor.domain.people import OPERATOR
from storage.engine import Database
from storage.peopletables import api_keys, list_members, sessions, sign_in_links
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


def forget(database: Database, person_id: int) -> None:
    """Delete a person with lists, searches, targets, messages, sessions and keys.

    What the registry said of the trials stays: it is nobody's. Others who were told of this
    person's lists are told no more, and lose the messages that came from them.

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
        (api_keys, api_keys.c.subscriber_id == person_id),
        (subscribers, subscribers.c.id == person_id),
    )
    with database.writing() as connection:
        watched = select(watches.c.nct_id).where(watches.c.list_id.in_(lists))
        numbers = connection.scalars(watched).all()
        for table, which in steps:
            connection.execute(delete(table).where(which))
        put_down(connection, numbers)
        connection.commit()
