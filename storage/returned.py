"""What the command line shows of mail that came back. Read and never written."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from monitor.domain.bounces import BounceKind
from monitor.domain.watches import TargetState
from storage.engine import Database
from storage.tables import bounces, targets


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncedRow:
    """One mail that came back and still counts."""

    #: Personal: shown to the operator, never logged.
    address: str
    state: TargetState
    at: datetime
    kind: BounceKind
    status: str
    detail: str
    delivery_id: str | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times left as times."""
        return asdict(self)


def bounced(database: Database) -> tuple[BouncedRow, ...]:
    """Return what came back and was not forgiven, newest first."""
    query = (
        select(bounces, targets.c.address, targets.c.state)
        .join(targets, targets.c.id == bounces.c.target_id)
        .where(~bounces.c.forgiven)
        .order_by(bounces.c.id.desc())
    )
    with database.reading() as connection:
        return tuple(
            BouncedRow(
                address=row.address,
                state=TargetState(row.state),
                at=row.at,
                kind=BounceKind(row.kind),
                status=row.status,
                detail=row.detail,
                delivery_id=row.delivery_id,
            )
            for row in connection.execute(query)
        )
