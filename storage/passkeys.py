"""Passkeys, and the challenges on their way."""

from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, literal, or_, select, update

from monitor.domain.passkeys import Challenge, Credential, Held, Passkey
from storage.people import person_of
from storage.rows import AnyRow, insert_into, inserted, take_out
from storage.tables import passkey_challenges, passkeys, subscribers


class SqlPasskeys:
    """Plays ``monitor.domain.passkeys.Passkeys``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, digest: bytes, challenge: Challenge, *, now: datetime, until: datetime) -> None:
        """Keep a challenge for the browser that holds what ``digest`` is of.

        Those past their time go.
        """
        old = passkey_challenges.c.ends_at <= now
        self._connection.execute(delete(passkey_challenges).where(old))
        row = {
            "digest": digest,
            "challenge": challenge.value,
            "subscriber_id": challenge.person_id,
            "handle": challenge.handle,
            "ends_at": until,
        }
        self._connection.execute(insert(passkey_challenges).values(row))

    def take(self, digest: bytes, *, now: datetime) -> Challenge | None:
        """Return a browser's challenge and forget it; None when it has none in time."""
        its_own = passkey_challenges.c.digest == digest
        row = take_out(self._connection, passkey_challenges, its_own)
        if row is None or row.ends_at <= now:
            return None
        return Challenge(value=row.challenge, person_id=row.subscriber_id, handle=row.handle)

    def add(self, person_id: int, credential: Credential, *, name: str, now: datetime) -> bool:
        """Keep a new passkey; False when one of this id is kept already."""
        row = {
            "subscriber_id": person_id,
            "credential_id": credential.id,
            "public_key": credential.public_key,
            "handle": credential.handle,
            "sign_count": credential.sign_count,
            "name": name,
            "created_at": now,
        }
        new = insert_into(self._connection, passkeys).values(row).on_conflict_do_nothing()
        return bool(inserted(self._connection, new))

    def of_person(self, person_id: int) -> tuple[Passkey, ...]:
        """Return somebody's passkeys, oldest first."""
        return tuple(map(_passkey, self._rows_of(person_id)))

    def credentials_of(self, person_id: int) -> tuple[Credential, ...]:
        """Return what somebody's passkeys prove themselves by, oldest first."""
        return tuple(map(_credential, self._rows_of(person_id)))

    def _rows_of(self, person_id: int) -> list[AnyRow]:
        query = select(passkeys).where(passkeys.c.subscriber_id == person_id)
        return list(self._connection.execute(query.order_by(passkeys.c.id)))

    def find(self, credential_id: bytes) -> Held | None:
        """Return the passkey that a device names so, None when none is kept."""
        its_own = passkeys.c.credential_id == credential_id
        row = self._connection.execute(select(passkeys).where(its_own)).one_or_none()
        if row is None:
            return None
        owner = select(subscribers).where(subscribers.c.id == row.subscriber_id)
        person = person_of(self._connection.execute(owner).one())
        return Held(passkey=_passkey(row), person=person, credential=_credential(row))

    def use(self, passkey_id: int, *, sign_count: int, now: datetime) -> bool:
        """Note a use; False when the count says that this or a later use was seen already.

        Devices that do not count always say 0. A passkey whose copy was seen is used by nobody.
        """
        counted = passkeys.c.sign_count < sign_count
        uncounted = and_(passkeys.c.sign_count == 0, literal(sign_count) == 0)
        fits = (passkeys.c.id == passkey_id, passkeys.c.copied_at.is_(None))
        used = (
            update(passkeys)
            .where(*fits, or_(counted, uncounted))
            .values(sign_count=sign_count, used_at=now)
        )
        return self._connection.execute(used).rowcount > 0

    def mark_copied(self, passkey_id: int, *, now: datetime) -> None:
        """Note that a copy of a passkey was seen."""
        first = (passkeys.c.id == passkey_id, passkeys.c.copied_at.is_(None))
        self._connection.execute(update(passkeys).where(*first).values(copied_at=now))

    def end(self, person_id: int, passkey_id: int) -> bool:
        """Take off one of somebody's passkeys; False when they have no such passkey."""
        its_own = (passkeys.c.id == passkey_id, passkeys.c.subscriber_id == person_id)
        return self._connection.execute(delete(passkeys).where(*its_own)).rowcount > 0

    def end_all(self, person_id: int) -> None:
        """Take off all of somebody's passkeys, and end what was asked of them."""
        for table in (passkeys, passkey_challenges):
            self._connection.execute(delete(table).where(table.c.subscriber_id == person_id))


def _passkey(row: AnyRow) -> Passkey:
    return Passkey(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        used_at=row.used_at,
        copied_at=row.copied_at,
    )


def _credential(row: AnyRow) -> Credential:
    return Credential(
        id=row.credential_id,
        public_key=row.public_key,
        handle=row.handle,
        sign_count=row.sign_count,
    )
