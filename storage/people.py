"""Those who may sign in, and what they sign in with."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, func, insert, or_, select, update

from monitor.domain.errors import EmailTakenError
from monitor.domain.looks import Look
from monitor.domain.people import Key, Person, Role, Scope
from storage.rows import AnyRow, insert_into, inserted, take_out
from storage.tables import api_keys, sessions, sign_in_links, subscribers

#: A key's last use is written down no more often than this: a tool may ask every second.
_NOTED_EVERY = timedelta(hours=1)


class SqlPeople:
    """Plays ``monitor.domain.people.People``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person_id: int) -> Person | None:
        """Return a person, None when there is none with this number."""
        query = select(subscribers).where(subscribers.c.id == person_id)
        return _person_or_none(self._connection.execute(query).one_or_none())

    def with_email(self, email: str) -> Person | None:
        """Return the person with this normalised address, in capitals or not.

        Where two have it, from before that counted as one, the one who writes it so.
        """
        alike = func.lower(subscribers.c.email) == func.lower(email)
        query = (
            select(subscribers)
            .where(alike, subscribers.c.email != "")
            .order_by(subscribers.c.email != email, subscribers.c.id)
            .limit(1)
        )
        return _person_or_none(self._connection.execute(query).one_or_none())

    def everybody(self, *, after: int = 0, limit: int | None = None) -> tuple[Person, ...]:
        """Return all by number, the operator first; those after one of them, at most so many."""
        query = select(subscribers).where(subscribers.c.id > after).order_by(subscribers.c.id)
        query = query.limit(limit)
        return tuple(map(person_of, self._connection.execute(query)))

    def anybody_can_sign_in(self) -> bool:
        """Return whether there is somebody with an address to sign in with."""
        query = select(subscribers.c.id).where(subscribers.c.email != "").limit(1)
        return self._connection.execute(query).first() is not None

    def add(self, *, name: str, email: str, role: Role, now: datetime) -> Person:
        """Add a person.

        Raises:
            EmailTakenError: Somebody has this address already.
        """
        if self.with_email(email) is not None:
            raise EmailTakenError("Somebody signs in with this address already")
        row = {"name": name, "email": email, "role": role.value, "joined_at": now}
        new = insert_into(self._connection, subscribers).values(row).on_conflict_do_nothing()
        person = self.with_email(email) if inserted(self._connection, new) else None
        if person is None:
            raise EmailTakenError("Somebody signs in with this address already")
        return person

    def change(self, person_id: int, *, name: str | None = None, role: Role | None = None) -> None:
        """Set what is given."""
        given = {"name": name, "role": role and role.value}
        values = {key: value for key, value in given.items() if value is not None}
        if values:
            self._set(person_id, values)

    def set_look(self, person_id: int, look: Look) -> None:
        """Set how somebody reads dates, numbers and times of day."""
        self._set(person_id, {"look": str(look)})

    def set_email(self, person_id: int, email: str) -> None:
        """Set the address somebody signs in with.

        Raises:
            EmailTakenError: Somebody else has it already.
        """
        holder = self.with_email(email)
        if holder is not None and holder.id != person_id:
            raise EmailTakenError("Somebody signs in with this address already")
        self._set(person_id, {"email": email})

    def password_of(self, person_id: int) -> str:
        """Return the hash of somebody's password, empty when they have none."""
        query = select(subscribers.c.password).where(subscribers.c.id == person_id)
        return self._connection.scalar(query) or ""

    def set_password(self, person_id: int, hashed: str) -> None:
        """Keep the hash of a new password; an empty one takes it away."""
        self._set(person_id, {"password": hashed})

    def _set(self, person_id: int, values: dict[str, str]) -> None:
        chosen = subscribers.c.id == person_id
        self._connection.execute(update(subscribers).where(chosen).values(values))

    def open_session(
        self, digest: bytes, person_id: int, *, now: datetime, until: datetime
    ) -> None:
        """Keep a session; those past their time go."""
        self._connection.execute(delete(sessions).where(sessions.c.ends_at <= now))
        row = {"digest": digest, "subscriber_id": person_id, "opened_at": now, "ends_at": until}
        self._connection.execute(insert(sessions).values(row))

    def in_session(self, digest: bytes, *, now: datetime) -> Person | None:
        """Return whose sign-in this is, None when it is over or never was."""
        return self._holder(sessions, digest, now)

    def signed_in_at(self, digest: bytes) -> datetime | None:
        """Return when a session was opened, None when there is none."""
        return self._connection.scalar(
            select(sessions.c.opened_at).where(sessions.c.digest == digest)
        )

    def end_session(self, digest: bytes) -> None:
        """End a session."""
        self._connection.execute(delete(sessions).where(sessions.c.digest == digest))

    def end_sessions(self, person_id: int) -> None:
        """End all sessions of somebody, and all links on their way to them."""
        for table in (sessions, sign_in_links):
            self._connection.execute(delete(table).where(table.c.subscriber_id == person_id))

    def add_link(self, digest: bytes, person_id: int, *, now: datetime, until: datetime) -> None:
        """Keep a sign-in link; those past their time go."""
        self._connection.execute(delete(sign_in_links).where(sign_in_links.c.ends_at <= now))
        row = {"digest": digest, "subscriber_id": person_id, "made_at": now, "ends_at": until}
        self._connection.execute(insert(sign_in_links).values(row))

    def whose_link(self, digest: bytes, *, now: datetime) -> Person | None:
        """Return whom a link would sign in, without using it up."""
        return self._holder(sign_in_links, digest, now)

    def use_link(self, digest: bytes, *, now: datetime) -> Person | None:
        """Return whom a link signs in; it works once."""
        person = self.whose_link(digest, now=now)
        used_up = take_out(self._connection, sign_in_links, sign_in_links.c.digest == digest)
        return None if used_up is None else person

    def _holder(self, table: Table, digest: bytes, now: datetime) -> Person | None:
        query = (
            select(subscribers)
            .join(table, table.c.subscriber_id == subscribers.c.id)
            .where(table.c.digest == digest, table.c.ends_at > now)
        )
        return _person_or_none(self._connection.execute(query).one_or_none())

    def add_key(
        self, digest: bytes, person_id: int, *, name: str, scope: Scope, now: datetime
    ) -> Key:
        """Keep a new key."""
        row = {"digest": digest, "subscriber_id": person_id, "name": name, "scope": scope.value}
        self._connection.execute(insert(api_keys).values(**row, created_at=now))
        query = select(api_keys).where(api_keys.c.digest == digest)
        return _key(self._connection.execute(query).one())

    def keys(self, person_id: int) -> tuple[Key, ...]:
        """Return somebody's keys that still work, oldest first."""
        query = select(api_keys).where(api_keys.c.subscriber_id == person_id)
        return tuple(map(_key, self._connection.execute(query.order_by(api_keys.c.id))))

    def with_key(self, digest: bytes) -> tuple[Person, Scope] | None:
        """Return whose key this is and what it lets them do."""
        query = (
            select(subscribers, api_keys.c.scope)
            .join(api_keys, api_keys.c.subscriber_id == subscribers.c.id)
            .where(api_keys.c.digest == digest)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else (person_of(row), Scope(row.scope))

    def is_noted(self, digest: bytes, *, now: datetime) -> bool:
        """Return whether a key's use was noted a short while ago."""
        query = select(api_keys.c.used_at).where(api_keys.c.digest == digest)
        at = self._connection.scalar(query)
        return at is not None and at > now - _NOTED_EVERY

    def note_use(self, digest: bytes, *, now: datetime) -> None:
        """Note that a key was used, unless that was noted a short while ago."""
        stale = or_(api_keys.c.used_at.is_(None), api_keys.c.used_at <= now - _NOTED_EVERY)
        self._connection.execute(
            update(api_keys).where(api_keys.c.digest == digest, stale).values(used_at=now)
        )

    def end_keys(self, person_id: int) -> None:
        """End all keys of somebody's tools."""
        self._connection.execute(delete(api_keys).where(api_keys.c.subscriber_id == person_id))

    def end_key(self, person_id: int, key_id: int) -> bool:
        """End one of somebody's keys; False when they have no such key."""
        its_own = (api_keys.c.id == key_id, api_keys.c.subscriber_id == person_id)
        return self._connection.execute(delete(api_keys).where(*its_own)).rowcount > 0


def _person_or_none(row: AnyRow | None) -> Person | None:
    return None if row is None else person_of(row)


def person_of(row: AnyRow) -> Person:
    """Return the person of a row of ``subscribers``."""
    return Person(
        id=row.id,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        has_password=bool(row.password),
        look=Look.read(row.look),
    )


def _key(row: AnyRow) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        scope=Scope(row.scope),
        created_at=row.created_at,
        used_at=row.used_at,
    )
