"""Accounts tied to what their institution calls them, and sign-ins by it that are under way."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.sql import ColumnElement

from monitor.domain.institutions import Pin, Try
from monitor.domain.people import Person
from storage.people import person_of
from storage.rows import insert_new, take_out
from storage.tables import institution_pins, institution_tries, subscribers


class SqlPins:
    """Plays ``monitor.domain.institutions.Pins``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holder(self, issuer: str, subject: str) -> Person | None:
        """Return whose account is tied to a subject."""
        query = (
            select(subscribers)
            .join(institution_pins, institution_pins.c.subscriber_id == subscribers.c.id)
            .where(institution_pins.c.issuer == issuer, institution_pins.c.subject == subject)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else person_of(row)

    def of_person(self, person_id: int) -> tuple[Pin, ...]:
        """Return what somebody's account is tied to, oldest first."""
        query = (
            select(institution_pins)
            .where(institution_pins.c.subscriber_id == person_id)
            .order_by(institution_pins.c.pinned_at, institution_pins.c.issuer)
        )
        return tuple(
            Pin(issuer=row.issuer, subject=row.subject, pinned_at=row.pinned_at)
            for row in self._connection.execute(query)
        )

    def pin(self, person_id: int, issuer: str, subject: str, *, now: datetime) -> bool:
        """Tie an account; False when it or the subject is tied already, and nothing changes."""
        row = {"issuer": issuer, "subject": subject, "subscriber_id": person_id}
        # Two rules of the table say what is tied already, so no check here can come too early.
        return insert_new(self._connection, institution_pins, {**row, "pinned_at": now})

    def take_off(self, person_id: int) -> bool:
        """Untie an account; False when it is tied to nothing."""
        theirs = institution_pins.c.subscriber_id == person_id
        return self._connection.execute(delete(institution_pins).where(theirs)).rowcount > 0

    def begin(self, begun: Try, *, now: datetime) -> None:
        """Keep a sign-in under way; those past their time go."""
        old = institution_tries.c.ends_at <= now
        self._connection.execute(delete(institution_tries).where(old))
        row = {
            "state": begun.state,
            "browser": begun.browser,
            "nonce": begun.nonce,
            "goes_to": begun.goes_to,
            "ends_at": begun.ends_at,
        }
        self._connection.execute(insert(institution_tries).values(row))

    def is_under_way(self, state: bytes, browser: bytes, *, now: datetime) -> bool:
        """Return whether this browser began a sign-in with this state, without using it up."""
        query = select(institution_tries.c.state).where(*_its_own(state, browser, now))
        return self._connection.execute(query).first() is not None

    def use(self, state: bytes, browser: bytes, *, now: datetime) -> Try | None:
        """Return the sign-in that this browser began with this state; it works once."""
        row = take_out(self._connection, institution_tries, *_its_own(state, browser, now))
        if row is None:
            return None
        return Try(
            state=row.state,
            browser=row.browser,
            nonce=row.nonce,
            goes_to=row.goes_to,
            ends_at=row.ends_at,
        )


def _its_own(state: bytes, browser: bytes, now: datetime) -> tuple[ColumnElement[bool], ...]:
    tries = institution_tries.c
    return (tries.state == state, tries.browser == browser, tries.ends_at > now)
