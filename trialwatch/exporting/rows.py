"""What an export holds: its columns, and its rows from the database."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, Final

from storage import exports
from storage.engine import Database
from storage.exports import Row
from storage.readmodels import DeliveryRow


class What(StrEnum):
    """What can be exported."""

    VERSIONS = "versions"
    CHANGES = "changes"
    DELIVERIES = "deliveries"


_VERSION: Final = {
    "nct_id": str,
    "version": int,
    "before_watch": bool,
    "release": str,
    "fetched_at": str,
    "raw_bytes": int,
    "content_sha256": str,
}
_CHANGE: Final = {
    "cursor": str,
    "alert_id": str,
    "created_at": str,
    "release": str,
    "before_watch": bool,
    "nct_id": str,
    "title": str,
    "from_version": int,
    "to_version": int,
    "kind": str,
    "subject": str,
    "severity": str,
    "sentence": str,
    "meaning": str,
    "before": object,
    "after": object,
}
_DELIVERY: Final = {
    "id": str,
    "alert_id": str,
    "nct_id": str,
    "title": str,
    "list": str,
    "channel": str,
    "address": str,
    "type": str,
    "state": str,
    "created_at": str,
    "due_at": str,
    "attempts": int,
    "last_outcome": str,
    "last_status": int,
}


def columns_of(what: What, *, records: bool) -> dict[str, type]:
    """Return the columns in their order, each with its type; ``object`` is any JSON."""
    if what is What.VERSIONS:
        return {**_VERSION, "record": object} if records else dict(_VERSION)
    return dict(_CHANGE if what is What.CHANGES else _DELIVERY)


def rows_of(
    database: Database,
    what: What,
    *,
    records: bool = False,
    reach: int | None = None,
    of: int | None = None,
    shown: Callable[[DeliveryRow], str] = lambda row: row.address,
) -> Iterator[Row]:
    """Yield rows one by one.

    Args:
        database: Where they are.
        what: Which.
        records: Whether versions come with their records.
        reach: Whose lists bound versions and changes; None for all.
        of: Whose deliveries; None for all.
        shown: How an address is shown.
    """
    if what is What.VERSIONS:
        return (exports.records if records else exports.versions)(database, of=reach)
    if what is What.CHANGES:
        return exports.changes(database, of=reach)
    return (_delivery(row, shown) for row in exports.deliveries(database, of=of))


def _delivery(row: DeliveryRow, shown: Callable[[DeliveryRow], str]) -> dict[str, Any]:
    last = row.attempts[-1] if row.attempts else None
    return {
        "id": row.id,
        "alert_id": row.alert_id,
        "nct_id": row.nct_id,
        "title": row.title,
        "list": row.list_name,
        "channel": row.channel.value,
        "address": shown(row),
        "type": row.type.value,
        "state": row.state.value,
        "created_at": row.created_at,
        "due_at": row.due_at,
        "attempts": len(row.attempts),
        "last_outcome": last.outcome if last else None,
        "last_status": last.status if last else None,
    }
