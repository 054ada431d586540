"""Addresses named by a token in a mail: all that goes there is ended, or held for a while."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, func, null, select, union_all, update

from monitor.alerting.timing import next_digest, resumes_at
from monitor.domain.alerts import DeliveryState
from monitor.domain.events import NOTICES
from monitor.domain.letterboxes import Letterbox
from monitor.domain.timings import Timing
from monitor.domain.watches import Channel
from storage.cancelling import cancel
from storage.rows import AnyRow, AnySelect, insert_new
from storage.spaced import spaced
from storage.tables import deliveries, subscriptions, targets, timings, watch_lists
from storage.timings import row_of, timing_of

_LIVE = subscriptions.c.ended_at.is_(None)
_ANY = (subscriptions.c.list_id, subscriptions.c.target_id, subscriptions.c.nct_id)


class SqlLetterboxes:
    """Plays ``monitor.domain.ports.Letterboxes``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def look(self, token: str, *, now: datetime) -> Letterbox | None:
        """Return what goes to the address now, None for an unknown token."""
        row = self._named(token)
        if row is None:
            return None
        pairs = self._told(row)
        paused = select(func.max(timings.c.paused_until)).where(
            timings.c.target_id.in_(_same(row)), timings.c.paused_until > now
        )
        return Letterbox(
            address=row.address,
            list_name=row.name,
            nct_id=row.nct_id,
            lists=len({list_id for _, list_id in pairs}),
            paused_until=self._connection.scalar(paused),
        )

    def end_all(self, token: str, *, now: datetime) -> None:
        """End everything that the address hears, notices too, and cancel what is unsent."""
        row = self._named(token)
        if row is None:
            return
        same = _same(row)
        theirs = update(subscriptions).where(subscriptions.c.target_id.in_(same), _LIVE)
        self._connection.execute(theirs.values(ended_at=now))
        wanting = select(targets.c.id, targets.c.types).where(targets.c.id.in_(same))
        notices = {type_.value for type_ in NOTICES}
        for target in self._connection.execute(wanting).all():
            kept = [name for name in target.types.split() if name not in notices]
            one = update(targets).where(targets.c.id == target.id)
            self._connection.execute(one.values(types=spaced(kept)))
        cancel(self._connection, deliveries.c.target_id.in_(same))

    def pause(
        self, token: str, until: datetime | None, *, new_token: Callable[[], str], now: datetime
    ) -> None:
        """Hold what the address would be sent until a time; with None, end a pause now."""
        row = self._named(token)
        if row is None:
            return
        if until is not None:
            self._make_choices(self._told(row), new_token, now)
        chosen = select(timings).where(timings.c.target_id.in_(_same(row)))
        for choice in self._connection.execute(chosen).all():
            self._hold(choice, until, now)

    def _make_choices(
        self, pairs: set[tuple[int, int]], new_token: Callable[[], str], now: datetime
    ) -> None:
        """Give lists that are told at once a choice of hours that says so: a pause needs a row."""
        for target_id, list_id in sorted(pairs):
            key = {"target_id": target_id, "list_id": list_id}
            found = select(timings.c.id).filter_by(**key)
            if self._connection.execute(found).first() is None:
                row = {**key, **row_of(Timing()), "token": new_token(), "next_at": now}
                insert_new(self._connection, timings, row)

    def _hold(self, choice: AnyRow, until: datetime | None, now: datetime) -> None:
        timing = timing_of(choice)
        at = (next_digest(timing, now) or now) if until is None else resumes_at(timing, until)
        one = update(timings).where(timings.c.id == choice.id)
        self._connection.execute(one.values(paused_until=until, next_at=at))
        waiting = update(deliveries).where(
            deliveries.c.timing_id == choice.id,
            deliveries.c.state == DeliveryState.WAITING.value,
        )
        if until is not None:
            self._connection.execute(waiting.values(due_at=at))

    def _named(self, token: str) -> AnyRow | None:
        """Return the address, list and trial that a token names."""
        # A choice of hours is of the whole list, whatever of it was named.
        whole = null().label("nct_id")
        named = union_all(
            select(*_ANY).where(subscriptions.c.token == token),
            select(timings.c.list_id, timings.c.target_id, whole).where(timings.c.token == token),
        ).subquery()
        query = (
            select(targets.c.channel, targets.c.address, watch_lists.c.name, named.c.nct_id)
            .join(targets, targets.c.id == named.c.target_id)
            .join(watch_lists, watch_lists.c.id == named.c.list_id)
        )
        return self._connection.execute(query).first()

    def _told(self, row: AnyRow) -> set[tuple[int, int]]:
        """Return target and list of all that the address hears."""
        query = select(subscriptions.c.target_id, subscriptions.c.list_id).where(
            subscriptions.c.target_id.in_(_same(row)), _LIVE
        )
        return {(one.target_id, one.list_id) for one in self._connection.execute(query)}


def _same(row: AnyRow) -> AnySelect:
    """Return the targets with the address, whosever they are."""
    if row.channel == Channel.EMAIL.value:
        # Lower by the same hand on both sides: SQLite's leaves umlauts as they are.
        alike = func.lower(targets.c.address) == func.lower(row.address)
    else:
        alike = targets.c.address == row.address
    return select(targets.c.id).where(targets.c.channel == row.channel, alike)
