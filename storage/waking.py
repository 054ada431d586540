"""Waking those who wait for rows, on PostgreSQL, by LISTEN and NOTIFY.

A wake-up goes out with the commit it is about, and is lost when nobody listens: it only saves
the wait until the next look, it never stands in for one. On SQLite nothing is sent. Who listens
does so in ``storage.listening``.
"""

from enum import StrEnum

from sqlalchemy import Connection, text

#: One channel for each schema: two services in one database do not wake each other.
CHANNEL = "'trialwatch_' || md5(current_schema())"
_NOTIFY = text(f"SELECT pg_notify({CHANNEL}, :what)")


class Wake(StrEnum):
    """What there is to do."""

    DELIVER = "deliver"
    SWEEP = "sweep"


def wake(connection: Connection, what: Wake) -> None:
    """Wake whoever waits for it, once this transaction is committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY, {"what": what.value})
