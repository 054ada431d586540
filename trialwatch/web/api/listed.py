"""Lists as tools name them and read them."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Depends, Path

from storage.listpages import ToldRow, TrialOnList
from storage.lists import ListRow
from trialwatch.web.held import Right, allowed
from trialwatch.web.lists import seen_list
from trialwatch.web.shared import Wired
from trialwatch.web.visitors import Calling

ListId = Annotated[int, Path(ge=1, le=2**62, description="A list's number.", examples=[1])]


def _seen(visitor: Calling, service: Wired, list_id: ListId) -> ListRow:
    return seen_list(visitor, service, list_id)


Seen = Annotated[ListRow, Depends(_seen)]


def _edited(seen: Seen) -> ListRow:
    return allowed(seen, Right.EDIT)


def _owned(seen: Seen) -> ListRow:
    return allowed(seen, Right.OWN)


Edited = Annotated[ListRow, Depends(_edited)]
Owned = Annotated[ListRow, Depends(_owned)]


def list_json(row: ListRow) -> dict[str, Any]:
    """Return a list without what is on it."""
    return {
        "id": row.id,
        "name": row.name,
        "owner": row.owner_name,
        "role": row.role.value,
        "count": row.trials,
    }


def trial_json(row: TrialOnList) -> dict[str, Any]:
    """Return a trial of a list."""
    return asdict(row) | {
        "overall_status": row.overall_status or None,
        "note": row.note.text,
        "tags": list(row.note.tags),
    }


def subscription_json(row: ToldRow) -> dict[str, Any]:
    """Return what a target is told of."""
    return {
        "id": row.id,
        "list_id": row.list_id,
        "nct_id": row.nct_id,
        "target_id": row.target_id,
        "channel": row.channel.value,
        "address": row.address,
        "state": row.state.value,
        "min_severity": row.min_severity.word,
        "topics": sorted(row.topics),
        "near": row.near or None,
        "hours": row.hours or "at once",
    }
