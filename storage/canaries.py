"""The mail that the service sends itself: one row, shared by who makes, sends and takes it in."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from monitor.domain.canary import Canary, CanaryState, ClaimedCanary
from storage.rows import AnyRow, overwrite
from storage.tables import canary as table

#: There is one at a time.
_ONE: Final = 1


class SqlCanaries:
    """Plays ``monitor.domain.canary.Canaries``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def state(self) -> CanaryState | None:
        """Return how it stands, None before the first; it is held until the transaction ends."""
        row = self._connection.execute(select(table).with_for_update()).one_or_none()
        return None if row is None else canary_state_of(row)

    def make(self, canary: Canary, *, waiting_since: datetime) -> None:
        """Put a new one in the place of the last; it is due at once, and counts as looked at."""
        row = {
            "id": _ONE,
            "mail_id": canary.id,
            "token": canary.token,
            "made_at": canary.made_at,
            "waiting_since": waiting_since,
            "looked_at": canary.made_at,
            "due_at": canary.made_at,
            "owner": None,
            "attempts": 0,
            "taken_at": None,
            "status": "",
        }
        # When one came in last stays.
        overwrite(self._connection, table, [row])

    def look(self, now: datetime, *, waiting_since: datetime | None) -> None:
        """Note that somebody looked."""
        looked = update(table).values(looked_at=now, waiting_since=waiting_since)
        self._connection.execute(looked)

    def claim(self, now: datetime, *, until: datetime, owner: str) -> ClaimedCanary | None:
        """Claim the one that is due, until ``until``, when it comes due again; None of none."""
        query = select(table).where(table.c.due_at <= now).with_for_update(skip_locked=True)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        attempts = row.attempts + 1
        taken = update(table).values(due_at=until, owner=owner, attempts=attempts)
        self._connection.execute(taken)
        return ClaimedCanary(canary=_canary(row), owner=owner, attempts=attempts)

    def record(
        self,
        claimed: ClaimedCanary,
        *,
        due_at: datetime | None,
        taken_at: datetime | None,
        status: str,
    ) -> bool:
        """Write down how an attempt ended; False when the claim was no longer ours."""
        ours = update(table).where(
            table.c.mail_id == claimed.canary.id,
            table.c.owner == claimed.owner,
            table.c.attempts == claimed.attempts,
        )
        values = {"due_at": due_at, "owner": None, "taken_at": taken_at, "status": status}
        return self._connection.execute(ours.values(values)).rowcount > 0

    def key_of(self, canary_id: str) -> str | None:
        """Return what the address of the newest is signed with, None for any other."""
        query = select(table.c.token).where(table.c.mail_id == canary_id)
        token: str | None = self._connection.scalar(query)
        return token

    def came_in(self, canary_id: str, *, at: datetime) -> None:
        """Note that the newest came in; none is awaited, and it is sent no more."""
        came = update(table).where(table.c.mail_id == canary_id)
        values = {"back_at": at, "waiting_since": None, "due_at": None, "owner": None}
        self._connection.execute(came.values(values))

    def sent_back(self, canary_id: str, *, status: str) -> None:
        """Note that a mail server could not bring the newest here."""
        back = update(table).where(table.c.mail_id == canary_id)
        self._connection.execute(back.values(status=status))


def canary_state_of(row: AnyRow) -> CanaryState:
    """Return how it stands, read from its row."""
    return CanaryState(
        canary=_canary(row),
        waiting_since=row.waiting_since,
        looked_at=row.looked_at,
        taken_at=row.taken_at,
        status=row.status,
        back_at=row.back_at,
    )


def _canary(row: AnyRow) -> Canary:
    return Canary(id=row.mail_id, token=row.token, made_at=row.made_at)
