"""Places of alerts in the order of their commits.

Ids are made before a commit, so a later id can be seen before an earlier one: who had read up to
the later one would miss the other. A place is given under a lock that is held until the commit,
so whoever sees a place sees all before it.
"""

from datetime import datetime

from sqlalchemy import Connection, func, select, text, update

from storage.tables import alerts

#: Any number does that nobody else locks; these are the letters "places".
_LOCK = 0x706C61636573
_NEWEST = select(func.max(alerts.c.feed_place))


def next_place(connection: Connection, at: datetime) -> int:
    """Return the place of an alert about to be stored; others wait for theirs until the commit.

    Places grow with the clock, in milliseconds, so that after a restore none is given that a
    reader has passed already; and one by one where the clock does not move on.
    """
    return max(_newest(connection) + 1, int(at.timestamp() * 1000))


def _newest(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        # On SQLite whoever writes has the database to itself.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    return int(connection.scalar(_NEWEST) or 0)


def place_all(connection: Connection) -> None:
    """Give alerts that have no place one, in the order of their ids: those of an old backup."""
    base = _newest(connection)
    nth = func.row_number().over(order_by=alerts.c.id)
    placed = select(alerts.c.id, nth.label("nth")).where(alerts.c.feed_place.is_(None)).subquery()
    connection.execute(
        update(alerts).where(alerts.c.id == placed.c.id).values(feed_place=base + placed.c.nth)
    )
