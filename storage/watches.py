"""Watch lists, targets and what joins them.

Two subscriptions of one target to the same thing (merged trials can bring that about) are one to
a reader: ending either ends both.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from monitor.domain.changes import Severity
from monitor.domain.events import EventType
from monitor.domain.near import Near
from monitor.domain.people import OPERATOR
from monitor.domain.timings import Timing
from monitor.domain.topics import Topic
from monitor.domain.trial import NctId
from monitor.domain.watches import Channel, Subscription, Target, TargetState
from storage.notes import SqlNotes
from storage.rows import AnyRow, AnySelect, insert_new
from storage.spaced import has_word, spaced
from storage.tables import (
    subscriptions,
    targets,
    timings,
    watch_lists,
    watches,
)
from storage.targetrows import TARGET_COLUMNS, target_of
from storage.timings import OF_SUBSCRIPTION, row_of
from storage.trials import know, put_down
from storage.wanted import cancel_ended

_LIVE = subscriptions.c.ended_at.is_(None)


class SqlWatches:
    """Plays ``monitor.domain.ports.Watches`` for lists and targets of one subscriber."""

    def __init__(self, connection: Connection, subscriber: int = OPERATOR) -> None:
        self._connection = connection
        self._subscriber = subscriber

    def add(self, nct_id: NctId, *, list_name: str, now: datetime) -> bool:
        """Put a trial on a list (made if new); False when it stood there already."""
        know(self._connection, nct_id)
        row = {"list_id": self._list(list_name, now), "nct_id": nct_id, "created_at": now}
        return insert_new(self._connection, watches, row)

    def remove(self, nct_id: NctId, *, list_name: str | None) -> int:
        """Take a trial off one list, or off all; return how many it was on.

        Subscriptions to this trial alone end with it. History stays, and a trial that is on no
        list any more is marked as paused.
        """
        lists = select(watch_lists.c.id).where(watch_lists.c.subscriber_id == self._subscriber)
        if list_name is not None:
            lists = lists.where(watch_lists.c.name == list_name)
        self._connection.execute(
            update(subscriptions)
            .where(subscriptions.c.nct_id == nct_id, subscriptions.c.list_id.in_(lists), _LIVE)
            # The port brings no time; that it ended decides, when is for the record.
            .values(ended_at=func.now())
        )
        off = delete(watches).where(watches.c.nct_id == nct_id, watches.c.list_id.in_(lists))
        count = self._connection.execute(off).rowcount
        put_down(self._connection, [nct_id])
        return count

    def target(self, channel: Channel, address: str, *, secret: str, now: datetime) -> Target:
        """Return the target with this address, made with ``secret`` when it is new.

        A new e-mail address is unconfirmed.
        """
        key = {"subscriber_id": self._subscriber, "channel": channel.value, "address": address}
        query = select(targets).filter_by(**key)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            is_mail = channel is Channel.EMAIL
            state = TargetState.UNCONFIRMED if is_mail else TargetState.ACTIVE
            new = {"secret": secret, "state": state.value, "created_at": now}
            insert_new(self._connection, targets, key | new)
            row = self._connection.execute(query).one()
        return target_of(row)

    def subscribe(
        self,
        target: Target,
        *,
        list_name: str,
        nct_id: NctId | None,
        min_severity: Severity,
        token: str,
        now: datetime,
        topics: Collection[Topic] = (),
        near: Near | None = None,
    ) -> Subscription:
        """Join a list (or one trial of it) to a target; the same again is the same one.

        Its least severity, its topics and what is near are those given last.
        """
        # Two who subscribe the same target at once take turns here.
        self._connection.execute(
            select(targets.c.id).where(targets.c.id == target.id).with_for_update()
        )
        self._let_hear(target)
        list_id = self._list(list_name, now)
        found = self._live_one(list_id, target.id, nct_id)
        if found is None:
            found = self._join(list_id, target.id, nct_id, token=token, now=now)
        chosen = subscriptions.c.id == found
        self._connection.execute(
            update(subscriptions)
            .where(chosen)
            .values(
                min_severity=min_severity.value,
                topics=spaced(topics),
                near=None if near is None else str(near),
            )
        )
        return _subscription(self._connection.execute(_whole().where(chosen)).one())

    def _let_hear(self, target: Target) -> None:
        """Let a reader who so far was told of webhooks alone hear of trials too."""
        trials_too = EventType.TRIAL_CHANGED.value
        self._connection.execute(
            update(targets)
            .where(
                targets.c.id == target.id,
                targets.c.channel == Channel.EMAIL.value,
                targets.c.types != "",
                ~has_word(targets.c.types, trials_too),
            )
            .values(types=targets.c.types + spaced([trials_too]))
        )

    def unsubscribe(self, token: str, *, now: datetime) -> Subscription | None:
        """End the subscription with this token and cancel its unsent deliveries.

        A delivery that another live subscription of the same target asks for goes over to that.

        Returns the subscription, also when it had ended before; None for an unknown token.
        """
        query = _whole().where(subscriptions.c.token == token)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return self._unsubscribe_all(token, now)
        same = (
            subscriptions.c.target_id == row.target_id,
            subscriptions.c.list_id == row.list_id,
            subscriptions.c.nct_id.is_not_distinct_from(row.nct_id),
        )
        self._connection.execute(update(subscriptions).where(*same, _LIVE).values(ended_at=now))
        cancel_ended(self._connection, select(subscriptions.c.id).where(*same), now=now)
        return _subscription(row)

    def _unsubscribe_all(self, token: str, now: datetime) -> Subscription | None:
        """End everything that a target hears of a list, by the token of its choice of hours."""
        query = _whole().join(timings, OF_SUBSCRIPTION).where(timings.c.token == token)
        rows = self._connection.execute(query.order_by(subscriptions.c.id)).all()
        if not rows:
            return None
        ids = [row.subscription_id for row in rows]
        ended = update(subscriptions).where(subscriptions.c.id.in_(ids), _LIVE)
        self._connection.execute(ended.values(ended_at=now))
        over = select(subscriptions.c.id).where(subscriptions.c.id.in_(ids))
        cancel_ended(self._connection, over, now=now)
        return _subscription(rows[0])

    def move(self, old: NctId, new: NctId, *, now: datetime) -> None:
        """Let every watch and subscription of ``old`` follow to ``new``."""
        del now
        if old == new:
            return
        know(self._connection, new)
        SqlNotes(self._connection).join(old, new)
        there = select(watches.c.list_id).where(watches.c.nct_id == new)
        self._connection.execute(
            update(watches)
            .where(watches.c.nct_id == old, watches.c.list_id.not_in(there))
            .values(nct_id=new)
        )
        self._connection.execute(delete(watches).where(watches.c.nct_id == old))
        self._connection.execute(
            update(subscriptions).where(subscriptions.c.nct_id == old).values(nct_id=new)
        )

    def _list(self, name: str, now: datetime) -> int:
        return list_named(self._connection, self._subscriber, name, now=now)

    def _live_one(self, list_id: int, target_id: int, nct_id: NctId | None) -> int | None:
        query = select(subscriptions.c.id).where(
            subscriptions.c.list_id == list_id,
            subscriptions.c.target_id == target_id,
            subscriptions.c.nct_id.is_not_distinct_from(nct_id),
            _LIVE,
        )
        first: int | None = self._connection.scalar(query.order_by(subscriptions.c.id).limit(1))
        return first

    def _join(
        self, list_id: int, target_id: int, nct_id: NctId | None, *, token: str, now: datetime
    ) -> int:
        self._forget_hours(list_id, target_id, now)
        row = {"list_id": list_id, "target_id": target_id, "nct_id": nct_id, "token": token}
        new = insert(subscriptions).values(**row, min_severity=0, created_at=now)
        self._connection.execute(new)
        query = select(subscriptions.c.id).where(subscriptions.c.token == token)
        number: int = self._connection.execute(query).scalar_one()
        return number

    def _forget_hours(self, list_id: int, target_id: int, now: datetime) -> None:
        """Let who heard nothing of a list so far begin anew: at once, at any hour.

        The row stays, for its token is in old mail.
        """
        heard = select(subscriptions.c.id).where(
            subscriptions.c.list_id == list_id, subscriptions.c.target_id == target_id, _LIVE
        )
        if self._connection.execute(heard.limit(1)).first() is None:
            self._connection.execute(
                update(timings)
                .filter_by(list_id=list_id, target_id=target_id)
                .values(**row_of(Timing()), next_at=now, paused_until=None)
            )


def list_named(connection: Connection, subscriber: int, name: str, *, now: datetime) -> int:
    """Return the number of a subscriber's list of this name, made or brought back if need be."""
    key = {"subscriber_id": subscriber, "name": name}
    insert_new(connection, watch_lists, {**key, "created_at": now})
    removed = update(watch_lists).filter_by(**key).where(watch_lists.c.removed_at.is_not(None))
    connection.execute(removed.values(removed_at=None))
    number: int = connection.execute(select(watch_lists.c.id).filter_by(**key)).scalar_one()
    return number


def _whole() -> AnySelect:
    return (
        select(
            targets.c.state,
            *TARGET_COLUMNS,
            subscriptions.c.id.label("subscription_id"),
            subscriptions.c.list_id,
            subscriptions.c.target_id.label("target_id"),
            subscriptions.c.nct_id,
            subscriptions.c.min_severity,
            subscriptions.c.topics,
            subscriptions.c.near,
            subscriptions.c.token,
            watch_lists.c.name,
        )
        .select_from(subscriptions)
        .join(targets, targets.c.id == subscriptions.c.target_id)
        .join(watch_lists, watch_lists.c.id == subscriptions.c.list_id)
    )


def _subscription(row: AnyRow) -> Subscription:
    return Subscription(
        id=row.subscription_id,
        list_name=row.name,
        target=target_of(row, number="target_id"),
        nct_id=row.nct_id,
        min_severity=Severity(row.min_severity),
        token=row.token,
        topics=frozenset(map(Topic, row.topics.split())),
        near=None if row.near is None else Near.read(row.near),
    )
