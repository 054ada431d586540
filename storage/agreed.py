"""What the command line shows of agreements and of addresses that were asked. Read only."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from monitor.domain.people import OPERATOR
from monitor.domain.watches import TargetState
from storage.engine import Database
from storage.tables import confirmations, consents, targets


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedRow:
    """One agreement of an address."""

    target: int
    #: Personal: shown to the operator, never logged.
    address: str
    state: TargetState
    at: datetime
    how: str
    #: As it was shown, line by line.
    text: str
    origin: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return {"agreed": True} | asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRow:
    """One question to an address that has not agreed."""

    target: int
    #: Personal: shown to the operator, never logged.
    address: str
    state: TargetState
    asked_at: datetime
    expires_at: datetime
    #: When the relay took its mail, None when it has not.
    taken_at: datetime | None
    #: When its mail is sent or tried again, None when not.
    due_at: datetime | None
    detail: str | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return {"agreed": False} | asdict(self)


def agreements(database: Database) -> tuple[AgreedRow, ...]:
    """Return all agreements of the operator's targets, oldest first."""
    query = (
        select(consents, targets.c.address, targets.c.state)
        .join(targets, targets.c.id == consents.c.target_id)
        .where(targets.c.subscriber_id == OPERATOR)
        .order_by(consents.c.id)
    )
    with database.reading() as connection:
        return tuple(
            AgreedRow(
                target=row.target_id,
                address=row.address,
                state=TargetState(row.state),
                at=row.at,
                how=row.how,
                text=row.text,
                origin=row.origin,
            )
            for row in connection.execute(query)
        )


def unanswered(database: Database) -> tuple[AskedRow, ...]:
    """Return all questions to the operator's targets that have not agreed, oldest first."""
    agreed = select(consents.c.target_id)
    query = (
        select(confirmations, targets.c.address, targets.c.state)
        .join(targets, targets.c.id == confirmations.c.target_id)
        .where(targets.c.subscriber_id == OPERATOR, targets.c.id.not_in(agreed))
        .order_by(confirmations.c.asked_at)
    )
    with database.reading() as connection:
        return tuple(
            AskedRow(
                target=row.target_id,
                address=row.address,
                state=TargetState(row.state),
                asked_at=row.asked_at,
                expires_at=row.expires_at,
                taken_at=row.taken_at,
                due_at=row.due_at,
                detail=row.detail,
            )
            for row in connection.execute(query)
        )
