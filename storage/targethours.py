"""When targets are told, for showing. Read and never written."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from storage.engine import Database
from storage.tables import targets, timings, watch_lists
from storage.timings import CHOICE, timing_of


def hours_by_target(database: Database, *, of: int | None = None) -> Mapping[int, tuple[str, ...]]:
    """Return each target's choices in words, list by list; one that made none is left out.

    ``of`` narrows them to one person's targets.
    """
    query = (
        select(timings.c.target_id, watch_lists.c.name, *CHOICE)
        .join(watch_lists, watch_lists.c.id == timings.c.list_id)
        .order_by(timings.c.target_id, watch_lists.c.name)
    )
    if of is not None:
        mine = select(targets.c.id).where(targets.c.subscriber_id == of)
        query = query.where(timings.c.target_id.in_(mine))
    found: dict[int, list[str]] = defaultdict(list)
    with database.reading() as connection:
        for row in connection.execute(query):
            found[row.target_id].append(f"{row.name}: {timing_of(row).words}")
    return {target_id: tuple(words) for target_id, words in found.items()}
