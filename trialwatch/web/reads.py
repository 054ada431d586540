"""Every address that only reads, beside the pages: feeds, public lists, figures, the interface."""

from fastapi import APIRouter

from trialwatch.web import feeds, metrics, public
from trialwatch.web.api import routes

#: What shows nothing of anybody, or only what its owner made public.
open_to_all = APIRouter()
for _part in (metrics.router, public.router):
    open_to_all.include_router(_part)

#: What is for those who see the pages.
guarded = APIRouter()
for _part in (feeds.router, routes.router):
    guarded.include_router(_part)
