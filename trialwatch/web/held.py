"""Lists as they stand while something is written to them.

A list can be renamed, removed or shared no more between the moment a visitor is let in and the
moment something is written: searches wait on the registry in between. So each transaction that
writes to a list holds it first, and asks once more what the visitor may do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TypeAlias

from fastapi import HTTPException

from monitor.domain.people import ListRole
from storage.lists import ListRow
from storage.work import SqlWork
from trialwatch.bootstrap import Service
from trialwatch.web.visitors import Visitor

Opened: TypeAlias = tuple[SqlWork, ListRow]


class Right(Enum):
    """What somebody wants to do with a list."""

    SEE = "see"
    EDIT = "edit"
    OWN = "own"


def allowed(seen: ListRow | None, right: Right) -> ListRow:
    """Return a list that somebody may use so.

    Raises:
        HTTPException: There is none, or it is somebody else's, the answer is the same; or they
            may see it and no more.
    """
    if seen is None:
        raise HTTPException(404, "There is no such list.")
    if right is Right.EDIT and not seen.role.may_edit:
        raise HTTPException(403, "You may look at this list and not change it.")
    if right is Right.OWN and seen.role is not ListRole.OWNER:
        raise HTTPException(403, "Only its owner may do this with a list.")
    return seen


@contextmanager
def open_list(
    service: Service, visitor: Visitor, chosen: ListRow, right: Right
) -> Iterator[Opened]:
    """Open a transaction of the list's owner; yield it, and the list as it stands and stays.

    Raises:
        HTTPException: As ``allowed``, by what holds now.
    """
    with service.database.open_work(chosen.owner_id) as work:
        yield work, allowed(work.lists.hold(chosen.id, visitor.id), right)
