"""Every address of the interface."""

from fastapi import APIRouter

from trialwatch.web.api import changes, deliveries, document, exports, lists, targets, trials

router = APIRouter(prefix=document.PREFIX)
for _part in (
    document.router,
    changes.router,
    trials.router,
    lists.router,
    targets.router,
    deliveries.router,
    exports.router,
):
    router.include_router(_part)
