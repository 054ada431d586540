"""Every address of the interface."""

from fastapi import APIRouter

from trialwatch.web.api import (
    changes,
    deliveries,
    document,
    exports,
    lists,
    notes,
    publishing,
    replaying,
    searches,
    targets,
    telling,
    trials,
    watches,
)

router = APIRouter(prefix=document.PREFIX)
for _part in (
    document.router,
    changes.router,
    trials.router,
    lists.router,
    notes.router,
    telling.router,
    publishing.router,
    targets.router,
    watches.router,
    deliveries.router,
    replaying.router,
    searches.router,
    exports.router,
):
    router.include_router(_part)
