"""Everything of one person, table by table, row by row.

What is withheld opens doors (passwords, keys, secrets) or may name somebody else. A test holds
this against the tables: each is here, or is named with the reason why not.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Boolean, Column, Integer, Table, and_, literal, select, tuple_
from sqlalchemy.sql import ColumnElement

from monitor.domain.watches import Channel, shown_address
from storage import tables as t
from storage.engine import Database
from storage.exports import Row
from storage.rows import AnyRow

_AT_A_TIME: Final = 500

#: Tables without rows of a person, or none to give, and why.
NOBODYS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("trials", "versions", "lineages", "summaries"),
        "what the registry says of trials is nobody's; `export` gives it",
    ),
    "canary": "a mail of the service to itself",
    "registry": "about the registry",
    "registry_pass": "about the registry",
    "refusals": "about the registry",
    "institution_tries": "sign-ins under way, gone after ten minutes, of nobody yet",
    "passkey_challenges": "chance that a browser has signed, gone after minutes",
    "kept_answers": "answers to tools, gone after a day; one may hold a new secret",
}
#: Columns that are left out, and why.
WITHHELD: Final[Mapping[str, str]] = {
    "subscribers.password": "a hash that could be guessed at",
    "api_keys.digest": "stands for a key",
    "sessions.digest": "stands for a session",
    "sign_in_links.digest": "stands for a link",
    "passkeys.credential_id": "the device's name for it",
    "passkeys.public_key": "says nothing without its other half",
    "passkeys.handle": "the device's name for its owner",
    "watch_lists.public_token": "opens the public page",
    "subscriptions.token": "ends the subscription",
    "timings.token": "names the list in unsubscribe links",
    "confirmations.token": "agrees in the name of the address",
    "targets.secret": "signs messages",
    "targets.old_secret": "signs messages",
    "confirmations.origin": "may be the network address of somebody else",
    "consents.origin": "may be the network address of somebody else",
    "attempts.detail": "what the far side said may name somebody else",
    "bounces.detail": "what the far side said may name somebody else",
    "confirmations.detail": "what the far side said may name somebody else",
    "attempts.owner": "a process of the service",
    "deliveries.owner": "a process of the service",
    "confirmations.owner": "a process of the service",
    "alerts.trace": "names lines in the service's log",
    "changes.subject_sha256": "worked out from the subject",
}


def _theirs(person_id: int) -> dict[Table, ColumnElement[bool]]:
    lists = select(t.watch_lists.c.id).where(t.watch_lists.c.subscriber_id == person_id)
    targets = select(t.targets.c.id).where(t.targets.c.subscriber_id == person_id)
    sent = select(t.deliveries.c.id).where(t.deliveries.c.target_id.in_(targets))
    sought = select(t.searches.c.id).where(t.searches.c.list_id.in_(lists))
    found = select(t.alerts.c.id).where(t.alerts.c.search_id.in_(sought))
    to_targets = (t.subscriptions, t.timings, t.deliveries, t.bounces, t.consents, t.confirmations)
    of_person = (
        *(t.targets, t.watch_lists, t.list_members),
        *(t.api_keys, t.sessions, t.sign_in_links),
        *(t.institution_pins, t.passkeys),
    )
    return {
        t.subscribers: t.subscribers.c.id == person_id,
        **{table: table.c.subscriber_id == person_id for table in of_person},
        t.watches: t.watches.c.list_id.in_(lists),
        t.searches: t.searches.c.list_id.in_(lists),
        t.search_trials: t.search_trials.c.search_id.in_(sought),
        t.alerts: t.alerts.c.search_id.in_(sought),
        t.changes: t.changes.c.alert_id.in_(found),
        **{table: table.c.target_id.in_(targets) for table in to_targets},
        t.attempts: t.attempts.c.delivery_id.in_(sent),
    }


def tables_of(person_id: int) -> tuple[str, ...]:
    """Return the names of the tables that hold rows of a person."""
    return tuple(table.name for table in _theirs(person_id))


def columns_of(name: str) -> dict[str, type]:
    """Return the columns of a table that are given, each with its kind."""
    return {column.name: _kind(column) for column in _given(t.metadata.tables[name])}


def rows(database: Database, person_id: int, name: str) -> Iterator[Row]:
    """Yield a person's rows of a table, by primary key; no transaction stays open meanwhile."""
    table = t.metadata.tables[name]
    its_own = _theirs(person_id)[table]
    keys = tuple(table.primary_key)
    query = select(table).order_by(*keys).limit(_AT_A_TIME)
    some = query.where(its_own)
    while True:
        with database.reading() as connection:
            found = connection.execute(some).all()
        for row in found:
            yield _shown(table, row)
        if len(found) < _AT_A_TIME:
            return
        last = (literal(getattr(found[-1], key.name), key.type) for key in keys)
        some = query.where(and_(its_own, tuple_(*keys) > tuple_(*last)))


def _shown(table: Table, row: AnyRow) -> Row:
    shown = {column.name: getattr(row, column.name) for column in _given(table)}
    if table is t.targets:
        # Whoever has the address of a chat can write there.
        shown["address"] = shown_address(Channel(row.channel), row.address)
    return shown


def _given(table: Table) -> list[Column[object]]:
    return [column for column in table.columns if f"{table.name}.{column.name}" not in WITHHELD]


def _kind(column: Column[object]) -> type:
    if isinstance(column.type, Boolean):
        return bool
    return int if isinstance(column.type, Integer) else str
