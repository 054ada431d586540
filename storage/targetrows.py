"""Targets as rows hold them."""

from dataclasses import asdict
from typing import Any

from monitor.domain.events import EventType
from monitor.domain.watches import Channel, Format, Health, Target, TargetState
from storage.rows import AnyRow
from storage.tables import targets

#: What ``target_of`` reads, number and state apart.
TARGET_COLUMNS = (
    targets.c.channel,
    targets.c.address,
    targets.c.secret,
    targets.c.failures,
    targets.c.failing_since,
    targets.c.held_until,
    targets.c.well_since,
    targets.c.types,
    targets.c.format,
    targets.c.old_secret,
    targets.c.old_secret_until,
)


def target_of(row: AnyRow, *, number: str = "id", state: str = "state") -> Target:
    """Return the target a row holds.

    Args:
        row: Columns of ``targets``, among others.
        number: What the row calls the target's id.
        state: What the row calls the target's state.
    """
    return Target(
        id=getattr(row, number),
        channel=Channel(row.channel),
        address=row.address,
        state=TargetState(getattr(row, state)),
        secret=row.secret,
        health=health_of(row),
        types=frozenset(map(EventType, row.types.split())),
        format=Format(row.format),
        old_secret=row.old_secret or "",
        old_secret_until=row.old_secret_until,
    )


def health_of(row: AnyRow) -> Health:
    """Return how the target in a row is doing."""
    return Health(
        failures=row.failures,
        failing_since=row.failing_since,
        held_until=row.held_until,
        well_since=row.well_since,
    )


def health_row(health: Health) -> dict[str, Any]:
    """Return the columns that hold how a target is doing."""
    return asdict(health)
