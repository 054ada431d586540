"""Watch lists by number, for those who see them: owners, editors, readers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from monitor.domain.errors import ListNameTakenError
from monitor.domain.people import ListRole
from storage.rows import AnyRow, AnySelect, in_groups, overwrite
from storage.tables import (
    list_members,
    searches,
    subscribers,
    subscriptions,
    targets,
    watch_lists,
    watches,
)
from storage.trials import put_down
from storage.wanted import cancel_ended

#: Most numbers in one statement.
_GROUP = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A list as one person sees it."""

    id: int
    owner_id: int
    owner_name: str
    name: str
    role: ListRole
    #: How many trials stand on it.
    trials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """Somebody who sees a list that belongs to somebody else."""

    person_id: int
    name: str
    email: str
    role: ListRole


class SqlLists:
    """Rows of lists; who may do what is asked with ``seen``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen_by(self, person_id: int) -> tuple[ListRow, ...]:
        """Return the lists somebody owns or is let into, their own first, by name."""
        query = _seen(person_id).order_by(
            watch_lists.c.subscriber_id != person_id, watch_lists.c.name, watch_lists.c.id
        )
        return tuple(map(_list_row, self._connection.execute(query)))

    def seen(self, list_id: int, person_id: int) -> ListRow | None:
        """Return a list as somebody sees it, None when they may not or there is none."""
        query = _seen(person_id).where(watch_lists.c.id == list_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _list_row(row)

    def hold(self, list_id: int, person_id: int) -> ListRow | None:
        """Return a list as somebody sees it, and hold it until the transaction ends.

        Until then nobody else renames it, removes it or changes who sees it, as long as they hold
        it too. None when they may not see it or there is none.
        """
        its = select(watch_lists.c.id).where(watch_lists.c.id == list_id)
        # Rows that only point at the list may still be written, as sweeps do.
        self._connection.execute(its.with_for_update(key_share=True))
        return self.seen(list_id, person_id)

    def make(self, person_id: int, name: str, *, now: datetime) -> ListRow:
        """Make a list.

        Raises:
            ListNameTakenError: They have one of this name.
        """
        key = {"subscriber_id": person_id, "name": name}
        found = self._connection.execute(select(watch_lists).filter_by(**key)).one_or_none()
        if found is None:
            self._connection.execute(insert(watch_lists).values(**key, created_at=now))
        elif found.removed_at is None:
            raise ListNameTakenError(f"You have a list called {name!r} already")
        else:
            values = {"removed_at": None, "created_at": now}
            self._connection.execute(update(watch_lists).filter_by(**key).values(values))
        query = _seen(person_id).where(watch_lists.c.name == name)
        return _list_row(
            self._connection.execute(query.where(watch_lists.c.subscriber_id == person_id)).one()
        )

    def rename(self, chosen: ListRow, name: str) -> None:
        """Give a list another name; a removed list gives way.

        Raises:
            ListNameTakenError: Its owner has one of this name.
        """
        others = select(watch_lists.c.id, watch_lists.c.removed_at).where(
            watch_lists.c.subscriber_id == chosen.owner_id,
            watch_lists.c.name == name,
            watch_lists.c.id != chosen.id,
        )
        other = self._connection.execute(others).one_or_none()
        if other is not None and other.removed_at is None:
            raise ListNameTakenError(f"There is a list called {name!r} already")
        if other is not None:
            # Nobody can type a new line into a name, so this one is free.
            self._call(other.id, f"{name}\n(removed list {other.id})")
        self._call(chosen.id, name)

    def _call(self, list_id: int, name: str) -> None:
        its = watch_lists.c.id == list_id
        self._connection.execute(update(watch_lists).where(its).values(name=name))

    def remove(self, list_id: int, *, now: datetime) -> None:
        """Take a list away: nobody hears of it any more. What is known of its trials stays."""
        self._end(subscriptions.c.list_id == list_id, now)
        on_it = select(watches.c.nct_id).where(watches.c.list_id == list_id)
        numbers = self._connection.scalars(on_it).all()
        self._connection.execute(delete(watches).where(watches.c.list_id == list_id))
        put_down(self._connection, numbers)
        self._connection.execute(delete(list_members).where(list_members.c.list_id == list_id))
        live = (searches.c.list_id == list_id, searches.c.ended_at.is_(None))
        self._connection.execute(update(searches).where(*live).values(ended_at=now))
        its = watch_lists.c.id == list_id
        self._connection.execute(
            update(watch_lists)
            .where(its)
            .values(removed_at=now, public_token=None, public_notes=False)
        )

    def members(self, list_id: int) -> tuple[MemberRow, ...]:
        """Return who is let into a list, its owner not among them."""
        query = (
            select(list_members, subscribers.c.name, subscribers.c.email)
            .join(subscribers, subscribers.c.id == list_members.c.subscriber_id)
            .where(list_members.c.list_id == list_id)
            .order_by(subscribers.c.name, subscribers.c.id)
        )
        return tuple(
            MemberRow(
                person_id=row.subscriber_id,
                name=row.name,
                email=row.email,
                role=ListRole(row.role),
            )
            for row in self._connection.execute(query)
        )

    def let_in(self, list_id: int, person_id: int, role: ListRole) -> None:
        """Let somebody into a list, or change what they may do with it."""
        row = {"list_id": list_id, "subscriber_id": person_id, "role": role.value}
        overwrite(self._connection, list_members, [row])

    def let_out(self, list_id: int, person_id: int, *, now: datetime) -> bool:
        """Let somebody in no more, and end what they were told of it; False for a stranger."""
        its = (list_members.c.list_id == list_id, list_members.c.subscriber_id == person_id)
        if not self._connection.execute(delete(list_members).where(*its)).rowcount:
            return False
        of_theirs = subscriptions.c.target_id.in_(_targets_of(person_id))
        self._end(and_(subscriptions.c.list_id == list_id, of_theirs), now)
        return True

    def _end(self, which: ColumnElement[bool], now: datetime) -> None:
        """End live subscriptions, and cancel what was to go out for them alone."""
        live = and_(which, subscriptions.c.ended_at.is_(None))
        query = select(subscriptions.c.id, subscriptions.c.target_id).where(live)
        rows = self._connection.execute(query).all()
        self._connection.execute(update(subscriptions).where(live).values(ended_at=now))
        for group in in_groups(rows, _GROUP):
            ended = select(subscriptions.c.id).where(
                subscriptions.c.id.in_([row.id for row in group])
            )
            cancel_ended(self._connection, ended, now=now)


def lists_seen_by(person_id: int) -> AnySelect:
    """Return the numbers of the lists somebody owns or is let into, for use in a query."""
    return _seen(person_id).with_only_columns(watch_lists.c.id)


def trials_seen_by(person_id: int) -> AnySelect:
    """Return the numbers of the trials on those lists, for use in a query."""
    return select(watches.c.nct_id).where(watches.c.list_id.in_(lists_seen_by(person_id)))


def _targets_of(person_id: int) -> AnySelect:
    return select(targets.c.id).where(targets.c.subscriber_id == person_id)


def _seen(person_id: int) -> AnySelect:
    """Return the lists somebody sees; no query of a page goes around it."""
    mine = watch_lists.c.subscriber_id == person_id
    let_in = and_(
        list_members.c.list_id == watch_lists.c.id, list_members.c.subscriber_id == person_id
    )
    count = select(func.count()).where(watches.c.list_id == watch_lists.c.id).scalar_subquery()
    return (
        select(
            watch_lists.c.id,
            watch_lists.c.subscriber_id.label("owner_id"),
            subscribers.c.name.label("owner_name"),
            watch_lists.c.name,
            case((mine, ListRole.OWNER.value), else_=list_members.c.role).label("role"),
            count.label("trials"),
        )
        .select_from(watch_lists)
        .join(subscribers, subscribers.c.id == watch_lists.c.subscriber_id)
        .join(list_members, let_in, isouter=True)
        .where(watch_lists.c.removed_at.is_(None), or_(mine, list_members.c.role.is_not(None)))
    )


def _list_row(row: AnyRow) -> ListRow:
    return ListRow(
        id=row.id,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        name=row.name,
        role=ListRole(row.role),
        trials=row.trials,
    )
