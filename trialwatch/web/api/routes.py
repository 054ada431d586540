"""Every address of the interface that reads."""

from fastapi import APIRouter

from trialwatch.web.api import changes, deliveries, document, trials

router = APIRouter(prefix=document.PREFIX)
for _part in (document.router, changes.router, trials.router, deliveries.router):
    router.include_router(_part)
